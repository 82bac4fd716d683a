import type { SimulatedMember } from '../world/member.ts'
import type { Checked, Checker } from './checker.ts'

interface Known {
  readonly host: string
  readonly port: number
  readonly incarnation: number
}

/**
 * Incarnations only grow: what a process knows of a member never gets older, unless it forgot the
 * member in between, or another address took the name over (of one that left, or is long dead): that
 * is another member. Of itself too.
 */
export function incarnationsOnlyGrow(world: Checked): Checker {
  /** By observer, then by slot. Bound: the members, squared; only where this checker runs. */
  const highest = new Map<SimulatedMember, Map<number, Known>>()

  const check = (observer: SimulatedMember, slot: number): void => {
    let known = highest.get(observer)
    if (known === undefined) {
      known = new Map()
      highest.set(observer, known)
    }
    const { members } = observer.core
    const incarnation = members.incarnation(slot)
    const {
      host,
      port,
      name: { text: name },
    } = members.record(slot)
    const last = known.get(slot)
    const isSame = last?.host === host && last.port === port
    const before = isSame ? last.incarnation : 0
    if (incarnation < before) {
      const text = `for ${observer.name}, the incarnation of ${name} went from ${before} down to ${incarnation}`
      world.violated('incarnations-only-grow', observer, text)
    }
    known.set(slot, { host, port, incarnation })
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
