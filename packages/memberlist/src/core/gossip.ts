import type { Core } from './core.ts'
import { CHECKSUM_VERSION, isRecentlyDead } from './probe.ts'
import type { Sender } from './sender.ts'
import { ALIVE, SUSPECT } from './state.ts'

/**
 * Spreads what is queued to a few random members each interval (SWIM, section 4.1, with rounds of
 * its own as in Go: `gossip`). The timer only runs while something is queued; it keeps its phase,
 * so that a message waits for the same random part of an interval as if it always ran.
 */
export class Gossip {
  private readonly core: Core
  private readonly sender: Sender
  private readonly targets: number[] = []
  private phase = 0
  private armed = false
  /** The moment for which the last round was set. */
  private roundAt = 0

  constructor(core: Core, sender: Sender) {
    this.core = core
    this.sender = sender
  }

  start(): void {
    const { gossipIntervalMs } = this.core.settings
    if (gossipIntervalMs > 0) {
      this.phase = this.core.now + this.core.random('stagger', gossipIntervalMs)
    }
  }

  /** Called after everything that may have queued something. */
  arm(): void {
    const { backlog, settings, effects, now } = this.core
    if (backlog.count === 0 || this.armed) return
    if (settings.gossipIntervalMs === 0 || settings.gossipNodes === 0) return
    this.armed = true
    const interval = settings.gossipIntervalMs
    // A timer may be a little early: then the next round is not the one that has just been.
    const earlyMs = Math.max(0, this.roundAt - now)
    const into = (now + earlyMs - this.phase) % interval
    const delayMs = earlyMs + (into < 0 ? -into : interval - into)
    this.roundAt = now + delayMs
    effects.setTimer(GOSSIP, delayMs)
  }

  tick(): void {
    this.armed = false
    const { core } = this
    core.counters.gossipRounds++
    core.catchUp.arm()
    const { gossipNodes } = core.catchUp
    const targets = core.userMessages.length > 0 ? core.settings.gossipNodes : gossipNodes
    core.members.pick('gossip-target', targets, this.targets, this.isTarget)
    for (let index = 0; index < this.targets.length; index++) {
      const { host, port, protocolMax } = core.members.record(this.targets[index])
      this.sender.sendGossip(host, port, protocolMax >= CHECKSUM_VERSION, index < gossipNodes)
    }
  }

  /** Alive, suspect, or dead so recently that it may still refute. */
  private readonly isTarget = (slot: number): boolean => {
    if (slot === this.core.self) return false
    const state = this.core.members.state(slot)
    return state === ALIVE || state === SUSPECT || isRecentlyDead(this.core, slot)
  }
}

const GOSSIP = { kind: 'gossip' } as const
