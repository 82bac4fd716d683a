import { ALIVE, type NodeRecord } from '@hearsay/memberlist/internal'
import type { SimulatedMember } from '../world/member.ts'
import { stateText } from '../world/state-text.ts'
import { type Checked, type Checker, slotOf, stayed } from './checker.ts'

/**
 * Agreement: in the end all that run say the same of each other, and what each says of itself:
 * alive, that incarnation, that address, those versions, that metadata. (Who is missing, or is there
 * and should not be, is for other checkers.)
 */
export function agreement(world: Checked): Checker {
  return {
    name: 'agreement',
    finish() {
      const live = stayed(world)
      for (const observer of live) {
        for (const subject of live) {
          const difference = differenceOf(observer, subject)
          if (difference !== undefined) world.violated('agreement', observer, difference)
        }
      }
    },
  }
}

/** What it has wrong about a member that it holds for one. */
function differenceOf(observer: SimulatedMember, subject: SimulatedMember): string | undefined {
  const slot = slotOf(observer, subject)
  const { members } = observer.core
  if (slot < 0 || members.isGone(slot)) return undefined
  const own = subject.core
  const incarnation = own.members.incarnation(own.self)
  const who = `${observer.name} holds ${subject.name}`
  const state = members.state(slot)
  if (state !== ALIVE) return `${who} for ${stateText(state)}, but it runs and nothing is wrong`
  if (members.incarnation(slot) !== incarnation) {
    return `${who} at incarnation ${members.incarnation(slot)}, but it is at ${incarnation}`
  }
  return sameRecord(members.record(slot), own.selfRecord)
    ? undefined
    : `${who} for what it is not: address, metadata or versions differ`
}

export function sameRecord(one: NodeRecord, other: NodeRecord): boolean {
  if (one === other) return true
  return (
    one.host === other.host &&
    one.port === other.port &&
    sameBytes(one.metaBytes, other.metaBytes) &&
    sameBytes(one.versions, other.versions)
  )
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
