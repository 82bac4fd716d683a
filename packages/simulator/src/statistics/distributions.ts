import { incompleteBeta } from './beta.ts'

/** The chance that Student's t with so many degrees of freedom is at most t. */
export function studentT(t: number, freedom: number): number {
  const tail = incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5) / 2
  return t > 0 ? 1 - tail : tail
}

/** The value of Student's t that is not exceeded with this chance, 0.5 < p < 1. */
export function studentTQuantile(p: number, freedom: number): number {
  return solve((t) => studentT(t, freedom), p, 0, 1)
}

/** Above this many degrees of freedom t and the normal distribution agree to seven digits. */
const NEARLY_NORMAL = 1e7

/** The value of the standard normal distribution that is not exceeded with this chance, 0.5 < p < 1. */
export function normalQuantile(p: number): number {
  return studentTQuantile(p, NEARLY_NORMAL)
}

/** The chance of at most `hits` successes in `of` tries that each succeed with chance `p`. */
export function binomial(hits: number, of: number, p: number): number {
  if (hits < 0) return 0
  return hits >= of ? 1 : incompleteBeta(1 - p, of - hits, hits + 1)
}

/** Where a growing function reaches the target, to the last bits: bisection, from a first guess of the range. */
function solve(growing: (x: number) => number, target: number, low: number, high: number): number {
  while (growing(high) < target && high < 1e12) high *= 2
  for (let step = 0; step < 200 && high - low > 1e-13 * Math.max(1, high); step++) {
    const middle = (low + high) / 2
    if (growing(middle) < target) low = middle
    else high = middle
  }
  return (low + high) / 2
}
