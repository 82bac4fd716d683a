import { ALIVE, SUSPECT } from '@hearsay/memberlist/internal'
import { sameRecord } from './checkers/agreement.ts'
import type { SimulatedMember } from './world/member.ts'
import type { World } from './world/world.ts'

/** Whether everybody holds as many for alive as there are. */
export function allKnown({ members }: World): boolean {
  const live = members.filter(({ isLive }) => isLive)
  return live.every(({ core }) => core.members.count(ALIVE) === live.length)
}

/** Whether they agree, looked at again only when a view has changed. */
export class AgreementWatch {
  private seen = ''
  private held = false

  holds(live: readonly SimulatedMember[]): boolean {
    let changes = 0
    let lives = 0
    for (const { core, life, index } of live) {
      changes += core.members.version
      lives += life * (index + 1)
    }
    const seen = `${live.length} ${lives} ${changes}`
    if (seen !== this.seen) {
      this.seen = seen
      this.held = agreesIn(live)
    }
    return this.held
  }
}

/** Whether these, and nobody else, are what each of them sees, alive and as they are. */
function agreesIn(live: readonly SimulatedMember[]): boolean {
  // The counts first: while it is not yet so, they mostly say it, and cost nothing.
  for (const { core } of live) {
    if (core.members.count(ALIVE) !== live.length || core.members.count(SUSPECT) > 0) return false
  }
  for (const { core } of live) {
    for (const other of live) {
      const slot = core.members.slotOf(other.core.selfRecord.name)
      if (slot < 0 || core.members.isGone(slot)) return false
      const own = other.core
      if (core.members.incarnation(slot) !== own.members.incarnation(own.self)) return false
      if (!sameRecord(core.members.record(slot), own.selfRecord)) return false
    }
  }
  return true
}
