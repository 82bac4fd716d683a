import type { Settings } from '../config.ts'
import { PacketBuilder, type PacketSecurity } from '../wire/packet.ts'
import type { RejectionReason } from '../wire/rejection.ts'
import { Span } from '../wire/span.ts'
import { Writer } from '../wire/writer.ts'
import { Awareness } from './awareness.ts'
import { CatchUp } from './catch-up.ts'
import { Counters } from './counters.ts'
import { Digest } from './digest.ts'
import type { Effects } from './effects.ts'
import { retransmitLimit } from './formulas.ts'
import { Members } from './members.ts'
import { Backlog, Broadcast, TransmitLimitedQueue } from './queue.ts'
import type { Random } from './random.ts'
import { Reconnects } from './reconnect.ts'
import type { Name, NodeRecord, Registry } from './registry.ts'
import { ourRules, type Rules } from './rules.ts'
import { Slab } from './slab.ts'
import type { Suspicion } from './suspicion.ts'

/** The application's say in the protocol. Called within the core, so they answer at once. */
export interface Hooks {
  /**
   * Go `AliveDelegate`: whether to believe it. `later`: the answer comes by `Engine.aliveJudged`,
   * with the same source; `overload`: too many of those are open. Left out: all is believed.
   */
  judgeAlive?: (
    record: NodeRecord,
    incarnation: number,
    host: string,
    port: number,
  ) => 'accept' | 'refuse' | 'later' | 'overload'
  /** Go `PingDelegate.AckPayload`. */
  ackPayload?: () => Uint8Array | undefined
  /** Go `Config.DisableTcpPingsForNode`. */
  disableTcpPingsFor?: (name: string) => boolean
  /** Go `Config.CIDRsAllowed`, by address as text. */
  allowsAddress?: (host: string) => boolean
}

/** What one engine is made with. The settings are as `resolveSettings` checked them. */
export interface CoreOptions {
  readonly settings: Settings
  /** Read at each use: keys may come and go. */
  readonly security: PacketSecurity
  /** What stands in for a port that a peer left out. */
  readonly bindPort: number
  readonly effects: Effects
  readonly random: Random
  readonly registry: Registry
  readonly hooks: Hooks
  /** Only for measuring what each of them is worth. Default: ours. */
  readonly rules?: Rules
}

/**
 * What the parts of the protocol share: the table, the queues, local health, the running
 * suspicions, and the way out. The parts are functions and small classes over it.
 */
export class Core {
  readonly settings: Settings
  readonly security: PacketSecurity
  readonly bindPort: number
  readonly effects: Effects
  readonly random: Random
  readonly registry: Registry
  readonly hooks: Hooks
  readonly rules: Rules
  readonly members: Members
  readonly awareness: Awareness
  readonly counters = new Counters()
  /** What waits to be gossiped, in both queues. */
  readonly backlog = new Backlog()
  /** State changes, one for each member at the most. */
  readonly membership: TransmitLimitedQueue
  /** The application's messages. */
  readonly userMessages: TransmitLimitedQueue
  /** By slot; ended when the member is forgotten. Bound: one for each member. */
  readonly suspicions = new Map<number, Suspicion>()
  /** When the next timer of a slot's suspicions fires, in monotonic ms. Bound: one for each slot. */
  readonly suspicionTimers = new Map<number, number>()
  /** Failed members that are tried again. */
  readonly reconnects: Reconnects
  readonly catchUp: CatchUp
  /** What our table says, in short. */
  readonly digest: Digest
  readonly builder: PacketBuilder
  /** Scratch for the message that is to be queued. */
  readonly writer = new Writer(512)
  /** What waits to be gossiped about members. */
  private readonly messages = new Slab()
  /** Own name as the span that accusations from ourselves carry. */
  readonly selfSpan = new Span()
  /** Slot of the local member. */
  self = -1
  /** Monotonic ms of the call that is being served. */
  now = 0
  leaving = false

  constructor(options: CoreOptions) {
    const { settings } = options
    this.settings = settings
    this.security = options.security
    this.bindPort = options.bindPort
    this.effects = options.effects
    this.random = options.random
    this.registry = options.registry
    this.hooks = options.hooks
    this.rules = options.rules ?? ourRules
    this.members = new Members(options.registry, options.random)
    this.awareness = new Awareness(settings.awarenessMaxMultiplier)
    this.membership = new TransmitLimitedQueue(
      settings.maxMembers,
      Number.MAX_SAFE_INTEGER,
      this.backlog,
    )
    this.userMessages = new TransmitLimitedQueue(
      settings.maxQueuedBroadcasts,
      settings.maxQueuedBytes,
      this.backlog,
    )
    this.reconnects = new Reconnects(this)
    this.catchUp = new CatchUp(this)
    this.digest = new Digest(this)
    this.builder = new PacketBuilder(options.security)
  }

  get selfRecord(): NodeRecord {
    return this.members.record(this.self)
  }

  get transmitLimit(): number {
    return retransmitLimit(this.settings.retransmitMultiplier, this.members.size)
  }

  reject(reason: RejectionReason, host: string, port: number): void {
    this.effects.rejected(reason, host, port)
  }

  changeHealth(delta: number): void {
    if (this.rules.localHealthProbe && this.awareness.apply(delta)) {
      this.effects.tell({ type: 'health', score: this.awareness.score })
    }
  }

  /** What is in the scratch writer, to be kept. */
  scratchCopy(): Uint8Array {
    return this.messages.copy(this.writer.bytes, 0, this.writer.position)
  }

  /** Queues what is in the scratch writer as news about that member. */
  announce(subject: Name, finished?: (outcome: 'sent' | 'replaced' | 'shed') => void): void {
    this.membership.add(new Broadcast(subject, this.scratchCopy(), finished))
  }
}
