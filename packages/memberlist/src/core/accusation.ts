import { limits } from '../limits.ts'
import type { AccusationView } from '../wire/accusation.ts'
import type { Core } from './core.ts'
import { isPlausible, isPlausibleOfUs, refuteAgain } from './refute.ts'

// What suspect and dead messages have in common: each accuses a member of a life that it may have ended.

/**
 * The slot of the accused, or -1: not known, or refused because the accuser's name is longer than one
 * can be; passed on, the message would fit no packet.
 */
export function accusedSlot(
  core: Core,
  { node, from }: AccusationView,
  host: string,
  port: number,
): number {
  if (from.length <= limits.nameBytes) return core.members.find(node.bytes, node.start, node.end)
  core.reject('bad-member', host, port)
  return -1
}

/** Older than what is known, or about one that is gone. About ourselves, it is refuted once more. */
export function isOldAccusation(core: Core, slot: number, incarnation: number): boolean {
  const { members } = core
  if (incarnation >= members.incarnation(slot) && !members.isGone(slot)) return false
  core.counters.known++
  if (slot === core.self) refuteAgain(core)
  return true
}

export function isPlausibleAccusation(
  core: Core,
  slot: number,
  incarnation: number,
  port: number,
): boolean {
  if (slot === core.self) return isPlausibleOfUs(core, incarnation, port)
  return isPlausible(core, incarnation, core.members.incarnation(slot))
}

export function endSuspicion(core: Core, slot: number): void {
  core.suspicions.delete(slot)
}
