import { kvLimits } from '../limits.ts'
import type { WireEntry } from '../wire/entry.ts'
import { encodeMessage } from '../wire/message.ts'
import type { Outgoing } from '../wire/message-types.ts'
import type { ReplicaCore } from './core.ts'
import type { Held } from './held.ts'

/**
 * Single writes that fit a packet, by memberlist's gossip. Its receivers do not pass a broadcast on,
 * so that we do, once each, with what was news to us.
 *
 * Bound: `limits.gossipsPerSecond`; beyond, push and anti-entropy have to do. Nothing is gossiped
 * while a member is present that does not speak this protocol: a broadcast would reach it, too.
 */
export class Gossip {
  private readonly core: ReplicaCore
  private allowance = kvLimits.gossipsPerSecond
  private allowedAt = Number.NEGATIVE_INFINITY
  /** Of our log: writes up to here were gossiped, or never will be. */
  private told = 0

  constructor(core: ReplicaCore) {
    this.core = core
  }

  /** Our own writes that were stored. */
  stored(): void {
    const { core } = this
    const { state, durableEnd } = core
    if (core.peers.doAllSpeak && durableEnd - this.told <= kvLimits.gossipsPerSecond) {
      state.log.visit(this.told, durableEnd, kvLimits.gossipsPerSecond, (held) => {
        if (held.origin === state.self) this.tell(held)
        return true
      })
    }
    this.told = durableEnd
  }

  /** What was news to us. */
  passOn(entry: WireEntry): void {
    if (!this.core.peers.doAllSpeak) return
    const origin = { id: entry.originId, name: entry.originName }
    this.broadcast({ write: entry, origin, isHead: false })
  }

  private tell(held: Held): void {
    if (held.value !== undefined && held.value.length > this.core.effects.packetBytes) return
    this.broadcast({ write: held, origin: held.origin, isHead: false })
  }

  private broadcast(entry: Outgoing): void {
    const { core } = this
    if (!this.isAllowed()) return
    const bytes = encodeMessage(core.name, { type: 'gossip', entries: [entry] })
    if (bytes.length > core.effects.packetBytes) return
    this.allowance--
    core.counters.messagesSent++
    core.counters.bytesSent += bytes.length
    core.effects.broadcast(bytes, `hearsay-kv:${entry.write.key}`)
  }

  private isAllowed(): boolean {
    const { now } = this.core.at
    if (now - this.allowedAt >= 1_000) {
      this.allowedAt = now
      this.allowance = kvLimits.gossipsPerSecond
    }
    return this.allowance > 0
  }
}
