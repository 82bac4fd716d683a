import { kvLimits } from '../limits.ts'
import type { WireEntry } from '../wire/entry.ts'
import type { ChunkMessage } from '../wire/message-types.ts'
import type { SeenOrigin } from '../wire/vector.ts'
import { hasSeenPurged, seenById } from './answers.ts'
import { concludeFull } from './comparison.ts'
import type { ReplicaCore } from './core.ts'
import { Partials } from './partials.ts'
import type { Pass } from './pass.ts'
import type { Peer } from './peers.ts'

const FIRST_BACKOFF_MS = 500
const MAX_BACKOFF_MS = 30_000
const MAX_TRIES = 5
const MAX_STALLS = 16
const NOTHING_ASKED = -1

/**
 * The asking side of anti-entropy. A pass reads what a peer's log has after our checkpoint in it, a
 * message at a time, each asked for when the one before was taken in. At its end all that the peer
 * had seen when it began is known here, too: its version vector goes into ours.
 *
 *   us                                   peer
 *   pull(cursor 40, our vector) ────────▶
 *        ◀──────── chunk(41…90: what we lack; its vector; end 120)
 *   pull(cursor 90) ────────────────────▶
 *        ◀──────── chunk(91…120, final)          its vector joins ours, checkpoint = 120
 *
 * Why that is sound: what the peer had at the beginning either stands in its log and was read, or
 * was superseded by what stands later, which was read as well (`local-log.ts`), or was purged. If
 * something was purged that we have not seen, the whole state is compared (`comparison.ts`).
 */
export class Passes {
  private readonly core: ReplicaCore
  private requests: number
  private active = 0
  private readonly partials = new Partials()

  constructor(core: ReplicaCore) {
    this.core = core
    this.requests = core.random(2 ** 32)
  }

  /** Begins a pass, if none is under way and it is allowed now. */
  begin(peer: Peer): boolean {
    if (peer.pass !== undefined || this.active >= kvLimits.pulls) return false
    if (this.core.at.now < peer.nextPullAt || this.core.isOverloaded) return false
    if (isLong(peer) && this.isLongUnderWay()) return false
    this.start(peer, false)
    return true
  }

  /** What one peer has much of, the others have as well: it should come once, not from each. */
  private isLongUnderWay(): boolean {
    return this.core.peers.speakers.some((peer) => peer.pass !== undefined && isLong(peer))
  }

  private start(peer: Peer, isFull: boolean): void {
    this.active++
    this.core.counters.pulls++
    peer.isMissed = false
    peer.pass = {
      request: NOTHING_ASKED,
      boot: peer.boot,
      cursor: isFull ? 0 : peer.checkpoint,
      isFirst: true,
      isFull,
      claims: undefined,
      neededEnd: 0,
      isComplete: true,
      listed: new Set(),
      startedAt: this.core.at.now,
      sentAt: 0,
      tries: 0,
      place: 0,
      stalls: 0,
      part: undefined,
    }
    this.ask(peer, peer.pass)
  }

  /** The peer is gone. */
  abandon(peer: Peer): void {
    if (peer.pass === undefined) return
    peer.pass = undefined
    this.active--
  }

  /** Lets go of what nobody goes on with. */
  round(): void {
    this.partials.round(this.core.at.now)
  }

  /** Asks again where no answer came, a few times and more patiently each time. */
  lookAfter(peer: Peer): void {
    const { pass } = peer
    if (pass === undefined) return
    const patienceMs = this.core.settings.answerMs * 2 ** pass.tries
    if (this.core.at.now - pass.sentAt < patienceMs) return
    if (++pass.tries < MAX_TRIES) {
      this.ask(peer, pass)
      return
    }
    this.giveUp(peer)
  }

  chunk(peer: Peer, chunk: ChunkMessage): void {
    const { pass } = peer
    if (pass === undefined || chunk.request !== pass.request) return
    pass.tries = 0
    pass.request = NOTHING_ASKED
    peer.enter(chunk.boot)
    pass.boot = chunk.boot
    peer.end = Math.max(peer.end, chunk.end)
    if (chunk.isFirst) this.enter(pass, chunk)
    if (chunk.isFull !== pass.isFull || pass.claims === undefined) {
      this.giveUp(peer)
      return
    }
    if (chunk.isWithheld) pass.isComplete = false
    // What is claimed may have been passed over for something newer that is not stored there yet:
    // if the peer were killed now, it would have the older one again, and we neither.
    if (pass.cursor < pass.claims.end) pass.neededEnd = Math.max(pass.neededEnd, chunk.end)
    this.takeEntries(peer, pass, chunk)
    if (pass.part === undefined) pass.cursor = chunk.cursor
    if (chunk.isFinal && pass.part === undefined) {
      if (chunk.cursor < pass.neededEnd) this.askLater(pass)
      else this.conclude(peer, pass, chunk)
    } else if (this.hasMoved(pass)) this.ask(peer, pass)
    else {
      this.core.refuse('malformed', peer.name)
      this.giveUp(peer)
    }
  }

