import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { logGamma } from '../../src/statistics/beta.ts'
import { bootstrapEstimate } from '../../src/statistics/bootstrap.ts'
import {
  binomial,
  normalQuantile,
  studentT,
  studentTQuantile,
} from '../../src/statistics/distributions.ts'
import {
  meanEstimate,
  percentile,
  percentileEstimate,
  proportionEstimate,
} from '../../src/statistics/estimate.ts'

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('The distributions agree with the printed tables', () => {
  test.each([
    [1, 0.975, 12.706],
    [2, 0.975, 4.3027],
    [5, 0.975, 2.5706],
    [10, 0.95, 1.8125],
    [10, 0.975, 2.2281],
    [30, 0.995, 2.75],
    [120, 0.975, 1.9799],
  ])("Student's t with %d degrees of freedom at %d is %d", (freedom, p, expected) => {
    expect(Math.abs(studentTQuantile(p, freedom) - expected)).toBeLessThan(6e-5 * expected)
  })

  test.each([
    [0.9, 1.281552],
    [0.975, 1.959964],
    [0.995, 2.575829],
  ])('the normal distribution at %d is %d', (p, expected) => {
    expect(normalQuantile(p)).toBeCloseTo(expected, 5)
  })

  test.each([
    [0, 10, 0.1, 0.348678],
    [2, 10, 0.5, 0.0546875],
    [5, 10, 0.5, 0.623047],
    [10, 10, 0.3, 1],
    [-1, 10, 0.3, 0],
  ])('at most %d of %d, each with chance %d: %d', (hits, of, p, expected) => {
    expect(binomial(hits, of, p)).toBeCloseTo(expected, 6)
  })

  test('the binomial is the sum of its terms', () => {
    const chance = fc.double({ min: 0.01, max: 0.99, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), chance, (of, p) => {
        let term = (1 - p) ** of
        let sum = 0
        for (let hits = 0; hits < of; hits++) {
          sum += term
          expect(binomial(hits, of, p)).toBeCloseTo(sum, 9)
          term *= ((of - hits) / (hits + 1)) * (p / (1 - p))
        }
      }),
    )
  })

  test('logGamma is the logarithm of the factorial, and t is symmetric', () => {
    expect(Math.exp(logGamma(11))).toBeCloseTo(3_628_800, 3)
    expect(Math.exp(logGamma(0.5)) ** 2).toBeCloseTo(Math.PI, 10)
    expect(studentT(-1.3, 7) + studentT(1.3, 7)).toBeCloseTo(1, 12)
  })
})

describe('A mean', () => {
  test("has Student's interval", () => {
    // Table of a textbook's example: 10 values, s = 3.0277, t = 2.2622.
    const { value, low, high, count } = meanEstimate(upTo(10))
    expect(value).toBe(5.5)
    expect(low).toBeCloseTo(5.5 - 2.1659, 3)
    expect(high).toBeCloseTo(5.5 + 2.1659, 3)
    expect(count).toBe(10)
  })

  test('of a single value has no bound', () => {
    expect(meanEstimate([4])).toEqual({
      value: 4,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      count: 1,
    })
  })
})

describe("A proportion has Wilson's interval, as in Newcombe's table of 1998", () => {
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('%d of %d: %d to %d', (hits, of, low, high) => {
    const estimate = proportionEstimate(hits, of)
    expect(estimate.low).toBeCloseTo(low, 4)
    expect(estimate.high).toBeCloseTo(high, 4)
  })

  test('of nothing says nothing', () => {
    expect(proportionEstimate(0, 0)).toMatchObject({ low: 0, high: 1 })
  })
})

describe('A percentile lies between two values of the sample', () => {
  // Ranks from the tables of distribution-free intervals for the median.
  test.each([
    [10, 2, 9],
    [20, 6, 15],
    [100, 40, 61],
  ])('the median of %d: between those of rank %d and %d', (count, low, high) => {
    expect(percentileEstimate(upTo(count), 0.5)).toMatchObject({ low, high })
  })

  test('is unbounded above where the sample is too small', () => {
    // 0.99 ** 368 is the first power that is at most 0.025.
    expect(percentileEstimate(upTo(367), 0.99).high).toBe(Number.POSITIVE_INFINITY)
    expect(percentileEstimate(upTo(368), 0.99).high).toBe(368)
  })

  test.each([
    [0, 1],
    [0.5, 2.5],
    [1, 4],
  ])('%d of 1, 2, 3, 4 is %d', (share, expected) => {
    expect(percentile([1, 2, 3, 4], share)).toBe(expected)
  })
})

describe('The bootstrap', () => {
  test('gives about what Student gives for a mean, and the same each time', () => {
    const values = upTo(100).map((each) => (each * 37) % 101)
    const mean = (sample: readonly number[]) => sample.reduce((a, b) => a + b, 0) / sample.length
    const one = bootstrapEstimate(values, mean)
    const exact = meanEstimate(values)
    expect(one).toEqual(bootstrapEstimate(values, mean))
    expect(Math.abs(one.low - exact.low)).toBeLessThan(0.5)
    expect(Math.abs(one.high - exact.high)).toBeLessThan(0.5)
  })
})
