import { Buffer } from 'node:buffer'
import { kvLimits } from '../limits.ts'
import type { KvSettings } from '../settings.ts'
import type { Spread } from '../store.ts'
import type { WireEntry } from '../wire/entry.ts'
import { decodeMessage } from '../wire/message.ts'
import type { KvMessage } from '../wire/message-types.ts'
import { encodeRecord } from '../wire/record.ts'
import type { SeenOrigin } from '../wire/vector.ts'
import { Answers } from './answers.ts'
import { Asks } from './asks.ts'
import { ReplicaCore, type ReplicaCounters } from './core.ts'
import type { Instant, ReplicaEffects, ReplicaRandom, ReplicaTimer, SendToken } from './effects.ts'
import { Gossip } from './gossip.ts'
import type { Held } from './held.ts'
import { Inbox } from './inbox.ts'
import { encodeSelf, encodeVector, type ReplicaMeta } from './meta.ts'
import { Origins } from './origins.ts'
import { Owed, type ReadyAcks } from './owed.ts'
import { Passes } from './passes.ts'
import { type Peer, Peers } from './peers.ts'
import { Pushes } from './pushes.ts'
import { Rounds } from './rounds.ts'
import { ReplicaState } from './state.ts'

/** Entries that end in one go; the rest in the next. */
const ENDS_AT_ONCE = 4_096
/** Each life leaves a gap in its origin's numbers; with more of them, a new origin begins. */
const MOST_GAPS = 256
/** A deadline is not looked for more often than this: what reads see is decided when they read. */
const LEAST_DEADLINE_MS = 20
const MOST_DEADLINE_MS = 60_000

/** What is to be stored in one go, and what may be said once it is. */
export interface ReplicaBatch {
  /** A key without an entry is gone. To be encoded before anything else is called. */
  readonly entries: ReadonlyMap<string, Held | undefined>
  readonly bytes: number
  /** End of the log, and our last write, with it. */
  readonly end: number
  readonly sequence: number
  readonly acks: ReadyAcks
}

/** Made for `Storage.write`. */
export interface EncodedBatch {
  readonly entries: readonly { readonly key: Uint8Array; readonly record: Uint8Array | undefined }[]
  readonly meta: readonly (readonly [name: string, record: Uint8Array])[]
}

/** What was stored, to begin with; the entries follow by `restore`. */
export interface Restored {
  readonly meta: ReplicaMeta
  readonly vector: readonly SeenOrigin[]
}

export interface ReplicaOptions {
  readonly settings: KvSettings
  readonly effects: ReplicaEffects
  readonly random: ReplicaRandom
}

/**
 * One replica of the map: the replication as a program without I/O. Everything enters by its calls,
 * each given the time; everything leaves by `ReplicaEffects`.
 *
 *   put, delete ─┐                                     ┌─ send, broadcast
 *       message ─┼─▶ ReplicaState   Pushes  Gossip     ├─ saveSoon ─▶ takeBatch ─▶ saved
 *    timerFired ─┤   LocalLog       Passes ◀─▶ Answers ├─ setTimer
 *         saved ─┘   Origins        Asks ◀─▶ Owed      └─ tell
 *
 * Nothing of ours leaves before it is stored (`saved`), so that whoever restarts never uses a
 * sequence number again that others know.
 */
export class Replica {
  readonly state: ReplicaState
  private readonly core: ReplicaCore
  private readonly peers: Peers
  private readonly asks: Asks
  private readonly owed: Owed
  private readonly pushes: Pushes
  private readonly passes: Passes
  private readonly answers: Answers
  private readonly gossip: Gossip
  private readonly rounds: Rounds
  private readonly inbox: Inbox
  private deadlineAt = Number.POSITIVE_INFINITY

