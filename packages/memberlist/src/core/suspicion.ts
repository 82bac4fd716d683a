import type { Span } from '../wire/span.ts'
import { suspicionLengthMs } from './formulas.ts'
import type { NodeRecord } from './registry.ts'

/**
 * One running suspicion (Lifeguard's dynamic timeout). It starts at its longest and shrinks with
 * each independent confirmation, at most `expected` of them: that bounds the set of names.
 */
export class Suspicion {
  readonly slot: number
  readonly record: NodeRecord
  readonly incarnation: number
  readonly expected: number
  readonly minMs: number
  readonly maxMs: number
  /** Monotonic ms; moved on by the time that this process stood still. */
  startedAt: number
  private readonly accusers: Uint8Array[]

  constructor(
    slot: number,
    record: NodeRecord,
    incarnation: number,
    from: Span,
    expected: number,
    minMs: number,
    maxMs: number,
    now: number,
  ) {
    this.slot = slot
    this.record = record
    this.incarnation = incarnation
    this.expected = expected
    this.minMs = minMs
    this.maxMs = maxMs
    this.startedAt = now
    this.accusers = [from.copy()]
  }

  /** The first accuser never counts as a confirmation. */
  get confirmations(): number {
    return this.accusers.length - 1
  }

  /** Whether that one alone suspects it, where others could have confirmed it. */
  isOnlyOf(accuser: Span): boolean {
    return this.expected > 0 && this.confirmations === 0 && accuser.equals(this.accusers[0])
  }

  /** Names of who suspects it, the first accuser first. */
  get from(): readonly Uint8Array[] {
    return this.accusers
  }

  /** Monotonic ms at which it ends as things are. */
  get deadline(): number {
    return (
      this.startedAt + suspicionLengthMs(this.confirmations, this.expected, this.minMs, this.maxMs)
    )
  }

  /** True when this accuser is new and still counted: the suspicion then ends earlier. */
  confirm(from: Span): boolean {
    if (this.confirmations >= this.expected) return false
    for (const accuser of this.accusers) if (from.equals(accuser)) return false
    this.accusers.push(from.copy())
    return true
  }
}
