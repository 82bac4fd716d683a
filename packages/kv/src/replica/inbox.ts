import type { RefusalReason } from '../store.ts'
import type { WireEntry } from '../wire/entry.ts'
import type { GossipMessage, PushMessage } from '../wire/message-types.ts'
import type { ReplicaCore } from './core.ts'
import type { Gossip } from './gossip.ts'
import type { Owed } from './owed.ts'
import type { Peer } from './peers.ts'
import type { Rounds } from './rounds.ts'

/** Entries that others send without being asked. */
export class Inbox {
  private readonly core: ReplicaCore
  private readonly owed: Owed
  private readonly gossip: Gossip
  private readonly rounds: Rounds

  constructor(core: ReplicaCore, owed: Owed, gossip: Gossip, rounds: Rounds) {
    this.core = core
    this.owed = owed
    this.gossip = gossip
    this.rounds = rounds
  }

  gossiped(peer: Peer, { entries }: GossipMessage): void {
    for (const entry of entries) {
      if (this.take(peer, entry)) this.gossip.passOn(entry)
    }
  }

  pushed(peer: Peer, push: PushMessage): void {
    let { isWhole } = push
    for (const entry of push.entries) {
      if (!this.take(peer, entry) && !this.hasSeen(entry)) isWhole = false
    }
    if (push.asks.length > 0) this.asked(peer, push)
    if (push.to === 0) return
    peer.enter(push.boot)
    peer.originId = push.originId
    peer.end = Math.max(peer.end, push.to)
    const isNext = push.from <= Math.max(peer.pushedEnd, peer.checkpoint)
    peer.pushedEnd = Math.max(peer.pushedEnd, push.to)
    if (!isNext || !isWhole) this.rounds.missed(peer)
  }

  private asked(peer: Peer, { originId, asks }: PushMessage): void {
    this.owed.asked(peer.name, originId, asks)
    if (this.core.isSettled) this.owed.send(this.owed.ready())
    else this.core.state.markUnsaved()
  }

  /** True when it was news. */
  private take(peer: Peer, entry: WireEntry): boolean {
    const { core } = this
    if (entry.isHead) return false
    if (core.isOverloaded) {
      core.refuse('overload', peer.name)
      return false
    }
    const outcome = core.state.take(entry, core.at.wallMs, false)
    if (outcome === 'taken') core.counters.replicated++
    else if (outcome === 'known' || outcome === 'superseded') core.counters.superseded++
    else core.refuse(outcome satisfies RefusalReason, peer.name)
    return outcome === 'taken'
  }

  private hasSeen({ originId, sequence }: WireEntry): boolean {
    return this.core.state.origins.get(originId)?.seen.has(sequence) === true
  }
}
