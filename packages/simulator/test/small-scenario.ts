import { ourRules, type Settings } from '@hearsay/memberlist/internal'
import type { Scenario, Step } from '../src/scenario.ts'

/** Quick: what takes half a minute with the LAN settings takes some seconds. */
export const quickSettings: Partial<Settings> = {
  probeIntervalMs: 200,
  probeTimeoutMs: 100,
  gossipIntervalMs: 50,
  pushPullIntervalMs: 2_000,
  reconnectIntervalMs: 1_000,
  gossipToTheDeadMs: 2_000,
  suspicionMaxTimeoutMultiplier: 2,
  tcpTimeoutMs: 1_000,
}

/** Five that know each other, a good network, ten seconds with faults and as many to get well. */
export function smallScenario(
  steps: readonly Step[] = [],
  parts: Partial<Scenario> = {},
): Scenario {
  return {
    name: 'small',
    nodes: 5,
    profile: 'lan',
    rules: ourRules,
    mode: 'bytes',
    network: {
      loss: 0,
      delayMs: [0.2, 1],
      jitterMs: 0,
      duplication: 0,
      reordering: 0,
      reorderingMs: 0,
      sendFailure: 0,
      streamHang: 0,
      streamBreak: 0,
    },
    start: 'joined',
    settleMs: 0,
    steps,
    safetyMs: 10_000,
    livenessMs: 10_000,
    checkers: 'all',
    ...parts,
    settings: { ...quickSettings, ...parts.settings },
  }
}
