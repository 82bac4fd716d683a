import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Members } from '../../src/core/members.ts'
import { NodeRecord, Registry } from '../../src/core/registry.ts'
import { ALIVE, DEAD, LEFT, SUSPECT } from '../../src/core/state.ts'
import { type Decisions, seededRandom } from './seeded.ts'

class Table {
  readonly registry = new Registry(1)
  readonly members: Members

  constructor(decisions: Decisions = {}, seed = 1) {
    this.members = new Members(this.registry, seededRandom(seed, decisions))
  }

  add(text: string, now = 0): number {
    const bytes = Buffer.from(text)
    const name = this.registry.intern(bytes, 0, bytes.length)
    const address = Uint8Array.of(10, 0, 0, 1)
    const record = new NodeRecord(name, address, 1, undefined, new Uint8Array(6), '10.0.0.1')
    const slot = this.members.add(record, now)
    this.members.setState(slot, ALIVE, now)
    return slot
  }

  find(text: string): number {
    const bytes = Buffer.from(text)
    return this.members.find(bytes, 0, bytes.length)
  }

  name(slot: number): string {
    return this.members.record(slot).name.text
  }

  /** The next so many to be probed; nothing is forgotten. */
  probes(count: number, self = -1): string[] {
    return Array.from({ length: count }, () => {
      const slot = this.members.nextToProbe(self, () => undefined)
      return slot < 0 ? '' : this.name(slot)
    })
  }

  forget(...names: readonly string[]): void {
    const slots = new Set(names.map((name) => this.find(name)))
    this.members.forget(
      (slot) => slots.has(slot),
      () => undefined,
    )
  }
}

/** The newest at the end, and no shuffling: the probe list as one would write it down. */
const inOrder: Decisions = {
  'insert-position': (below) => below - 1,
  'probe-order': (below) => below - 1,
}

describe('the probe list', () => {
  it('is gone through member by member, each once in a round', () => {
    const table = new Table()
    const names = ['a', 'b', 'c', 'd', 'e']
    for (const name of names) table.add(name)
    for (let round = 0; round < 4; round++) expect(table.probes(5).sort()).toEqual(names)
  })

  it('is shuffled at the end of each round', () => {
    const table = new Table()
    for (let index = 0; index < 12; index++) table.add(`m${index}`)
    table.probes(12)
    const rounds = Array.from({ length: 3 }, () => table.probes(12).join(' '))
    expect(new Set(rounds).size).toBe(3)
  })

  it('passes over ourselves, the dead and those that left', () => {
    const table = new Table(inOrder)
    const [a, b, c] = ['a', 'b', 'c', 'd', 'e'].map((name) => table.add(name))
    table.members.setState(b, DEAD, 0)
    table.members.setState(c, LEFT, 0)
    table.members.setState(table.find('d'), SUSPECT, 0)
    expect(table.probes(4, a)).toEqual(['d', 'e', 'd', 'e'])
  })

  it('gives nobody when there is nobody but ourselves', () => {
    const table = new Table()
    expect(table.probes(2)).toEqual(['', ''])
    expect(table.probes(3, table.add('a'))).toEqual(['', '', ''])
  })

  it('lets a wrap forget before the next round begins', () => {
    const table = new Table(inOrder)
    for (const name of ['a', 'b', 'c']) table.add(name)
    table.probes(3)
    const next = table.members.nextToProbe(-1, () => {
      table.forget('a')
    })
    expect(table.name(next)).toBe('b')
    expect(table.probes(2)).toEqual(['c', 'b'])
  })

  it('takes a new member in at a random place, whose former holder goes to the end', () => {
    const table = new Table({ ...inOrder, 'insert-position': () => 0 })
    for (const name of ['a', 'b', 'c']) table.add(name)
    expect(table.probes(3)).toEqual(['c', 'a', 'b'])
  })

  it('takes a new member in at any place, so that its first probe is not always late', () => {
    const places = new Set<number>()
    for (let seed = 0; seed < 60; seed++) {
      const table = new Table({}, seed)
      for (const name of ['a', 'b', 'c', 'new']) table.add(name)
      places.add(table.probes(4).indexOf('new'))
    }
    expect(places).toEqual(new Set([0, 1, 2, 3]))
  })
})

describe('random picks', () => {
  it('are different members for which it holds, and no more than asked for', () => {
    const table = new Table()
    const slots = Array.from({ length: 10 }, (_, index) => table.add(`m${index}`))
    const picked: number[] = [99]
    for (let round = 0; round < 20; round++) {
      table.members.pick('gossip-target', 4, picked, (slot) => slot !== slots[3])
      expect(new Set(picked).size).toBe(4)
      expect(picked).not.toContain(slots[3])
    }
    table.members.pick('gossip-target', 20, picked, (slot) => slot !== slots[3])
    expect(picked).toHaveLength(9)
    table.members.pick('gossip-target', 3, picked, () => false)
    expect(picked).toEqual([])
  })

  it('are even', () => {
    const table = new Table()
    for (let index = 0; index < 10; index++) table.add(`m${index}`)
    const counts = new Array<number>(10).fill(0)
    const picked: number[] = []
    for (let round = 0; round < 4_000; round++) {
      table.members.pick('gossip-target', 3, picked, () => true)
      for (const slot of picked) counts[slot]++
    }
    for (const count of counts) expect(Math.abs(count - 1_200)).toBeLessThan(150)
  })

  it('do not touch the probe list', () => {
    const table = new Table(inOrder)
    for (const name of ['a', 'b', 'c', 'd']) table.add(name)
    table.probes(2)
    table.members.pick('gossip-target', 4, [], () => true)
    expect(table.probes(2)).toEqual(['c', 'd'])
  })
})

