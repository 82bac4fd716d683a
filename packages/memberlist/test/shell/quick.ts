import type { Settings } from '../../src/index.ts'

/** Quick enough for a test, and in the proportions of the LAN settings. */
export const quick: Partial<Settings> = {
  probeIntervalMs: 200,
  probeTimeoutMs: 100,
  gossipIntervalMs: 20,
  pushPullIntervalMs: 1_000,
  reconnectIntervalMs: 1_000,
  gossipToTheDeadMs: 5_000,
}
