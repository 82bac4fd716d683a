import type { AckView } from '../wire/ack.ts'
import type { Core } from './core.ts'
import type { NodeRecord } from './registry.ts'

/** A ping that the application asked for. */
export class DirectPing {
  readonly record: NodeRecord
  readonly sequence: number
  readonly sentAt: number
  done = false
  /** With the ack, or undefined when the time is up; only the first call counts. */
  finish: (ack: AckView | undefined) => void = () => undefined

  constructor(record: NodeRecord, sequence: number, now: number) {
    this.record = record
    this.sequence = sequence
    this.sentAt = now
  }
}

/** What waits for an ack; each kind says who may send it and what follows. */
export interface Waiting {
  readonly sequence: number
  /** From whom an ack or nack is believed: where the ping went, or one who was asked. */
  expects(host: string, port: number): boolean
  acked(ack: AckView): void
  nacked(): void
}

/**
 * Acks that are waited for, by sequence number. Bound: one probe, the relays (`limits.relayedPings`)
 * and the pings that the application has under way.
 *
 * Sequence numbers are drawn, not counted: whoever cannot read our pings cannot answer them. And in
 * the clear an ack is only taken from where one can come from, where Go takes it from anywhere.
 */
export class Acks {
  private readonly core: Core
  /** One of them beside the map: mostly the only one, and a map that empties gives up its table. */
  private one: Waiting | undefined
  private readonly others = new Map<number, Waiting>()

  constructor(core: Core) {
    this.core = core
  }

  /** A sequence number that nobody waits for. */
  nextSequence(): number {
    let sequence = this.core.random('sequence', 2 ** 32)
    while (this.waiting(sequence) !== undefined) sequence = (sequence + 1) >>> 0
    return sequence
  }

  wait(waiting: Waiting): void {
    if (this.one === undefined) this.one = waiting
    else this.others.set(waiting.sequence, waiting)
  }

  stop(sequence: number): void {
    if (this.one?.sequence === sequence) this.one = undefined
    else if (this.others.size > 0) this.others.delete(sequence)
  }

  /** @param authentic the packet was encrypted with one of our keys */
  ack(ack: AckView, host: string, port: number, authentic: boolean): void {
    const waiting = this.find(ack.sequence, host, port, authentic)
    if (waiting === undefined) return
    this.stop(ack.sequence)
    waiting.acked(ack)
  }

  /** A nack leaves the wait open: the ack may still come. */
  nack(sequence: number, host: string, port: number, authentic: boolean): void {
    this.find(sequence, host, port, authentic)?.nacked()
  }

  private find(
    sequence: number,
    host: string,
    port: number,
    authentic: boolean,
  ): Waiting | undefined {
    const waiting = this.waiting(sequence)
    if (waiting !== undefined) {
      const isTrusted = authentic || !this.core.rules.checkedAcks
      if (isTrusted || waiting.expects(host, port)) return waiting
    }
    this.core.reject('unexpected-ack', host, port)
    return undefined
  }

  private waiting(sequence: number): Waiting | undefined {
    return this.one?.sequence === sequence ? this.one : this.others.get(sequence)
  }
}