  constructor({ settings, effects, random }: ReplicaOptions, restored?: Restored) {
    this.peers = new Peers(() => this.core.name)
    const meta = restored?.meta
    const origins = new Origins(
      (origin) => origin === this.state.self || this.peers.isPresent(origin.id),
      meta?.forgotten,
    )
    const self = origins.intern(meta?.originId ?? randomId(random), meta?.originName ?? '')
    this.state = new ReplicaState(settings, origins, self, {
      changed: (type, held) => effects.tell({ type, held }),
      unsaved: () => this.unsaved(),
      full: (isFull) => this.fullChanged(isFull),
    })
    this.core = new ReplicaCore(settings, this.state, this.peers, effects, random)
    this.asks = new Asks(this.core)
    this.owed = new Owed(this.core)
    this.pushes = new Pushes(this.core, this.asks)
    this.passes = new Passes(this.core)
    this.answers = new Answers(this.core)
    this.gossip = new Gossip(this.core)
    this.rounds = new Rounds(this.core, this.passes)
    this.inbox = new Inbox(this.core, this.owed, this.gossip, this.rounds)
    if (restored !== undefined) this.remember(restored)
  }

  get counters(): ReplicaCounters {
    return this.core.counters
  }

  get speakers(): readonly Peer[] {
    return this.peers.speakers
  }

  get waitingBytes(): number {
    return this.core.waitingBytes
  }

  get asksAreFull(): boolean {
    return this.asks.isFull
  }

  /** Entries that were stored, before the start; in as many parts as the caller likes. */
  restore(entries: Iterable<WireEntry>): void {
    const { state, core } = this
    for (const entry of entries) state.restore(entry)
    state.sequence = Math.max(state.sequence, state.self.seen.highest)
    core.durableEnd = state.log.end
    core.storedSequence = state.sequence
  }

  /** Begins its rounds. `name` is the member's, as the others know it. */
  start(at: Instant, name: string): void {
    this.core.at = at
    this.core.name = name
    this.state.self.name = name
    const { roundMs } = this.core.settings
    this.core.effects.setTimer('round', 1 + this.core.random(roundMs))
    this.armDeadline()
  }

  memberUp(at: Instant, name: string): void {
    this.core.at = at
    if (name === this.core.name) return
    const peer = this.peers.add(name)
    if (!peer.speaks) this.rounds.greet(peer)
  }

  memberDown(at: Instant, name: string): void {
    this.core.at = at
    const peer = this.peers.remove(name)
    if (peer !== undefined) this.passes.abandon(peer)
  }

  /**
   * Writes; an undefined `value` deletes. With `isAsked`, the holders are asked for: `acked` events.
   * @throws KvError ERR_KV_FULL, ERR_KV_CLOCK
   */
  write(
    at: Instant,
    key: string,
    value: Uint8Array | undefined,
    options: { readonly ttlMs: number; readonly acks: number; readonly isTraced: boolean },
  ): Held {
    this.core.at = at
    const held = this.state.write(key, value, options.ttlMs, at.wallMs)
    if (options.acks > 0 || options.isTraced) this.asks.add(held, options.acks, options.isTraced)
    this.armDeadline()
    return held
  }

  /** Nobody waits for this write's holders any more. */
  settled(sequence: number): void {
    this.asks.settled(sequence)
  }

  holders(sequence: number): string[] {
    return this.asks.holders(sequence)
  }

  spread(version: string): Spread | undefined {
    return this.asks.spread(version)
  }

  /** Bytes that came from the network: anything at all. */
  message(at: Instant, bytes: Uint8Array): void {
    this.core.at = at
    const { counters } = this.core
    counters.messagesReceived++
    counters.bytesReceived += bytes.length
    const decoded = decodeMessage(bytes)
    if ('refusal' in decoded) {
      this.core.refuse(decoded.refusal, '')
      return
    }
    if (decoded.sender === this.core.name) return
    const peer = this.peers.get(decoded.sender)
    if (peer === undefined) {
      this.core.refuse('unknown-member', decoded.sender)
      return
    }
    this.peers.spoke(peer, this.core.durableEnd)
    this.receive(peer, decoded.message)
    this.armDeadline()
  }

  timerFired(at: Instant, timer: ReplicaTimer): void {
    this.core.at = at
    switch (timer) {
      case 'round':
        this.core.effects.setTimer('round', this.core.settings.roundMs)
        this.rounds.run()
        this.asks.round()
        this.owed.round()
        return
      case 'push':
        this.pushes.timerFired()
        return
      case 'deadline':
        this.deadlineAt = Number.POSITIVE_INFINITY
        this.state.endDue(at.wallMs, ENDS_AT_ONCE)
        this.armDeadline()
        return
    }
  }

