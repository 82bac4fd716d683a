import { encodeRecord } from '@hearsay/kv/internal'
import type { SimulatedMember } from '../world/member.ts'
import { type Checked, type Checker, stayed } from './checker.ts'

/**
 * Key/value replicas converge: in the end all that run hold the same entries to the byte, their
 * versions and what remembers the deleted ones included.
 */
export function replicasConverge(world: Checked): Checker {
  return {
    name: 'replicas-converge',
    finish() {
      const [first, ...others] = stayed(world)
      if (first === undefined) return
      const expected = entriesOf(first)
      for (const other of others) {
        const key = firstDifference(expected, entriesOf(other))
        if (key === undefined) continue
        const text = `${first.name} and ${other.name} do not hold the same for ${key}`
        world.violated('replicas-converge', other, text)
      }
    },
  }
}

/** By key, what is held as bytes. */
function entriesOf({ application }: SimulatedMember): ReadonlyMap<string, string> {
  const entries = new Map<string, string>()
  for (const held of application?.keyValue?.replica.state.entries.values() ?? []) {
    const record = encodeRecord(held, { id: held.origin.id, name: '' })
    entries.set(held.key, Buffer.from(record).toString('hex'))
  }
  return entries
}

function firstDifference(
  one: ReadonlyMap<string, string>,
  other: ReadonlyMap<string, string>,
): string | undefined {
  const keys = [...new Set([...one.keys(), ...other.keys()])].sort()
  return keys.find((key) => one.get(key) !== other.get(key))
}
