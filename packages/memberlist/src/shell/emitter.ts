import { EventEmitter } from 'node:events'
import { channels } from '../diagnostics.ts'
import { EventQueue } from './event-queue.ts'
import type { MemberlistEvent } from './events.ts'

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
  private readonly failed: (listener: string, error: unknown) => void
  private queued: MemberlistEvent[] = []
  private closed = false

  /** @param failed told of a listener that threw or rejected */
  constructor(member: string, failed: (listener: string, error: unknown) => void) {
    this.member = member
    this.failed = failed
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
    if (this.closed) return
    if (this.queued.length === 0) queueMicrotask(this.flush)
    this.queued.push(event)
  }

  iterate(signal: AbortSignal | undefined): AsyncIterableIterator<MemberlistEvent, undefined> {
    const queue = new EventQueue((ended) => this.iterators.delete(ended), signal)
    if (this.closed) queue.close()
    if (!queue.isClosed) this.iterators.add(queue)
    return queue
  }

  /** Delivers what waits and ends the iterators; nothing is told after it. */
  close(): void {
    this.closed = true
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
      if (result instanceof Promise) result.catch((error: unknown) => this.complain(event, error))
    } catch (error) {
      this.complain(event, error)
    }
  }

  /** Not of a failing listener of warnings: that would go round in circles. */
  private complain({ type }: MemberlistEvent, error: unknown): void {
    if (type !== 'warning') this.failed(`A listener for "${type}"`, error)
  }
}
