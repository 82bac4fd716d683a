import { type Checked, type Checker, slotOf, stayed } from './checker.ts'

/**
 * Completeness: whoever crashed or left, and whoever never was, is a member for nobody when the
 * bound has passed.
 */
export function completeness(world: Checked): Checker {
  return {
    name: 'completeness',
    finish() {
      const live = stayed(world)
      for (const observer of live) {
        for (const subject of world.members) {
          if (subject.isLive && !subject.hasLeft) continue
          const slot = slotOf(observer, subject)
          if (slot < 0 || observer.core.members.isGone(slot)) continue
          const what = subject.hasLeft ? 'left' : 'crashed'
          const text = `${subject.name} ${what}, and ${observer.name} still holds it for a member`
          world.violated('completeness', observer, text)
        }
        const known = new Set(world.members.map(({ name }) => name))
        observer.core.members.forEach((slot, record) => {
          if (observer.core.members.isGone(slot) || known.has(record.name.text)) return
          const text = `${record.name.text} never was, and ${observer.name} holds it for a member`
          world.violated('completeness', observer, text)
        })
      }
    },
  }
}
