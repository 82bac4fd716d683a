import type { SimulatedMember } from '../world/member.ts'
import type { Director, Perform } from './director.ts'

export const performPause: Perform<'pause'> = (director, step) => {
  const members = director.choose(step.who)
  for (const member of members) {
    const forMs = director.time(step.forMs)
    director.tell([member], `stands still for ${Math.round(forMs)} ms`)
    director.pause(member, forMs, step.stops)
  }
}

export const performStutter: Perform<'stutter'> = (director, step) => {
  const members = director.choose(step.who)
  const forMs = director.time(step.forMs)
  director.tell(members, `stand still time and again for ${Math.round(forMs)} ms`)
  const until = director.world.now + forMs
  for (const member of members) stutter(director, step, member, until)
}

function stutter(
  director: Director,
  step: Parameters<typeof performStutter>[1],
  member: SimulatedMember,
  until: number,
): void {
  const { world } = director
  if (director.isOver || world.now >= until || !member.isLive) return
  const pauseMs = director.time(step.pauseMs)
  director.pause(member, pauseMs, step.stops)
  world.after(pauseMs + director.time(step.runMs), () => stutter(director, step, member, until))
}

export const performClockJump: Perform<'clock-jump'> = (director, step) => {
  const members = director.choose(step.who)
  for (const member of members) {
    const byMs = Math.round(director.time(step.byMs))
    if (step.monotonic === true) {
      director.tell([member], `has its monotonic clock jump by ${byMs} ms`)
      member.isDisturbed = true
      member.jump(Math.abs(byMs))
    } else {
      director.tell([member], `has its wall clock jump by ${byMs} ms`)
      member.wallOffsetMs += byMs
    }
  }
}
