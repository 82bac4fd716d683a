import type { Delay } from '../scenario.ts'
import type { Generator } from './generator.ts'

/** No network keeps a packet for longer; a distribution with a long tail is cut here. */
const LONGEST_DELAY_MS = 10_000

/** One delay of that distribution, in ms. */
export function drawDelay(delay: Delay, draws: Generator): number {
  return Math.min(LONGEST_DELAY_MS, drawUnbounded(delay, draws))
}

function drawUnbounded(delay: Delay, draws: Generator): number {
  if (!('kind' in delay)) return draws.between(delay[0], delay[1])
  switch (delay.kind) {
    case 'exponential':
      return delay.minMs + delay.meanMs * drawExponential(draws)
    case 'log-normal':
      return delay.medianMs * exponentialOf(delay.sigma * drawNormal(draws))
    case 'pareto':
      return delay.minMs * exponentialOf(drawExponential(draws) / delay.shape)
  }
}

/** The least that the distribution gives, and its middle: for what is derived from it. */
export function typicalDelayMs(delay: Delay): number {
  if (!('kind' in delay)) return (delay[0] + delay[1]) / 2
  switch (delay.kind) {
    case 'exponential':
      return delay.minMs + delay.meanMs
    case 'log-normal':
      return delay.medianMs
    case 'pareto':
      return delay.minMs * 2
  }
}

/** With mean 1. */
export function drawExponential(draws: Generator): number {
  return -logarithmOf((draws.bits() + 1) / 2 ** 32)
}

/** With mean 0 and deviation 1, as the sum of twelve even draws: no further than 6 from the mean. */
function drawNormal(draws: Generator): number {
  let sum = -6
  for (let index = 0; index < 12; index++) sum += draws.share()
  return sum
}

// `Math.log` and `Math.exp` may differ in the last bit from one engine or machine to another, and
// one bit in one delay makes another run. These use only what IEEE 754 fixes.

const LN_2 = Math.LN2

/** The natural logarithm of a number above 0, to some 15 digits. */
export function logarithmOf(value: number): number {
  let exponent = 0
  let mantissa = value
  while (mantissa < 0.75) {
    mantissa *= 2
    exponent--
  }
  while (mantissa > 1.5) {
    mantissa /= 2
    exponent++
  }
  // ln m = 2 artanh((m - 1) / (m + 1)), whose series is fast near 1.
  const ratio = (mantissa - 1) / (mantissa + 1)
  const square = ratio * ratio
  let term = ratio
  let sum = 0
  for (let odd = 1; odd < 40; odd += 2) {
    sum += term / odd
    term *= square
  }
  return 2 * sum + exponent * LN_2
}

/** e to that power, to some 15 digits. */
export function exponentialOf(power: number): number {
  const doublings = Math.round(power / LN_2)
  const rest = power - doublings * LN_2
  let term = 1
  let sum = 1
  for (let index = 1; index < 20; index++) {
    term *= rest / index
    sum += term
  }
  for (let left = doublings; left > 0; left--) sum *= 2
  for (let left = doublings; left < 0; left++) sum /= 2
  return sum
}
