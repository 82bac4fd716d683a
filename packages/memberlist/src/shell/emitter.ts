import { EventEmitter } from 'node:events'
import { channels } from '../diagnostics.ts'
import { limits } from '../limits.ts'
import type { MemberlistEvent, MemberlistWarning } from './events.ts'

export type EventName = MemberlistEvent['type'] | 'event'

/** What a listener gets: the event of its type, or with `event` each of them. */
export type EventListener<Name extends EventName> = (
  event: Name extends MemberlistEvent['type']
    ? Extract<MemberlistEvent, { readonly type: Name }>
    : MemberlistEvent,
) => unknown

type AnyListener = (event: never) => unknown
type Called = (event: MemberlistEvent) => unknown

/**
 * Hands events to listeners and iterators after the engine's call is over, in order. A listener
 * that throws is told of as a warning and harms nobody: neither the engine nor the next listener.
 *
 * Bound: an iterator that is behind by `limits.bufferedEvents` loses the oldest, and is told.
 */
export class Events {
  private readonly emitter = new EventEmitter()
  private readonly iterators = new Set<EventQueue>()
  private readonly member: string
  private queued: MemberlistEvent[] = []

  constructor(member: string) {
    this.member = member
    this.emitter.setMaxListeners(0)
  }

  on(name: EventName, listener: AnyListener): void {
    this.emitter.on(name, listener as Called)
  }

  once(name: EventName, listener: AnyListener): void {
    this.emitter.once(name, listener as Called)
  }

  off(name: EventName, listener: AnyListener): void {
    this.emitter.off(name, listener as Called)
  }

  /** Whether anybody would see an event of this type: if not, it need not be made. */
  wants(type: MemberlistEvent['type']): boolean {
    return (
      this.iterators.size > 0 ||
      this.emitter.listenerCount(type) > 0 ||
      this.emitter.listenerCount('event') > 0 ||
      channels.event.hasSubscribers
    )
  }

  emit(event: MemberlistEvent): void {
    if (this.queued.length === 0) queueMicrotask(this.flush)
    this.queued.push(event)
  }

  iterate(signal: AbortSignal | undefined): AsyncIterableIterator<MemberlistEvent> {
    const queue = new EventQueue((ended) => this.iterators.delete(ended), signal)
    if (!queue.isClosed) this.iterators.add(queue)
    return queue
  }

  /** Delivers what waits and ends the iterators. */
  close(): void {
    this.flush()
    for (const queue of this.iterators) queue.close()
  }

  private readonly flush = (): void => {
    const events = this.queued
    this.queued = []
    for (const event of events) {
      if (channels.event.hasSubscribers) channels.event.publish({ member: this.member, event })
      for (const listener of this.emitter.rawListeners(event.type)) this.call(listener, event)
      for (const listener of this.emitter.rawListeners('event')) this.call(listener, event)
      for (const queue of this.iterators) queue.push(event)
    }
  }

  private call(listener: unknown, event: MemberlistEvent): void {
    try {
      const result = (listener as Called)(event)
      if (result instanceof Promise) result.catch((error: unknown) => this.failed(event, error))
    } catch (error) {
      this.failed(event, error)
    }
  }

  /** Not told for a failing listener of warnings: that would go round in circles. */
  private failed(event: MemberlistEvent, error: unknown): void {
    if (event.type === 'warning') return
    this.emit(callbackFailed(`A listener for "${event.type}"`, error))
  }
}

export function callbackFailed(what: string, error: unknown): MemberlistWarning {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    type: 'warning',
    code: 'callback-failed',
    text: `${what} failed: ${reason}. The member goes on.`,
  }
}

class EventQueue implements AsyncIterableIterator<MemberlistEvent> {
  isClosed = false
  private readonly events: MemberlistEvent[] = []
  private readonly ended: (queue: EventQueue) => void
  private readonly signal: AbortSignal | undefined
  private wake: (() => void) | undefined
  private dropped = 0

  constructor(ended: (queue: EventQueue) => void, signal: AbortSignal | undefined) {
    this.ended = ended
    this.signal = signal
    if (signal?.aborted) this.isClosed = true
    else signal?.addEventListener('abort', this.close)
  }

  push(event: MemberlistEvent): void {
    if (this.events.length >= limits.bufferedEvents) {
      this.events.shift()
      this.dropped++
    }
    this.events.push(event)
    this.wake?.()
  }

  readonly close = (): void => {
    this.isClosed = true
    this.signal?.removeEventListener('abort', this.close)
    this.ended(this)
    this.wake?.()
  }

  async next(): Promise<IteratorResult<MemberlistEvent, undefined>> {
    for (;;) {
      if (this.dropped > 0) {
        const text = `This iterator was too slow: ${this.dropped} older events were dropped.`
        this.dropped = 0
        return { done: false, value: { type: 'warning', code: 'overload', text } }
      }
      const event = this.events.shift()
      if (event !== undefined) return { done: false, value: event }
      if (this.isClosed) return { done: true, value: undefined }
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
      this.wake = undefined
    }
  }

  return(): Promise<IteratorResult<MemberlistEvent, undefined>> {
    this.events.length = 0
    this.close()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
