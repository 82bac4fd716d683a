import { namedScenario, shareOf } from './named-scenario.ts'

export const crash = namedScenario(
  'crash',
  'One member crashes: how soon does the first one notice, and when do all know?',
  60_000,
  () => ({ steps: [{ at: [1_000, 3_000], do: 'crash', who: { draw: 1 } }] }),
)

export const crashMany = namedScenario(
  'crash-many',
  'A tenth of the members crash at once (a rack, a zone): when do the others know of all of them?',
  90_000,
  ({ nodes }) => ({
    steps: [{ at: [1_000, 3_000], do: 'crash', who: { draw: shareOf(nodes, 0.1) } }],
  }),
)

export const restartAll = namedScenario(
  'restart-all',
  'Everything is restarted within two seconds, and nobody remembers anybody: when do all know all again?',
  60_000,
  () => ({ steps: [{ at: 2_000, do: 'restart-all', downMs: [500, 1_000], staggerMs: 2_000 }] }),
)

export const churn = namedScenario(
  'churn',
  'Members come, leave and crash all the time (autoscaling, spot instances): do the views keep up?',
  120_000,
  ({ nodes }, forMs) => {
    const count = shareOf(nodes, 0.02)
    const rounds = Array.from({ length: Math.floor(forMs / 10_000) }, (_, index) => index * 10_000)
    return {
      steps: rounds.flatMap((from) => [
        { at: [from, from + 3_000], do: 'join', count } as const,
        { at: [from + 3_000, from + 6_000], do: 'leave', who: { draw: count } } as const,
        {
          at: [from + 6_000, from + 9_000],
          do: 'crash',
          who: { draw: count },
          downMs: [2_000, 8_000],
        } as const,
      ]),
    }
  },
)
