import { namedScenario } from './named-scenario.ts'

export const bootstrap = namedScenario(
  'bootstrap',
  'All members start at once and join the first one: when does every one of them know all?',
  60_000,
  () => ({ start: 'bootstrap', steps: [] }),
)

export const spread = namedScenario(
  'spread',
  'Ten members each broadcast a message: how soon has it reached half of the members, 99 %, all?',
  30_000,
  () => ({
    steps: Array.from({ length: 10 }, (_, index) => {
      const from = 1_000 + index * 2_000
      return { at: [from, from + 1_000], do: 'broadcast', who: { draw: 1 }, bytes: 100 } as const
    }),
  }),
)

export const steady = namedScenario(
  'steady',
  'Nothing happens but what the network does: what does it cost, and is anybody wrongly failed?',
  120_000,
  () => ({ steps: [] }),
)

export const rollingUpgrade = namedScenario(
  'rolling-upgrade',
  'One member after the other leaves, is upgraded and comes back: do the views follow?',
  120_000,
  ({ nodes }, forMs) => ({
    steps: [
      {
        at: 1_000,
        do: 'rolling-upgrade',
        everyMs: Math.max(50, Math.floor((forMs - 10_000) / nodes)),
        downMs: 3_000,
      },
    ],
  }),
)
