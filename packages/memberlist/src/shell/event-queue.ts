import { limits } from '../limits.ts'
import type { MemberlistEvent } from './events.ts'

type Result = IteratorResult<MemberlistEvent, undefined>

const DONE: Result = { done: true, value: undefined }

/**
 * The events of one iterator: those that nobody has read yet, or the reads that wait for one.
 * Bound: `limits.bufferedEvents`; the oldest go, and the next read is told how many.
 */
export class EventQueue implements AsyncIterableIterator<MemberlistEvent, undefined> {
  isClosed = false
  private readonly events: MemberlistEvent[] = []
  private readonly reads: ((result: Result) => void)[] = []
  private readonly ended: (queue: EventQueue) => void
  private readonly signal: AbortSignal | undefined
  private dropped = 0

  constructor(ended: (queue: EventQueue) => void, signal: AbortSignal | undefined) {
    this.ended = ended
    this.signal = signal
    if (signal?.aborted) this.isClosed = true
    else signal?.addEventListener('abort', this.close)
  }

  push(event: MemberlistEvent): void {
    const read = this.reads.shift()
    if (read !== undefined) {
      read({ done: false, value: event })
      return
    }
    if (this.events.length >= limits.bufferedEvents) {
      this.events.shift()
      this.dropped++
    }
    this.events.push(event)
  }

  readonly close = (): void => {
    this.isClosed = true
    this.signal?.removeEventListener('abort', this.close)
    this.ended(this)
    for (const read of this.reads.splice(0)) read(DONE)
  }

  next(): Promise<Result> {
    const event = this.dropped > 0 ? this.droppedWarning() : this.events.shift()
    if (event !== undefined) return Promise.resolve({ done: false, value: event })
    if (this.isClosed) return Promise.resolve(DONE)
    return new Promise((resolve) => this.reads.push(resolve))
  }

  return(): Promise<Result> {
    this.events.length = 0
    this.dropped = 0
    this.close()
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  private droppedWarning(): MemberlistEvent {
    const text = `This iterator was too slow: ${this.dropped} older events were dropped.`
    this.dropped = 0
    return { type: 'warning', code: 'overload', text }
  }
}
