import { describe, expect, it } from 'vitest'
import type { Delay } from '../../src/scenario.ts'
import { drawDelay, drawExponential, exponentialOf, logarithmOf } from '../../src/world/delay.ts'
import { EventHash } from '../../src/world/event-hash.ts'
import { Generator } from '../../src/world/generator.ts'

/** Pinned: another value means that every seed ever written down is another run. */
const FIRST = [3_296_643_185, 3_530_869_101, 1_228_224_079, 2_612_991_632]

const DRAWS = 20_000

function many(draw: (draws: Generator) => number): number[] {
  const draws = new Generator(1, 'test')
  return Array.from({ length: DRAWS }, () => draw(draws))
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, each) => sum + each, 0) / values.length

const middle = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[values.length / 2]

describe('random numbers', () => {
  it('are the same on every machine: the first ones of a seed are these', () => {
    const draws = new Generator(42, 'loss')
    expect(Array.from({ length: 4 }, () => draws.bits())).toEqual(FIRST)
  })

  it('differ by seed, purpose and index, in the high bits of the seed too', () => {
    const generators = [
      new Generator(1, 'loss'),
      new Generator(2, 'loss'),
      new Generator(1 + 2 ** 40, 'loss'),
      new Generator(1, 'delay'),
      new Generator(1, 'loss', 1),
    ]
    expect(new Set(generators.map((each) => each.bits())).size).toBe(generators.length)
  })

  it('are spread evenly over what is asked for', () => {
    const counts = [0, 0, 0, 0, 0, 0, 0]
    for (const value of many((draws) => draws.below(7))) counts[value]++
    for (const count of counts) expect(Math.abs(count - DRAWS / 7)).toBeLessThan(200)
    const shares = many((draws) => draws.share())
    expect(mean(shares)).toBeCloseTo(0.5, 2)
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...shares)).toBeLessThan(1)
  })

  it('draw so many different ones, each as likely as another', () => {
    const counts = [0, 0, 0, 0, 0]
    const draws = new Generator(1, 'test')
    for (let round = 0; round < 5_000; round++) {
      const drawn = draws.sample([0, 1, 2, 3, 4], 2)
      expect(new Set(drawn).size).toBe(2)
      for (const each of drawn) counts[each]++
    }
    for (const count of counts) expect(Math.abs(count - 2_000)).toBeLessThan(120)
  })
})

describe('logarithms and powers of our own', () => {
  it.each([1e-9, 0.1, 0.75, 1, 1.5, 2, 10, 12_345.678, 1e12])('are right for %d', (value) => {
    expect(logarithmOf(value)).toBeCloseTo(Math.log(value), 12)
    expect(exponentialOf(logarithmOf(value)) / value).toBeCloseTo(1, 12)
  })
})

describe('a delay', () => {
  const cases: readonly [Delay, number, number][] = [
    [[2, 4], 2, 3],
    [{ kind: 'exponential', minMs: 1, meanMs: 10 }, 1, 1 + 10 * Math.LN2],
    [{ kind: 'log-normal', medianMs: 5, sigma: 1 }, 0, 5],
    [{ kind: 'pareto', minMs: 1, shape: 1.5 }, 1, 2 ** (1 / 1.5)],
  ]

  it.each(cases)('of %j is at least %d and has its middle at %d', (delay, least, median) => {
    const values = many((draws) => drawDelay(delay, draws))
    expect(Math.min(...values)).toBeGreaterThanOrEqual(least)
    expect(middle(values) / median).toBeCloseTo(1, 1)
  })

  it('that is exponential has the mean of 1', () => {
    expect(mean(many(drawExponential))).toBeCloseTo(1, 1)
  })
})

describe('the hash over all events', () => {
  const hashOf = (...values: readonly number[]): string => {
    const hash = new EventHash()
    for (const value of values) hash.time(value)
    return hash.hex
  }

  it('changes with every bit and with the order', () => {
    const hashes = [hashOf(1, 2), hashOf(2, 1), hashOf(1, 2 + 2 ** -51), hashOf(1), hashOf(1, 2, 0)]
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('takes bytes in, the last odd ones too', () => {
    const hashes = [[], [0], [0, 0], [1, 2, 3, 4, 5], [1, 2, 3, 4, 6]].map((bytes) => {
      const hash = new EventHash()
      hash.bytes(Uint8Array.from(bytes))
      return hash.hex
    })
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