  /** A message with this token was handed over, or was not. */
  sendFinished(at: Instant, token: SendToken, isSent: boolean): void {
    this.core.at = at
    const peer = this.peers.get(token.member)
    if (token.kind === 'push') this.pushes.finished(peer, isSent)
    else this.answers.finished(peer)
  }

  /** All that is to be stored by now; `encodeBatch` makes records of it. */
  takeBatch(): ReplicaBatch {
    const { core, state } = this
    const entries = state.unsaved
    let bytes = 0
    for (const [key, held] of entries) bytes += key.length + (held?.value?.length ?? 0)
    state.unsaved = new Map()
    core.hasUnsaved = false
    core.batches++
    core.waitingBytes += bytes
    const { end } = state.log
    return { entries, bytes, end, sequence: state.sequence, acks: this.owed.ready() }
  }

  /** The records of a batch, for a storage: those of its entries, and what we are now. */
  encodeBatch({ entries }: ReplicaBatch): EncodedBatch {
    return {
      entries: [...entries].map(([key, held]) => ({
        key: Buffer.from(key),
        record: held === undefined ? undefined : encodeRecord(held, held.origin),
      })),
      meta: [
        ['self', encodeSelf(this.meta())],
        ['vector', encodeVector(this.core.vector())],
      ],
    }
  }

  /** The batch is durable. Batches are told in the order in which they were taken. */
  saved(at: Instant, batch: ReplicaBatch): void {
    const { core } = this
    core.at = at
    core.batches--
    core.waitingBytes -= batch.bytes
    core.durableEnd = batch.end
    core.storedSequence = batch.sequence
    this.owed.send(batch.acks)
    this.pushes.flush()
    this.gossip.stored()
  }

  private meta(): ReplicaMeta {
    const { self, sequence, clock, purgedStamp, origins } = this.state
    const { forgotten } = origins
    const { id: originId, name: originName } = self
    return { originId, originName, sequence, clock: clock.latest, purgedStamp, forgotten }
  }

  private remember({ meta, vector }: Restored): void {
    const { state } = this
    for (const { id, name, seen, purged } of vector) {
      const origin = state.origins.intern(id, name)
      origin.seen.addAll(seen, kvLimits.intervals)
      origin.purged = purged
    }
    state.clock.observe(meta.clock)
    state.purgedStamp = meta.purgedStamp
    state.sequence = meta.sequence
    state.hasFormerLife = true
    if (state.self.seen.count <= MOST_GAPS) return
    state.self = state.origins.intern(randomId(this.core.random))
    state.sequence = 0
    state.hasFormerLife = false
  }

  private receive(peer: Peer, message: KvMessage): void {
    switch (message.type) {
      case 'status':
        this.rounds.heard(peer, message)
        return
      case 'push':
        this.inbox.pushed(peer, message)
        return
      case 'gossip':
        this.inbox.gossiped(peer, message)
        return
      case 'pull':
        this.answers.answer(peer, message)
        return
      case 'chunk':
        this.passes.chunk(peer, message)
        return
      case 'ack':
        if (message.originId === this.state.self.id) this.asks.acked(peer, message.sequences)
        return
    }
  }

  private unsaved(): void {
    if (this.core.hasUnsaved) return
    this.core.hasUnsaved = true
    this.core.effects.saveSoon()
  }

  private fullChanged(isFull: boolean): void {
    this.core.effects.tell({ type: 'full', full: isFull })
    if (isFull) return
    for (const peer of this.peers) {
      peer.backoffMs = 0
      peer.nextPullAt = 0
    }
  }

  private armDeadline(): void {
    const { state, core } = this
    const inMs = state.nextDeadline - state.clock.time(core.at.wallMs)
    if (inMs === Number.POSITIVE_INFINITY) return
    const delayMs = Math.min(Math.max(inMs, LEAST_DEADLINE_MS), MOST_DEADLINE_MS)
    const dueAt = core.at.now + delayMs
    if (this.deadlineAt <= dueAt) return
    this.deadlineAt = dueAt
    core.effects.setTimer('deadline', delayMs)
  }
}

function randomId(random: ReplicaRandom): string {
  const word = (): string =>
    random(2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return word() + word()
}
