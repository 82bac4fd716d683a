import type { Core } from './core.ts'
import { roundsToTell } from './formulas.ts'
import { askAnyone } from './push-pull.ts'

/** More rounds of gossip than these ahead, and the queue is crowded: five seconds of Go's LAN. */
const CROWDED_ROUNDS = 25

/**
 * What happens while more news waits than gossip can soon tell: a thousand members that join at
 * once, or two partitions that meet. Each of a thousand members would send each of a thousand alive
 * messages twelve times, most of them to members that have long known. So, beyond Go:
 *
 *   gossip    about members goes to one member in each round; the application's messages go to as
 *             many as ever
 *   heard     an alive message that is heard again counts as sent by us: once when a packet has
 *             it, as a quarter of all its sendings when a random member has it in a push/pull; and
 *             of what came by a stream first, half of the telling is the other end's
 *   catch-up  a push/pull with a random member some seconds later, once more than the crowding
 *             lasts: it brings what the fewer copies have missed, and all else at once
 *
 * Neither happens in a cluster that has caught up: there each message has all its copies, which is
 * what makes it certain that it reaches everybody.
 */
export class CatchUp {
  private readonly core: Core
  private armed = false

  constructor(core: Core) {
    this.core = core
  }

  /**
   * The queue is rounds behind, and to gossip all that is in it takes more messages than both sides
   * of a push/pull have.
   */
  get isCrowded(): boolean {
    const { membership, transmitLimit, members, settings, rules } = this.core
    const { gossipNodes, udpBufferSize } = settings
    if (!rules.catchUp || gossipNodes === 0) return false
    if (membership.length * transmitLimit <= 2 * members.size) return false
    const rounds = roundsToTell(membership.bytes, transmitLimit, gossipNodes, udpBufferSize)
    return rounds > CROWDED_ROUNDS
  }

  /** Members to tell about members in a round. */
  get gossipNodes(): number {
    return this.isCrowded ? 1 : this.core.settings.gossipNodes
  }

  /** The sendings that it saves us when others turn out to know what we tell. */
  worthOfHearing(byStream: boolean): number {
    return byStream ? this.core.transmitLimit >> 2 : 1
  }

  /** The same for news that came by a stream: its other end tells it as well. */
  get worthOfSource(): number {
    return this.core.transmitLimit >> 1
  }

  /** Called in every round of gossip. */
  arm(): void {
    const { settings, effects, random } = this.core
    const longest = Math.floor(settings.pushPullIntervalMs / 4)
    if (this.armed || longest === 0 || !this.isCrowded) return
    this.armed = true
    const shortest = Math.floor(longest / 3)
    effects.setTimer(CATCH_UP, shortest + random('stagger', longest - shortest + 1))
  }

  tick(): void {
    this.armed = false
    if (!this.core.leaving) askAnyone(this.core)
  }
}

const CATCH_UP = { kind: 'catch-up' } as const
