import { describe, expect, it } from 'vitest'
import {
  expectedConfirmations,
  initialIncarnation,
  isPlausibleIncarnation,
  MAX_STREAM_INCARNATION,
  pushPullIntervalMs,
  retransmitLimit,
  roundsToTell,
  suspicionLengthMs,
  suspicionTimeoutMs,
} from '../../src/core/formulas.ts'

// The tables are what the functions of memberlist v0.7.0 gave on amd64; the first three agree with
// these for every n up to 200,000, the fourth for all counts up to 12 in seven pairs of times.

describe('retransmitLimit', () => {
  it.each([
    [0, 0],
    [1, 1],
    [9, 1],
    [10, 2],
    [99, 2],
    [100, 3],
    [999, 3],
    [1_000, 4],
    [9_999, 4],
    [10_000, 5],
    [100_000, 6],
  ])('is the multiplier times ceil(log10(n + 1)): %d members, %d times', (members, times) => {
    expect(retransmitLimit(1, members)).toBe(times)
    expect(retransmitLimit(4, members)).toBe(4 * times)
  })
})

describe('roundsToTell', () => {
  it.each([
    [0, 12, 3, 1_400, 0],
    [4_200, 1, 3, 1_400, 1],
    [75_000, 16, 3, 1_400, 285.7],
    [75_000, 16, 1, 1_400, 857.1],
  ])('%d bytes, %d times each, to %d members, in packets of %d: %d', (...values) => {
    const [bytes, transmits, nodes, packet, expected] = values
    expect(roundsToTell(bytes, transmits, nodes, packet)).toBeCloseTo(expected, 1)
  })
})

describe('suspicionTimeoutMs', () => {
  it.each([
    [0, 1_000],
    [1, 1_000],
    [10, 1_000],
    [11, 1_041],
    [50, 1_698],
    [99, 1_995],
    [100, 2_000],
    [500, 2_698],
    [999, 2_999],
    [1_000, 3_000],
    [1_001, 3_000],
    [9_999, 3_999],
    [10_000, 4_000],
    [100_000, 5_000],
  ])('cuts the logarithm of %d members to three decimals: %d ms', (members, milliseconds) => {
    expect(suspicionTimeoutMs(1, members, 1_000)).toBe(milliseconds)
  })

  it.each([
    [4, 50, 1_000, 6_792],
    [4, 500, 1_000, 10_792],
    [6, 1_000, 5_000, 90_000],
    [3, 5, 1_000, 3_000],
    [5, 2_000, 333, 5_496.165],
  ])('multiplies after the cut: %d x, %d members, %d ms', (multiplier, n, interval, expected) => {
    expect(suspicionTimeoutMs(multiplier, n, interval)).toBe(expected)
  })
})

describe('expectedConfirmations', () => {
  it.each([
    // multiplier, members, k by Go, k with at least two
    [4, 100, 2, 2],
    [4, 4, 2, 2],
    [4, 3, 0, 0],
    [6, 100, 4, 4],
    [6, 5, 0, 0],
    [3, 100, 1, 2],
    [3, 4, 1, 2],
    [3, 3, 1, 1],
    [3, 2, 0, 0],
    [2, 100, 0, 2],
    [2, 3, 0, 1],
    [2, 2, 0, 0],
    [1, 100, 0, 2],
    [1, 1, 0, 0],
  ])('with multiplier %i among %i is %i, or %i', (multiplier, members, go, ours) => {
    expect(expectedConfirmations(multiplier, members, 0)).toBe(go)
    expect(expectedConfirmations(multiplier, members, 2)).toBe(ours)
  })
})

describe('suspicionLengthMs', () => {
  it.each([
    [0, 1, 24_000],
    [1, 1, 4_000],
    [0, 2, 24_000],
    [1, 2, 11_381],
    [2, 2, 4_000],
    [0, 4, 24_000],
    [1, 4, 15_386],
    [2, 4, 10_347],
    [3, 4, 6_772],
    [4, 4, 4_000],
    [1, 7, 17_333],
    [2, 7, 13_433],
    [3, 7, 10_666],
    [4, 7, 8_520],
    [5, 7, 6_766],
    [6, 7, 5_284],
    [7, 7, 4_000],
  ])('after %d of %d confirmations, between 4 s and 24 s, is %d ms', (count, expected, length) => {
    expect(suspicionLengthMs(count, expected, 4_000, 24_000)).toBe(length)
  })

  it('rounds a result that is a whole millisecond as Go does', () => {
    expect(suspicionLengthMs(3, 7, 600, 3_600)).toBe(1_600)
  })

  it('is the shortest from the start when no confirmation is waited for', () => {
    expect(suspicionLengthMs(0, 0, 4_000.5, 24_000)).toBe(4_000.5)
  })

  it('is never below the shortest, whose fraction the flooring would cut', () => {
    expect(suspicionLengthMs(2, 2, 4_000.5, 24_000)).toBe(4_000.5)
  })
})

describe('pushPullIntervalMs', () => {
  it.each([
    [0, 1],
    [32, 1],
    [33, 2],
    [64, 2],
    [65, 3],
    [128, 3],
    [129, 4],
    [1_024, 6],
    [1_025, 7],
    [4_096, 8],
    [100_000, 13],
  ])('with %d members is %d times the interval', (members, times) => {
    expect(pushPullIntervalMs(30_000, members)).toBe(30_000 * times)
  })
})

describe('isPlausibleIncarnation', () => {
  const half = 2 ** 31
  it.each([
    [half, 0, true],
    [half + 100, 0, true],
    [half + 101, 0, false],
    [half + 200, half + 100, true],
    [half + 201, half + 100, false],
    [0xffffffff, 0, false],
    [0xffffffff, 0xffffffff - 100, true],
    [0, 0xffffffff, true],
  ])('claimed %d where %d is known, with a jump of 100: %s', (claimed, known, plausible) => {
    expect(isPlausibleIncarnation(claimed, known, 100)).toBe(plausible)
  })
})

describe('initialIncarnation', () => {
  it('is the seconds since 2020, so that a later life is above any earlier one', () => {
    expect(initialIncarnation(Date.UTC(2020, 0, 1, 0, 0, 7))).toBe(7)
    expect(initialIncarnation(Date.UTC(2026, 0, 1))).toBe(189_388_800)
  })

  it('is below half of the range until 2088, and stays there after', () => {
    expect(initialIncarnation(Date.UTC(2087, 11, 31))).toBeLessThan(2 ** 31)
    expect(initialIncarnation(Date.UTC(2100, 0, 1))).toBe(2 ** 31 - 1)
    expect(2 ** 31).toBeLessThan(MAX_STREAM_INCARNATION)
  })

  it('is 1 with a clock that is before 2020, as Go starts', () => {
    expect(initialIncarnation(0)).toBe(1)
  })
})