describe('the members table', () => {
  it('takes a member in as if it were dead, with incarnation 0', () => {
    const table = new Table()
    const name = table.registry.intern(Buffer.from('a'), 0, 1)
    const record = new NodeRecord(name, new Uint8Array(4), 1, undefined, new Uint8Array(6), '')
    const slot = table.members.add(record, 5)
    expect(table.members.state(slot)).toBe(DEAD)
    expect(table.members.incarnation(slot)).toBe(0)
    expect(table.members.since(slot)).toBe(5)
    expect(table.members.count(DEAD)).toBe(1)
  })

  it('counts members by state, the gone ones included in its size', () => {
    const table = new Table()
    const [a, b, c] = ['a', 'b', 'c', 'd'].map((name) => table.add(name))
    table.members.setState(a, SUSPECT, 1)
    table.members.setState(b, DEAD, 1)
    table.members.setState(c, LEFT, 1)
    expect([ALIVE, SUSPECT, DEAD, LEFT].map((state) => table.members.count(state as 0))).toEqual([
      1, 1, 1, 1,
    ])
    expect(table.members.size).toBe(4)
    table.forget('b', 'd')
    expect(table.members.count(DEAD)).toBe(0)
    expect(table.members.count(ALIVE)).toBe(0)
    expect(table.members.size).toBe(2)
  })

  it('gives a slot out again after its member was forgotten, with nothing left of it', () => {
    const table = new Table()
    const a = table.add('a')
    table.members.setIncarnation(a, 9)
    table.members.setRoundTrip(a, 12)
    table.add('b')
    table.forget('a')
    const c = table.add('c', 7)
    expect(c).toBe(a)
    expect(table.members.incarnation(c)).toBe(0)
    expect(table.members.roundTripMs(c)).toBe(0)
    expect(table.members.since(c)).toBe(7)
    expect(table.find('a')).toBe(-1)
    expect(table.find('c')).toBe(c)
  })

  it('does not find a member by the name of one that was forgotten, whose id it has now', () => {
    const table = new Table()
    const gone = table.members.record(table.add('a')).name
    const { id } = gone
    table.forget('a')
    const slot = table.add('b')
    expect(table.members.record(slot).name.id).toBe(id)
    expect(table.members.slotOf(gone)).toBe(-1)
    expect(table.members.holds(slot, gone)).toBe(false)
  })

  it('refuses to give the record of a slot that nobody has', () => {
    const table = new Table()
    expect(() => table.members.record(3)).toThrow('slot 3 is free')
  })

  it('shares names with the other tables of the process, and lets go of its own only', () => {
    const one = new Table()
    const other = new Members(one.registry, seededRandom(1))
    const record = one.members.record(one.add('a'))
    other.add(record, 0)
    other.add(one.members.record(one.add('b')), 0)
    expect(one.registry.size).toBe(2)
    one.members.clear()
    expect(one.registry.size).toBe(2)
    expect(other.slotOf(record.name)).toBe(0)
    other.clear()
    expect(one.registry.size).toBe(0)
  })

  it('changes its version with every change that a snapshot shows', () => {
    const table = new Table()
    const versions = new Set([table.members.version])
    const slot = table.add('a')
    versions.add(table.members.version)
    table.members.setState(slot, SUSPECT, 1)
    versions.add(table.members.version)
    table.members.setIncarnation(slot, 3)
    versions.add(table.members.version)
    table.members.setRecord(slot, table.members.record(slot))
    versions.add(table.members.version)
    table.forget('a')
    versions.add(table.members.version)
    expect(versions.size).toBe(6)
  })

  it('holds the same as a plain map after any adding and forgetting', () => {
    const step = fc.record({ add: fc.boolean(), number: fc.integer({ min: 0, max: 60 }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), fc.integer(), (steps, seed) => {
        const table = new Table({}, seed)
        const known = new Map<string, number>()
        for (const { add, number } of steps) {
          const text = `m${number}`
          if (add && !known.has(text)) {
            const slot = table.add(text)
            table.members.setIncarnation(slot, number + 1)
            known.set(text, number + 1)
          }
          if (!add && known.delete(text)) table.forget(text)
          if (number === 0) table.probes(2)
        }
        expect(table.members.size).toBe(known.size)
        expect(table.registry.size).toBe(known.size)
        for (const [text, incarnation] of known) {
          expect(table.members.incarnation(table.find(text))).toBe(incarnation)
        }
        const visited: string[] = []
        table.members.forEach((slot, record) => {
          expect(table.members.record(slot)).toBe(record)
          visited.push(record.name.text)
        })
        expect(visited.sort()).toEqual([...known.keys()].sort())
        table.members.clear()
        expect(table.registry.size).toBe(0)
      }),
      { numRuns: 100 },
    )
  })
})
