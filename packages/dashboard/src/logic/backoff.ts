const maxWaitMs = 15_000

/**
 * How long to wait before attempt `attempt` (from 0): doubling up to 15 s. By up to a fifth more or
 * less, so that pages that lost the same agent do not all come back in the same moment.
 * @param random from 0 up to 1
 */
export function backoffMs(attempt: number, baseMs: number, random: number): number {
  const waitMs = Math.min(maxWaitMs, baseMs * 2 ** Math.min(attempt, 20))
  return Math.round(waitMs * (0.8 + 0.4 * random))
}
