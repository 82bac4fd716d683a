/** To the microsecond: what is measured is no finer, and JSON is shorter. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000
}
