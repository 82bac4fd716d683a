import type { SimulatedMember } from '../world/member.ts'
import type { Checked, Checker } from './checker.ts'

/**
 * Incarnations only grow: what a process knows of a member never gets older, unless it forgot the
 * member in between. Of itself too.
 */
export function incarnationsOnlyGrow(world: Checked): Checker {
  /** By observer, then by slot. Bound: the members, squared; only where this checker runs. */
  const highest = new Map<SimulatedMember, Map<number, number>>()

  const check = (observer: SimulatedMember, slot: number): void => {
    let known = highest.get(observer)
    if (known === undefined) {
      known = new Map()
      highest.set(observer, known)
    }
    const { members } = observer.core
    const incarnation = members.incarnation(slot)
    const before = known.get(slot) ?? 0
    if (incarnation < before) {
      const name = members.record(slot).name.text
      const text = `for ${observer.name}, the incarnation of ${name} went from ${before} down to ${incarnation}`
      world.violated('incarnations-only-grow', observer, text)
    }
    known.set(slot, incarnation)
  }

  return {
    name: 'incarnations-only-grow',
    lifeChanged(member) {
      highest.delete(member)
    },
    told(observer, event) {
      if (event.type === 'forget') highest.get(observer)?.delete(event.slot)
      else if ('slot' in event) check(observer, event.slot)
    },
    look() {
      for (const observer of world.members) {
        if (!observer.isLive) continue
        observer.core.members.forEach((slot) => {
          check(observer, slot)
        })
      }
    },
  }
}
