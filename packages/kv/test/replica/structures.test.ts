import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Deadlines } from '../../src/replica/deadlines.ts'
import { Held } from '../../src/replica/held.ts'
import { Intervals } from '../../src/replica/intervals.ts'
import { KeyIndex } from '../../src/replica/key-index.ts'
import { compareKeys } from '../../src/replica/key-order.ts'
import { LocalLog } from '../../src/replica/local-log.ts'
import { Origins } from '../../src/replica/origins.ts'
import { key } from '../wire/samples.ts'

const origins = new Origins(() => true)
const origin = origins.intern('0102030405060708', 'a')

function held(name: string, sequence = 1): Held {
  const stamp = { ms: 1, counter: 0 }
  const value = new Uint8Array(1)
  return new Held({ key: name, stamp, sequence, kind: 'value', value, expiresAt: 0 }, origin, 1)
}

describe('intervals', () => {
  const range = fc
    .record({ low: fc.integer({ min: 1, max: 60 }), more: fc.nat(8) })
    .map(({ low, more }) => [low, low + more] as const)
  const made = (ranges: readonly (readonly [number, number])[]) => {
    const intervals = new Intervals()
    const model = new Set<number>()
    for (const [low, high] of ranges) {
      intervals.add(low, high)
      for (let number = low; number <= high; number++) model.add(number)
    }
    return { intervals, model }
  }

  it('are the set of what was added, as few ranges as can be', () => {
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        const { intervals, model } = made(ranges)
        for (let number = 1; number <= 70; number++) {
          expect(intervals.has(number)).toBe(model.has(number))
        }
        const begins = [...model].filter((number) => !model.has(number - 1))
        expect(intervals.count).toBe(begins.length)
        expect(intervals.highest).toBe(Math.max(0, ...model))
      }),
    )
  })

  it('cover another up to a number if and only if they have all of it', () => {
    fc.assert(
      fc.property(fc.array(range), fc.array(range), fc.nat(70), (one, other, most) => {
        const { intervals, model } = made(one)
        const { intervals: others, model: otherModel } = made(other)
        const wanted = [...otherModel].every((number) => number > most || model.has(number))
        expect(intervals.covers(others, most)).toBe(wanted)
        const joined = intervals.copy()
        joined.addAll(others, 1_000)
        expect(joined.covers(others, 100) && joined.covers(intervals, 100)).toBe(true)
      }),
    )
  })

  it('do not grow beyond their bound, but still join what touches', () => {
    const intervals = new Intervals()
    for (let number = 1; number < 100; number += 2) intervals.add(number, number, 3)
    expect(intervals.ranges).toEqual([1, 1, 3, 3, 5, 5])
    intervals.add(2, 2, 3)
    expect(intervals.ranges).toEqual([1, 3, 5, 5])
  })
})

describe('the order of keys', () => {
  it('is that of their UTF-8', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const wanted = Buffer.compare(Buffer.from(one), Buffer.from(other))
        expect(Math.sign(compareKeys(one, other))).toBe(wanted)
      }),
    )
    expect(compareKeys('\u{1f600}', '\u{ffff}')).toBeGreaterThan(0)
  })

  it('is kept by the index whatever comes and goes', () => {
    const step = fc.record({ key, add: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), key, fc.boolean(), (steps, from, after) => {
        const index = new KeyIndex()
        const model = new Set<string>()
        const isHeld = (name: string): boolean => model.has(name)
        for (const [place, { key: name, add }] of steps.entries()) {
          if (add && !model.has(name)) {
            model.add(name)
            index.add(name)
          } else if (!add && model.delete(name)) index.remove(isHeld)
          if (place % 7 === 0) index.visit('', false, isHeld, () => false)
        }
        const found: string[] = []
        index.visit(from, after, isHeld, (name) => found.push(name) > 0)
        const wanted = [...model].filter((name) => compareKeys(name, from) >= (after ? 1 : 0))
        expect(found).toEqual(wanted.sort(compareKeys))
      }),
    )
  })
})

describe('the local log', () => {
  it('shows who reads on from any place all that is still held, in the order of its coming', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20), { maxLength: 80 }), fc.nat(80), (keys, from) => {
        const log = new LocalLog()
        const entries = new Map<string, Held>()
        for (const name of keys.map(String)) {
          const before = entries.get(name)
          if (before !== undefined) log.remove(before)
          const entry = held(name)
          entries.set(name, entry)
          log.append(entry)
        }
        const seen: number[] = []
        let cursor = from
        for (let turn = 0; turn < 200 && cursor < log.end; turn++) {
          cursor = log.visit(cursor, log.end, 3, ({ index }) => seen.push(index) > 0)
        }
        const wanted = [...entries.values()].map(({ index }) => index).filter((at) => at > from)
        expect(seen).toEqual(wanted.sort((one, other) => one - other))
      }),
    )
  })

  it('closes its holes, so that one key written for ever takes no more room', () => {
    const log = new LocalLog()
    let last = held('a')
    log.append(last)
    for (let turn = 0; turn < 10_000; turn++) {
      log.remove(last)
      last = held('a')
      log.append(last)
    }
    expect(log.size).toBeLessThan(2_100)
    const seen: number[] = []
    expect(log.visit(9_000, log.end, 5_000, ({ index }) => seen.push(index) > 0)).toBe(10_001)
    expect(seen).toEqual([10_001])
  })
})

describe('deadlines', () => {
  it('come in their order, without what was superseded', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.nat(50), gone: fc.boolean() })), (all) => {
        const deadlines = new Deadlines()
        for (const [place, { at, gone }] of all.entries()) {
          const entry = held('a', place + 1)
          entry.index = gone ? 0 : place + 1
          deadlines.add(at, entry, all.length)
        }
        const taken: number[] = []
        for (let time = 0; time <= 50; time++) {
          for (const { sequence } of deadlines.take(time, 1_000)) {
            taken.push(sequence)
            expect(all[sequence - 1].at).toBe(time)
          }
        }
        const wanted = all.flatMap(({ gone }, place) => (gone ? [] : [place + 1]))
        expect(taken.sort((one, other) => one - other)).toEqual(wanted)
      }),
    )
  })
})
