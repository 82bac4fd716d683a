import { binomial, normalQuantile, studentTQuantile } from './distributions.ts'

/** A figure made of a sample, and where the true one lies with the given confidence. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
  /** How many independent values it is made of. */
  readonly count: number
}

export const CONFIDENCE = 0.95

/** The mean, with Student's interval. One value alone says nothing of the spread: its interval is unbounded. */
export function meanEstimate(values: readonly number[], confidence = CONFIDENCE): Estimate {
  const count = values.length
  const value = mean(values)
  if (count < 2)
    return { value, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY, count }
  const half =
    studentTQuantile((1 + confidence) / 2, count - 1) * (deviation(values) / Math.sqrt(count))
  return { value, low: value - half, high: value + half, count }
}

/** A proportion, with Wilson's interval, which holds near 0 and 1 too. */
export function proportionEstimate(hits: number, of: number, confidence = CONFIDENCE): Estimate {
  if (of === 0) return { value: Number.NaN, low: 0, high: 1, count: 0 }
  const z = normalQuantile((1 + confidence) / 2)
  const share = hits / of
  const middle = (share + (z * z) / (2 * of)) / (1 + (z * z) / of)
  const half =
    (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))
  return {
    value: share,
    low: hits === 0 ? 0 : middle - half,
    high: hits === of ? 1 : middle + half,
    count: of,
  }
}

/**
 * A percentile, with the interval between two values of the sample that holds it whatever the
 * distribution is. Where the sample is too small to bound one side, that side is unbounded.
 * @param share 0.5 for the median, 0.99 for the 99th percentile
 */
export function percentileEstimate(
  values: readonly number[],
  share: number,
  confidence = CONFIDENCE,
): Estimate {
  const sorted = Float64Array.from(values).sort()
  const count = sorted.length
  const tail = (1 - confidence) / 2
  // The value of rank r (from 1) is below the percentile with chance P(at least r of n are) = 1 - B(r - 1).
  const lowRank = highestRank(count, (rank) => binomial(rank - 1, count, share) <= tail)
  const highRank =
    count + 1 - highestRank(count, (back) => 1 - binomial(count - back, count, share) <= tail)
  return {
    value: percentile(sorted, share),
    low: lowRank === 0 ? Number.NEGATIVE_INFINITY : (sorted[lowRank - 1] ?? Number.NaN),
    high: highRank > count ? Number.POSITIVE_INFINITY : (sorted[highRank - 1] ?? Number.NaN),
    count,
  }
}

/** The highest rank from 1 to count that fits, where all below a fitting one fit; 0: none. */
function highestRank(count: number, fits: (rank: number) => boolean): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < values.length; index++) sum += values[index] ?? 0
  return sum / values.length
}

/** The standard deviation of what the sample was drawn from. */
export function deviation(values: readonly number[]): number {
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1))
}

/** The percentile of values in ascending order, interpolated (type 7 of Hyndman and Fan, as most tools do). */
export function percentile(sorted: ArrayLike<number>, share: number): number {
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}
