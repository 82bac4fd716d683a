import type { SimulatedMember } from '../world/member.ts'
import { type Checked, type Checker, slotOf, stayed } from './checker.ts'

/** What was on its way when the last one learned of it may still arrive, or wait in a socket. */
const UNDER_WAY_MS = 60_000

/**
 * No resurrection: once all that run hold a crashed member for gone, and what was on its way has
 * arrived, nobody holds it for a member again until it starts anew. (While one still believes in
 * it, such as one that was cut off, that one may well convince others: nobody can know better. And
 * about whom forged messages go around, there is nothing to say.)
 */
export function noResurrection(world: Checked): Checker {
  /** Since when all agree that it is gone. Bound: the members. */
  const gone = new Map<SimulatedMember, number>()
  return {
    name: 'no-resurrection',
    lifeChanged(member) {
      if (member.isLive) gone.delete(member)
    },
    told(observer, event, subject) {
      if (event.type !== 'join' || subject === undefined || subject.isLive) return
      if (subject.isForgedAbout) return
      const since = gone.get(subject)
      if (since === undefined || world.now - since < UNDER_WAY_MS) return
      const text = `${subject.name} was gone for all, and is a member again for ${observer.name}`
      world.violated('no-resurrection', observer, text)
    },
    look() {
      for (const member of world.members) {
        if (member.isLive || gone.has(member) || member.startedAt === Number.NEGATIVE_INFINITY)
          continue
        if (stayed(world).every((observer) => isGone(observer, member))) gone.set(member, world.now)
      }
    },
  }
}

function isGone(observer: SimulatedMember, member: SimulatedMember): boolean {
  const slot = slotOf(observer, member)
  return slot < 0 || observer.core.members.isGone(slot)
}
