import { ourRules } from '@hearsay/memberlist/internal'
import { meanEstimate, proportionEstimate } from '../statistics/estimate.ts'
import { goSettings, ruleSets } from './base.ts'
import type { ClusterOutcome } from './cluster-measure.ts'
import type { Experiment } from './experiment.ts'

const NODES = 17
const columns = [
  {
    name: 'SWIM, no suspicion',
    rules: { ...ruleSets.swim, suspicion: false },
    settings: { ...goSettings, disableTcpPings: true },
  },
  { name: "Go's rules", rules: ruleSets.go, settings: goSettings },
  { name: 'ours', rules: ourRules, settings: {} },
] as const

const sizesOf = {
  short: { seeds: 4, safetyMs: 900_000 },
  moderate: { seeds: 30, safetyMs: 3_600_000 },
  full: { seeds: 1_000, safetyMs: 3_600_000 },
} as const

export const swimMembers: Experiment = {
  name: 'swim-members',
  title: 'SWIM: 17 members, 10 % loss',
  published:
    'SWIM (DSN 2002), section 5: with 10 % packet loss 17 members join, and without suspicion 12 of them stay in the group.',
  assumptions: [
    'LAN settings, every packet is lost with chance 0.1 on its own; streams are not. All join the first member at the start.',
    'The paper does not say for how long it looked, nor whether those thrown out came back; here they do, since a member that hears that it is held for failed refutes it. The first column is the protocol of the paper without suspicion and without stream pings.',
  ],
  run: async (context) => {
    const { seeds, safetyMs } = sizesOf[context.form]
    const rows: string[][] = []
    let stayed = 0
    for (const { name, rules, settings } of columns) {
      const tasks = Array.from({ length: seeds }, (_, index) => ({
        ...{ kind: 'cluster', nodes: NODES, safetyMs, seed: index + 1, rules, settings },
        ...{ network: { loss: 0.1 }, start: 'bootstrap' },
      }))
      const outcomes = await context.measure<ClusterOutcome>(tasks)
      const full = outcomes.filter(({ aliveAtEnd }) => aliveAtEnd.every((count) => count === NODES))
      const never = outcomes.filter(({ wronglyFailed }) =>
        wronglyFailed.every((count) => count === 0),
      )
      const least = Math.min(...outcomes.flatMap(({ aliveAtEnd }) => aliveAtEnd))
      const failures = meanEstimate(
        outcomes.map(({ wronglyFailed }) => wronglyFailed.reduce((sum, count) => sum + count, 0)),
      )
      const share = proportionEstimate(full.length, outcomes.length)
      if (name === 'ours') stayed = full.length
      rows.push([
        name,
        `${full.length} of ${seeds} (at least ${(share.low * 100).toFixed(1)} %)`,
        `${least} of ${NODES}`,
        `${never.length} of ${seeds}`,
        failures.value.toFixed(2),
      ])
    }
    return {
      headings: [
        'rules',
        'seeds in which all have all 17 at the end',
        'smallest view at the end',
        'seeds in which nobody was ever failed',
        'failures of living members in a run',
      ],
      rows: [['published (no suspicion)', '', '12 of 17', '', ''], ...rows],
      charts: [],
      claims: [
        {
          text: `with our rules 17 of 17 stay in every run: in ${stayed} of ${seeds}`,
          holds: stayed === seeds,
          isRequired: true,
        },
      ],
      size: `${seeds} seeds for each set of rules, ${safetyMs / 60_000} virtual minutes each`,
      remarks: [],
    }
  },
}
