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

/** Seeds of the rules that are held against ours, and of ours. */
const sizesOf = {
  short: { others: 4, ours: 4, safetyMs: 900_000 },
  moderate: { others: 30, ours: 1_000, safetyMs: 3_600_000 },
  full: { others: 1_000, ours: 1_000, safetyMs: 3_600_000 },
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
    const sizes = sizesOf[context.form]
    const { safetyMs } = sizes
    const rows: string[][] = []
    let stayed = 0
    for (const { name, rules, settings } of columns) {
      const seeds = name === 'ours' ? sizes.ours : sizes.others
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
          text: `with our rules 17 of 17 stay in every run: in ${stayed} of ${sizes.ours}`,
          holds: stayed === sizes.ours,
          isRequired: true,
        },
      ],
      size: `${sizes.ours} seeds with our rules, ${sizes.others} with each of the others, ${safetyMs / 60_000} virtual minutes each`,
      remarks: [],
    }
  },
}
