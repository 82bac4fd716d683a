import { kvLimits } from '../limits.ts'
import { ENTRY_HEADER_BYTES } from '../wire/entry.ts'
import type { Outgoing, PushMessage } from '../wire/message-types.ts'
import type { Asks } from './asks.ts'
import type { ReplicaCore } from './core.ts'
import type { Held } from './held.ts'
import type { Peer } from './peers.ts'

/** The most acknowledgements that one message asks for. */
const MAX_ASKS = 4_096

/**
 * Our own fresh writes, straight to the members next to us: all at once in one packet while they
 * are few, by stream and as fast as the receiver takes them while they are many. Nothing queues up:
 * each peer has a place in our log, and what does not get through it fetches itself.
 */
export class Pushes {
  private readonly core: ReplicaCore
  private readonly asks: Asks
  private isArmed = false

  constructor(core: ReplicaCore, asks: Asks) {
    this.core = core
    this.asks = asks
  }

  /** To be called when something was stored, or asked for. */
  flush(): void {
    for (const peer of this.core.peers.pushTargets) this.flushTo(peer)
    const { asks } = this
    if (asks.areForAll) {
      for (const peer of this.core.peers.speakers) asks.askOnly(peer, peer.askedTo)
    }
  }

  timerFired(): void {
    this.isArmed = false
    this.flush()
  }

  finished(peer: Peer | undefined, isSent: boolean): void {
    if (peer === undefined) return
    peer.isPushing = false
    if (!isSent) {
      peer.pushedTo = this.core.durableEnd
      peer.scannedTo = this.core.durableEnd
      return
    }
    this.flushTo(peer)
  }

  private flushTo(peer: Peer): void {
    const { core } = this
    if (peer.isPushing || peer.scannedTo >= core.durableEnd) return
    const waitMs = core.settings.pushMs - (core.at.now - peer.lastPushAt)
    if (waitMs <= 0) this.push(peer)
    else if (!this.isArmed) {
      this.isArmed = true
      core.effects.setTimer('push', waitMs)
    }
  }

  private push(peer: Peer): void {
    const { core } = this
    const { entries, isWhole, to } = this.collect(peer)
    peer.scannedTo = to
    if (entries.length === 0 && isWhole) return
    const asks = this.asks.after(peer.askedTo, MAX_ASKS)
    const message: Omit<PushMessage, 'entries'> & { readonly entries: readonly Outgoing[] } = {
      type: 'push',
      boot: core.boot,
      from: peer.pushedTo,
      to,
      isWhole,
      originId: core.state.self.id,
      asks,
      entries,
    }
    if (asks.length > 0) peer.askedTo = asks[asks.length - 1]
    peer.pushedTo = to
    peer.lastPushAt = core.at.now
    peer.isPushing = core.send(peer.name, message, 'push')
    if (to < core.durableEnd) this.flushTo(peer)
  }

  private collect(peer: Peer): { entries: Outgoing[]; isWhole: boolean; to: number } {
    const { state, durableEnd } = this.core
    const entries: Outgoing[] = []
    let bytes = 0
    let isWhole = true
    const add = (held: Held): boolean => {
      if (held.origin !== state.self) return true
      const valueBytes = held.value?.length ?? 0
      if (valueBytes > kvLimits.pushValueBytes) {
        isWhole = false
        return true
      }
      const size = ENTRY_HEADER_BYTES + held.keyBytes + valueBytes
      if (entries.length > 0 && bytes + size > kvLimits.messageBytes) return false
      entries.push({ write: held, origin: held.origin, isHead: false })
      bytes += size
      return true
    }
    const to = state.log.visit(peer.scannedTo, durableEnd, kvLimits.scanEntries, add)
    return { entries, isWhole, to }
  }
}
