import type { CoreEvent } from '@hearsay/memberlist/internal'
import type { CheckerName } from '../scenario.ts'
import type { SimulatedMember } from '../world/member.ts'

/** Something that must hold; told of what happens, and looks when it is time. */
export interface Checker {
  readonly name: CheckerName
  /** An engine told something, about that member if it is one; within the engine's call. */
  told?(observer: SimulatedMember, event: CoreEvent, subject: SimulatedMember | undefined): void
  /** A member's process ended or began. */
  lifeChanged?(member: SimulatedMember): void
  /** Now and then, outside of every engine's call. */
  look?(): void
  /** At the end of the liveness phase. */
  finish?(): void
}

/** What a checker sees of the world, and where it says what it saw. */
export interface Checked {
  /** Virtual ms. */
  readonly now: number
  readonly members: readonly SimulatedMember[]
  violated(checker: CheckerName, member: SimulatedMember | undefined, text: string): void
}

/** How that observer sees that member: its slot, or -1. */
export function slotOf(observer: SimulatedMember, { nameBytes }: SimulatedMember): number {
  return observer.core.members.find(nameBytes, 0, nameBytes.length)
}

/** Those that run and have not left: what every view is to show in the end. */
export function stayed({ members }: Checked): SimulatedMember[] {
  return members.filter((member) => member.isLive && !member.hasLeft)
}
