import { aliveNews } from './alive-news.ts'
import type { Core } from './core.ts'
import { isPlausibleIncarnation, MAX_STREAM_INCARNATION } from './formulas.ts'
import { Broadcast } from './queue.ts'

const HIGHEST = 0xffffffff

/**
 * Tells all that we are alive, with an incarnation above the accusation, and takes the accusation
 * as a hint that our own health is worse than we think (Lifeguard). Go: `refute`.
 *
 * An accusation that is not plausible does not move us past it: Go follows a forged 0xffffffff,
 * wraps to 0 and is dead for good. Ours answers with the next incarnation; the others, who refuse
 * the forgery too, believe it.
 */
export function refute(core: Core, accused: number, plausible: boolean): void {
  const own = core.members.incarnation(core.self)
  const beaten = plausible ? Math.max(own, accused) : own
  const next = core.rules.boundedIncarnations ? Math.min(beaten + 1, HIGHEST) : (beaten + 1) >>> 0
  core.members.setIncarnation(core.self, next)
  core.counters.refutations++
  core.changeHealth(1)
  announceSelf(core)
}

/**
 * Somebody still accuses us of what we have refuted, so the refutation did not reach all. Beyond Go:
 * it is said again, unless it waits to be sent anyway, which bounds what accusations can set off.
 */
export function refuteAgain(core: Core): void {
  if (core.rules.refuteAgain && !core.leaving && !core.membership.has(core.selfRecord.name))
    announceSelf(core)
}

/** Whether a claim may be believed, given what is known of its member. */
export function isPlausible(core: Core, claimed: number, known: number): boolean {
  const { rules, settings } = core
  if (!rules.boundedIncarnations) return true
  return isPlausibleIncarnation(claimed, known, settings.maxIncarnationJump)
}

/** Whether what is said of ourselves may be followed; `port` is 0 for what came by a stream. */
export function isPlausibleOfUs(core: Core, accused: number, port: number): boolean {
  if (port === 0 && accused <= MAX_STREAM_INCARNATION) return true
  return isPlausible(core, accused, core.members.incarnation(core.self))
}

/** Queues our own alive message as things are now. */
export function announceSelf(
  core: Core,
  finished?: (outcome: 'sent' | 'replaced' | 'shed') => void,
): void {
  const incarnation = core.members.incarnation(core.self)
  const news = aliveNews(core.selfRecord, incarnation)
  core.membership.add(new Broadcast(core.selfRecord.name, news, finished))
}
