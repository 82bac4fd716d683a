import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue } from '../../src/world/event-queue.ts'

interface Entry {
  readonly at: number
  readonly order: number
}

/** Some at the same time, some in the same tick, some ticks apart, some turns of the wheel apart. */
const times = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 5 }),
    fc.double({ min: 0, max: 9, noNaN: true }),
    fc.double({ min: -20_000, max: 20_000, noNaN: true }),
    fc.double({ min: 0, max: 1e9, noNaN: true }),
    fc.constant(Number.POSITIVE_INFINITY),
  ),
  { maxLength: 400 },
)

const takeAll = (queue: EventQueue<Entry>): Entry[] => {
  const taken: Entry[] = []
  while (queue.length > 0) taken.push(queue.take())
  expect(() => queue.take()).toThrow('empty')
  return taken
}

const inOrder = (entries: readonly Entry[]): Entry[] =>
  [...entries].sort((one, other) => one.at - other.at || one.order - other.order)

describe('the queue of events', () => {
  it('gives what is due in the order of time, and of asking where the time is the same', () => {
    fc.assert(
      fc.property(times, (all) => {
        const queue = new EventQueue<Entry>()
        const entries = all.map((at, order) => ({ at, order }))
        for (const entry of entries) queue.add(entry.at, entry)
        expect(takeAll(queue)).toEqual(inOrder(entries))
        expect(queue.nextAt).toBe(Number.POSITIVE_INFINITY)
      }),
    )
  })

  it('keeps that order when what is added and what is taken alternate', () => {
    fc.assert(
      fc.property(times, times, (before, after) => {
        const queue = new EventQueue<Entry>()
        const entries = [...before, ...after].map((at, order) => ({ at, order }))
        for (const entry of entries.slice(0, before.length)) queue.add(entry.at, entry)
        const taken: Entry[] = []
        for (const entry of entries.slice(before.length)) {
          if (queue.length > 0) taken.push(queue.take())
          queue.add(entry.at, entry)
        }
        const last = takeAll(queue)
        expect(last).toEqual(inOrder(last))
        expect(inOrder([...taken, ...last])).toEqual(inOrder(entries))
      }),
    )
  })

  it('says when the next is due, whatever comes in between', () => {
    fc.assert(
      fc.property(times, (all) => {
        const queue = new EventQueue<number>()
        let least = Number.POSITIVE_INFINITY
        for (const at of all) {
          queue.add(at, at)
          least = Math.min(least, at)
          expect(queue.nextAt).toBe(least)
        }
      }),
    )
  })

  it('can give up what belongs to one, and leaves the rest as it was', () => {
    fc.assert(
      fc.property(times, (all) => {
        const queue = new EventQueue<Entry>()
        const entries = all.map((at, order) => ({ at, order }))
        for (const entry of entries) queue.add(entry.at, entry)
        const isOdd = ({ order }: Entry): boolean => order % 2 === 1
        expect(queue.takeWhere(isOdd)).toEqual(inOrder(entries.filter(isOdd)))
        expect(takeAll(queue)).toEqual(inOrder(entries.filter((entry) => !isOdd(entry))))
      }),
    )
  })
})
