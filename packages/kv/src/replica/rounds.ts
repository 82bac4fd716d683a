import { kvLimits } from '../limits.ts'
import type { StatusMessage } from '../wire/message-types.ts'
import { checksumOf } from './checksum.ts'
import type { ReplicaCore } from './core.ts'
import type { Passes } from './passes.ts'
import type { Peer } from './peers.ts'

const GREETINGS = 4
const LATER_GREETING_MS = 60_000

/**
 * What happens by itself, a few times a second: those that do not know how far we are are told,
 * who is ahead of us is asked, who has not spoken yet is greeted.
 *
 * A greeting is one small packet, four times with growing pauses and then once a minute: a member
 * without this protocol is not bothered with more, and nothing ever waits for it.
 */
export class Rounds {
  private readonly core: ReplicaCore
  private readonly passes: Passes

  constructor(core: ReplicaCore, passes: Passes) {
    this.core = core
    this.passes = passes
  }

  run(): void {
    const { peers } = this.core
    for (const peer of peers) {
      if (peer.speaks) this.passes.lookAfter(peer)
      else this.greet(peer)
    }
    this.passes.round()
    this.announce()
    this.pull()
  }

  /** To one that is there but has not spoken yet. */
  greet(peer: Peer): void {
    const { now } = this.core.at
    if (now < peer.nextGreetingAt) return
    const pauseMs = peer.greetings < GREETINGS ? 250 * 4 ** peer.greetings : LATER_GREETING_MS
    peer.greetings++
    peer.nextGreetingAt = now + pauseMs
    this.tell(peer, true)
  }

  /** How far we are. */
  tell(peer: Peer, wantsAnswer: boolean): void {
    const { core } = this
    peer.announcedEnd = core.durableEnd
    peer.announcedAt = core.at.now
    const status: StatusMessage = {
      type: 'status',
      boot: core.boot,
      end: core.durableEnd,
      originId: core.state.self.id,
      sequence: core.storedSequence,
      checksum: core.isSettled ? checksumOf(core.vector()) : 0,
      wantsAnswer,
    }
    core.send(peer.name, status)
  }

  /** How far another one is; see there for what is asked of it. */
  heard(peer: Peer, status: StatusMessage): void {
    const { core } = this
    peer.enter(status.boot)
    peer.originId = status.originId
    peer.end = Math.max(peer.end, status.end)
    if (status.wantsAnswer) this.tell(peer, false)
    const isComparable = core.isSettled && status.checksum > 0
    const isSame = isComparable && status.checksum === checksumOf(core.vector())
    if (isSame) {
      peer.checkpoint = Math.max(peer.checkpoint, status.end)
      peer.concludedAt = core.at.now
    }
    if (isSame || !(peer.isAhead || isComparable)) return
    const own = core.state.origins.get(status.originId)
    if (status.sequence > 0 && own?.seen.has(status.sequence) !== true) this.missed(peer)
    else this.passes.begin(peer)
  }

  /** Something that should have come by itself did not. */
  missed(peer: Peer): void {
    peer.isMissed = true
    if (peer.backoffMs === 0) peer.nextPullAt = Math.min(peer.nextPullAt, this.core.at.now)
    this.passes.begin(peer)
  }

  private announce(): void {
    const { core } = this
    const { now } = core.at
    const { announceMs } = core.settings
    const untold = core.peers.speakers.filter(
      (peer) => peer.announcedEnd !== core.durableEnd || now - peer.announcedAt >= announceMs,
    )
    for (const peer of this.some(untold, kvLimits.announcements)) {
      this.tell(peer, now - peer.announcedAt >= announceMs)
    }
  }

  private pull(): void {
    const { openSince, peers } = this.core
    const ahead = peers.speakers.filter(
      (peer) => peer.isAhead || peer.isMissed || peer.concludedAt < openSince,
    )
    for (const peer of this.some(ahead, kvLimits.pulls)) this.passes.begin(peer)
  }

  /** So many of them at random. */
  private some(peers: Peer[], most: number): Peer[] {
    for (let chosen = 0; chosen < most && chosen < peers.length - 1; chosen++) {
      const other = chosen + this.core.random(peers.length - chosen)
      const peer = peers[other]
      peers[other] = peers[chosen]
      peers[chosen] = peer
    }
    return peers.slice(0, most)
  }
}
