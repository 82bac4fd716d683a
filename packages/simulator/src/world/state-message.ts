import type { EventHash } from './event-hash.ts'
import type { SimulatedMember } from './member.ts'
import { type Fingerprint, fingerprintOf, saysTheSame } from './table-fingerprint.ts'

/** What goes over a stream, before its layers are put on. */
export interface StreamContent {
  /** With its type byte. */
  bytes(): Uint8Array
  addTo(hash: EventHash): void
}

export class PlainContent implements StreamContent {
  private readonly message: Uint8Array

  constructor(message: Uint8Array) {
    this.message = message
  }

  bytes(): Uint8Array {
    return this.message
  }

  addTo(hash: EventHash): void {
    hash.bytes(this.message)
  }
}

/** Tables smaller than this are always sent and merged for real: it costs little. */
const SMALL_TABLE = 64

/**
 * One side of a push/pull. Most of them tell a member what it knows already, entry by entry, and
 * with ten thousand members that would be most of the work. So the bytes are made only when they
 * matter: when the one that gets them knows something else. A table that says the same, with no
 * suspicion in it (which a push/pull confirms), leaves the other as it was: `Engine` would count
 * the entries as known, and that is all.
 *
 * It says what the member knew when it was made: before the member is next called, it is encoded.
 */
export class StateMessage implements StreamContent {
  readonly fingerprint: Fingerprint
  readonly userState: Uint8Array
  private readonly member: SimulatedMember
  private readonly join: boolean
  private encoded: Uint8Array | undefined

  constructor(member: SimulatedMember, join: boolean, userState: Uint8Array) {
    this.member = member
    this.join = join
    this.userState = userState
    this.fingerprint = fingerprintOf(member.core)
    member.writesLater(this)
  }

  bytes(): Uint8Array {
    this.encoded ??= this.member.running.encodeState(this.join, this.userState)
    this.member.written(this)
    return this.encoded
  }

  /** It arrived, or nobody waits for it any more. */
  settle(): void {
    this.member.written(this)
  }

  addTo(hash: EventHash): void {
    const { first, second, size } = this.fingerprint
    hash.word(first)
    hash.word(second)
    hash.word(size)
    hash.bytes(this.userState)
  }

  /** Whether that member would learn nothing from it. */
  isKnownTo(member: SimulatedMember): boolean {
    const { fingerprint } = this
    return (
      fingerprint.size > SMALL_TABLE &&
      !fingerprint.hasSuspects &&
      // What waits to be told would be known to be told elsewhere.
      member.core.membership.length === 0 &&
      saysTheSame(fingerprint, fingerprintOf(member.core))
    )
  }
}
