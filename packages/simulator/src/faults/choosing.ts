import type { Choice, Range, Time } from '../scenario.ts'
import type { Generator } from '../world/generator.ts'
import type { SimulatedMember } from '../world/member.ts'
import type { World } from '../world/world.ts'

/** Who is meant: of those that run and have not left, in the order of their indices. */
export function choose(world: World, choice: Choice, draws: Generator): SimulatedMember[] {
  const candidates = world.members.filter((member) => member.isLive && !member.hasLeft)
  if (choice === 'all') return candidates
  if (!('draw' in choice) && !('share' in choice)) {
    const wanted = new Set(choice)
    return candidates.filter(({ index }) => wanted.has(index))
  }
  const count = 'draw' in choice ? choice.draw : Math.round(candidates.length * choice.share)
  const drawn = draws.sample(candidates, count)
  return drawn.sort((one, other) => one.index - other.index)
}

export function drawTime(time: Time, draws: Generator): number {
  return isRange(time) ? draws.between(time[0], time[1]) : time
}

function isRange(time: Time): time is Range {
  return typeof time !== 'number'
}

export function indicesOf(members: readonly SimulatedMember[]): number[] {
  return members.map(({ index }) => index)
}

/** Some of their names, for people. */
export function namesOf(members: readonly SimulatedMember[]): string {
  const shown = members.slice(0, 6).map(({ name }) => name)
  const more = members.length - shown.length
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '')
}
