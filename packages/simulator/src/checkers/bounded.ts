import { limits } from '@hearsay/memberlist/internal'
import type { SimulatedMember } from '../world/member.ts'
import type { Checked, Checker } from './checker.ts'

/** Timers of an engine's own tasks, its probe and its relays beside those of suspicions. */
const OWN_TIMERS = 64
const TIMERS_FOR_EACH_MEMBER = 8

/** Queues and memory bounded: everything that can grow stays within what its owner says. */
export function bounded(world: Checked): Checker {
  const checkOne = (member: SimulatedMember): void => {
    const { core } = member
    const { settings, members } = core
    const sizes: [what: string, size: number, bound: number][] = [
      ['members', members.size, settings.maxMembers],
      ['queued news', core.membership.length, settings.maxMembers],
      ['queued messages', core.userMessages.length, settings.maxQueuedBroadcasts],
      ['bytes of queued messages', core.userMessages.bytes, settings.maxQueuedBytes],
      ['suspicions', core.suspicions.size, members.size],
      ['suspicion timers', core.suspicionTimers.size, 2 * members.size + OWN_TIMERS],
      ['members to reach again', core.reconnects.size, limits.reconnectTargets],
      ['timers', member.pendingTimers, OWN_TIMERS + TIMERS_FOR_EACH_MEMBER * members.size],
    ]
    for (const [what, size, bound] of sizes) {
      if (size <= bound) continue
      world.violated('bounded', member, `${member.name} has ${size} ${what}; the bound is ${bound}`)
    }
  }
  return {
    name: 'bounded',
    look() {
      for (const member of world.members) if (member.isLive) checkOne(member)
    },
  }
}