  private enter(pass: Pass, chunk: ChunkMessage): void {
    const seen = seenById(chunk.vector)
    pass.isFirst = false
    pass.neededEnd = chunk.end
    pass.isComplete = true
    if (chunk.isFull && !pass.isFull) this.core.counters.fullPulls++
    pass.isFull = chunk.isFull
    pass.listed.clear()
    pass.claims = {
      vector: chunk.vector,
      seen,
      end: chunk.end,
      purges: chunk.purges,
      isVouched: hasSeenPurged(this.core.state.origins, seen),
    }
  }

  /** False where answer after answer brought nothing: no honest peer does that. */
  private hasMoved(pass: Pass): boolean {
    const place = pass.cursor + (pass.part?.received ?? 0)
    pass.stalls = place === pass.place ? pass.stalls + 1 : 0
    pass.place = place
    return pass.stalls < MAX_STALLS
  }

  private giveUp(peer: Peer): void {
    this.core.counters.pullsFailed++
    this.abandon(peer)
    this.backOff(peer)
  }

  private ask(peer: Peer, pass: Pass): void {
    const { core } = this
    pass.request = ++this.requests
    pass.sentAt = core.at.now
    core.send(peer.name, {
      type: 'pull',
      request: pass.request,
      // Not the peer's of now: it may have begun a new life since, with a log of its own.
      boot: pass.boot,
      cursor: pass.cursor,
      isFirst: pass.isFirst,
      isFull: pass.isFull,
      room: core.state.room,
      offset: pass.part?.received ?? 0,
      vector: core.vector(),
    })
  }

  /** What is claimed is not stored there yet: the next round asks for the rest. */
  private askLater(pass: Pass): void {
    pass.sentAt = Number.NEGATIVE_INFINITY
    pass.tries = 0
  }

  private takeEntries(peer: Peer, pass: Pass, chunk: ChunkMessage): void {
    const last = chunk.entries.length - 1
    for (const [index, entry] of chunk.entries.entries()) {
      const isPart = chunk.partOf > 0 && index === last
      if (isPart) this.takePart(peer, pass, chunk, entry)
      else if (!entry.isHead) this.takeEntry(peer, pass, entry)
      if (pass.isFull) pass.listed.add(entry.key)
    }
    if (chunk.partOf === 0) pass.part = undefined
  }

  private takeEntry(peer: Peer, pass: Pass, entry: WireEntry): void {
    const { state, counters, at } = this.core
    const outcome = state.take(entry, at.wallMs, pass.claims?.isVouched === true)
    if (outcome === 'taken') counters.replicated++
    else if (outcome === 'superseded' || outcome === 'known') counters.superseded++
    else {
      pass.isComplete = false
      this.core.refuse(outcome, peer.name)
    }
  }

  /** Parts are put together, whoever they come from and in whichever pass. */
  private takePart(peer: Peer, pass: Pass, chunk: ChunkMessage, entry: WireEntry): void {
    const { partOf, offset, part: piece } = chunk
    const part = this.partials.of(entry, partOf, this.core.at.now)
    pass.part = part
    // Not what was asked for: another entry than the one that we had begun with comes first now.
    if (offset !== part.received) return
    part.bytes.set(piece, offset)
    part.received += piece.length
    if (part.received < partOf) return
    pass.part = undefined
    this.partials.done(entry)
    this.takeEntry(peer, pass, { ...entry, isHead: false, value: part.bytes })
  }

  private conclude(peer: Peer, pass: Pass, chunk: ChunkMessage): void {
    const { claims } = pass
    if (claims === undefined) return
    this.abandon(peer)
    if (!pass.isFull && chunk.purges !== claims.purges) {
      this.start(peer, true)
      return
    }
    peer.concludedAt = pass.startedAt
    const isSettled = !pass.isFull || concludeFull(this.core, pass, claims, chunk)
    if (!pass.isComplete || !isSettled) {
      this.backOff(peer)
      return
    }
    this.learn(claims.vector)
    peer.checkpoint = chunk.cursor
    peer.backoffMs = 0
    peer.nextPullAt = this.core.at.now + this.core.settings.pullMs
  }

  private learn(vector: readonly SeenOrigin[]): void {
    const { origins } = this.core.state
    for (const { id, name, seen } of vector) {
      if (origins.get(id) === undefined && origins.size >= kvLimits.origins) continue
      origins.intern(id, name).seen.addAll(seen, kvLimits.intervals)
    }
    this.core.state.markUnsaved()
  }

  private backOff(peer: Peer): void {
    const next = peer.backoffMs === 0 ? FIRST_BACKOFF_MS : peer.backoffMs * 2
    peer.backoffMs = Math.min(MAX_BACKOFF_MS, next)
    peer.nextPullAt = this.core.at.now + peer.backoffMs
  }
}

/** Whether we are far behind it. */
function isLong({ end, checkpoint }: Peer): boolean {
  return end - checkpoint > kvLimits.shortPullEntries
}
