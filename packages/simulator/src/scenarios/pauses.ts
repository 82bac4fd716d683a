import { namedScenario, shareOf } from './named-scenario.ts'

export const lifeguardThreshold = namedScenario(
  'lifeguard-threshold',
  'One in eight stands still once, for up to 32 s: how long must a pause be until it is failed, and is it the only one?',
  120_000,
  ({ nodes }) => ({
    steps: [
      { at: 15_000, do: 'pause', who: { draw: shareOf(nodes, 0.125) }, forMs: [128, 32_768] },
    ],
  }),
)

export const lifeguardInterval = namedScenario(
  'lifeguard-interval',
  'One in eight keeps standing still for 8 s and running for 64 ms, as with starved processors: who is wrongly failed?',
  120_000,
  ({ nodes }, forMs) => ({
    steps: [
      {
        at: 15_000,
        do: 'stutter',
        who: { draw: shareOf(nodes, 0.125) },
        pauseMs: 8_192,
        runMs: 64,
        forMs: Math.max(1_000, forMs - 15_000),
      },
    ],
  }),
)

export const pauseGc = namedScenario(
  'pause-gc',
  'Every member stands still for 50 ms to 3 s now and then (garbage collection, a long JSON.parse): is anybody failed?',
  120_000,
  (_request, forMs) => ({
    steps: [
      {
        at: 1_000,
        do: 'stutter',
        who: 'all',
        pauseMs: [50, 3_000],
        runMs: [5_000, 25_000],
        forMs: Math.max(1_000, forMs - 1_000),
      },
    ],
  }),
)
