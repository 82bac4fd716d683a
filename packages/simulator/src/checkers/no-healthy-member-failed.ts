import { stateText } from '../world/state-text.ts'
import { type Checked, type Checker, slotOf, stayed } from './checker.ts'

/**
 * No healthy member failed for good: when the faults are over and the bound has passed, whoever runs
 * is a member for all that run. A failure that is taken back in time is none.
 */
export function noHealthyMemberFailed(world: Checked): Checker {
  return {
    name: 'no-healthy-member-failed',
    finish() {
      const live = stayed(world)
      for (const observer of live) {
        for (const subject of live) {
          const slot = slotOf(observer, subject)
          if (slot >= 0 && !observer.core.members.isGone(slot)) continue
          const state = slot < 0 ? 'unknown' : stateText(observer.core.members.state(slot))
          const text = `${subject.name} runs and is ${state} for ${observer.name}`
          world.violated('no-healthy-member-failed', observer, text)
        }
      }
    },
  }
}
