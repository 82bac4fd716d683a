import { ALIVE, type Core, type StateEncoder } from '@hearsay/memberlist/internal'
import type { EventHash } from './event-hash.ts'
import type { SimulatedMember } from './member.ts'

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
 * One side of a push/pull that tells all. With Go's rules most of them tell a member what it knows
 * already, entry by entry, and with ten thousand members that would be most of the work. So the
 * bytes are made only when they matter: when the one that gets them knows something else. A table
 * that says the same, in which all are alive, leaves the other as it was: `Engine` would count the
 * entries as known, and that is all.
 *
 * It says what the member knew when it was made: before the member is next called, it is encoded.
 */
export class StateMessage implements StreamContent {
  readonly userState: Uint8Array
  readonly join: boolean
  /** Of the table, as hexadecimal digits, and how many it has. */
  readonly digest: string
  private readonly size: number
  private readonly isAllAlive: boolean
  private readonly member: SimulatedMember
  private readonly encoder: StateEncoder
  private encoded: Uint8Array | undefined

  constructor(member: SimulatedMember, encoder: StateEncoder, userState: Uint8Array) {
    const { core } = member
    this.member = member
    this.encoder = encoder
    this.userState = userState
    this.join = encoder.join
    this.digest = digestOf(core)
    this.size = core.members.size
    this.isAllAlive = areAllAlive(core)
    member.writesLater(this)
  }

  bytes(): Uint8Array {
    this.encoded ??= this.encoder.whole()
    this.member.written(this)
    return this.encoded
  }

  /** It arrived, or nobody waits for it any more. */
  settle(): void {
    this.member.written(this)
  }

  addTo(hash: EventHash): void {
    hash.text(this.digest)
    hash.word(this.size)
    hash.bytes(this.userState)
  }

  /** States of the same key are as long as each other; undefined: nothing is known of that. */
  get sizeKey(): string | undefined {
    return this.isAllAlive ? `${this.digest},${this.size},${this.userState.length}` : undefined
  }

  /** Whether that member would learn nothing from it. */
  isKnownTo({ core }: SimulatedMember): boolean {
    return (
      this.size > SMALL_TABLE &&
      this.isAllAlive &&
      areAllAlive(core) &&
      // What waits to be told would be known to be told elsewhere.
      core.membership.length === 0 &&
      this.digest === digestOf(core)
    )
  }
}

function areAllAlive({ members }: Core): boolean {
  return members.count(ALIVE) === members.size
}

function digestOf({ digest }: Core): string {
  return Buffer.from(digest.of(1)).toString('hex')
}
