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
  private readonly waiting = new Map<number, Waiting>()

  constructor(core: Core) {
    this.core = core
  }

  get size(): number {
    return this.waiting.size
  }

  /** A sequence number that nobody waits for. */
  nextSequence(): number {
    let sequence = this.core.random('sequence', 2 ** 32)
    while (this.waiting.has(sequence)) sequence = (sequence + 1) >>> 0
    return sequence
  }

  wait(sequence: number, waiting: Waiting): void {
    this.waiting.set(sequence, waiting)
  }

  stop(sequence: number): void {
    this.waiting.delete(sequence)
  }

  /** @param authentic the packet was encrypted with one of our keys */
  ack(ack: AckView, host: string, port: number, authentic: boolean): void {
    const waiting = this.find(ack.sequence, host, port, authentic)
    if (waiting === undefined) return
    this.waiting.delete(ack.sequence)
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
    const waiting = this.waiting.get(sequence)
    if (waiting !== undefined) {
      const isTrusted = authentic || !this.core.rules.checkedAcks
      if (isTrusted || waiting.expects(host, port)) return waiting
    }
    this.core.reject('unexpected-ack', host, port)
    return undefined
  }
}
