import { CONFIDENCE, type Estimate } from './estimate.ts'

const RESAMPLES = 2_000

/**
 * A figure that is no plain mean, such as the ratio of two sums: it is made again of samples drawn
 * from the sample, and the middle 95 % of what comes out is the interval (Efron's percentile
 * method). The draws have a seed of their own, so the same values give the same interval.
 */
export function bootstrapEstimate<Value>(
  values: readonly Value[],
  figure: (values: readonly Value[]) => number,
  confidence = CONFIDENCE,
): Estimate {
  const draw = drawer(values.length)
  const figures = Float64Array.from({ length: RESAMPLES }, () =>
    figure(values.map((value) => values[draw()] ?? value)),
  ).sort()
  const at = (share: number) => figures[Math.round((RESAMPLES - 1) * share)] ?? Number.NaN
  const tail = (1 - confidence) / 2
  return { value: figure(values), low: at(tail), high: at(1 - tail), count: values.length }
}

/** Whole numbers below the bound, from the same start each time (mulberry32). */
function drawer(below: number): () => number {
  let state = 0x5eed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}
