import { kvLimits } from '../limits.ts'
import type { KvSettings } from '../settings.ts'
import { type RefusalReason, refusalReasons } from '../store.ts'
import { encodeMessage } from '../wire/message.ts'
import type { AnyDraft } from '../wire/message-types.ts'
import type { SeenOrigin } from '../wire/vector.ts'
import type { Instant, ReplicaEffects, ReplicaRandom, SendToken } from './effects.ts'
import type { Peers } from './peers.ts'
import type { ReplicaState } from './state.ts'

export interface ReplicaCounters {
  replicated: number
  superseded: number
  readonly refused: Record<RefusalReason, number>
  pulls: number
  fullPulls: number
  pullsFailed: number
  reissued: number
  messagesSent: number
  bytesSent: number
  messagesReceived: number
  bytesReceived: number
}

/** What the parts of a replica share. */
export class ReplicaCore {
  readonly settings: KvSettings
  readonly state: ReplicaState
  readonly peers: Peers
  readonly effects: ReplicaEffects
  readonly random: ReplicaRandom
  readonly counters: ReplicaCounters
  /** This life of the process: positions in the log are of it. */
  readonly boot: number
  /** Our member's name; empty until it is known. */
  name = ''
  /** When the present call happens. */
  at: Instant = { now: 0, wallMs: 0 }
  /** End of what is stored durably of the log. Nothing further leaves this member. */
  durableEnd = 0
  /** Our own last write that is. */
  storedSequence = 0
  /** The last time that an entry came to be open: members not asked since then are asked. */
  openSince = Number.NEGATIVE_INFINITY
  /** Bytes that are not stored yet. */
  waitingBytes = 0
  /** Batches that are being stored, and whether something is not even in one. */
  batches = 0
  hasUnsaved = false

  constructor(
    settings: KvSettings,
    state: ReplicaState,
    peers: Peers,
    effects: ReplicaEffects,
    random: ReplicaRandom,
  ) {
    this.settings = settings
    this.state = state
    this.peers = peers
    this.effects = effects
    this.random = random
    this.boot = 1 + random(2 ** 47)
    const refused = Object.fromEntries(refusalReasons.map((reason) => [reason, 0]))
    this.counters = {
      replicated: 0,
      superseded: 0,
      refused: refused as Record<RefusalReason, number>,
      pulls: 0,
      fullPulls: 0,
      pullsFailed: 0,
      reissued: 0,
      messagesSent: 0,
      bytesSent: 0,
      messagesReceived: 0,
      bytesReceived: 0,
    }
  }

  get isOverloaded(): boolean {
    return this.waitingBytes > kvLimits.waitingBytes
  }

  /** Everything seen is stored. */
  get isSettled(): boolean {
    return this.batches === 0 && !this.hasUnsaved
  }

  /** Sends a message; true if it was too long for a packet, and the token is now in use. */
  send(member: string, message: AnyDraft, kind?: SendToken['kind']): boolean {
    const bytes = encodeMessage(this.name, message)
    this.counters.messagesSent++
    this.counters.bytesSent += bytes.length
    const isLong = bytes.length > this.effects.packetBytes
    if (isLong && kind !== undefined) this.effects.send(member, bytes, { kind, member })
    else this.effects.send(member, bytes)
    return isLong
  }

  refuse(reason: RefusalReason, member: string): void {
    this.counters.refused[reason]++
    this.effects.tell({ type: 'refused', reason, member })
  }

  /** Our version vector, to be encoded at once: it is not a copy. */
  vector(): SeenOrigin[] {
    return [...this.state.origins].filter(({ seen, purged }) => seen.count > 0 || purged > 0)
  }
}
