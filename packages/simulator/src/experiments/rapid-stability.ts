import type { Scenario } from '../scenario.ts'
import { meanEstimate } from '../statistics/estimate.ts'
import { goSettings, type RuleSet, ruleSetNames, ruleSets } from './base.ts'
import type { ClusterOutcome } from './cluster-measure.ts'
import type { Experiment } from './experiment.ts'

const columns = ['go', 'ours'] as const satisfies readonly RuleSet[]

const faults = [
  {
    name: 'nothing received, 20 s on, 20 s off',
    known: 'views oscillate; the ten are never all removed',
    step: (count: number) => ({
      at: 10_000,
      do: 'lossy',
      who: { draw: count },
      direction: 'in',
      loss: 1,
      onMs: 20_000,
      offMs: 20_000,
    }),
  },
  {
    name: '80 % of what they send is lost',
    known: 'views oscillate; the ten are never all removed',
    step: (count: number) => ({
      at: 10_000,
      do: 'lossy',
      who: { draw: count },
      direction: 'out',
      loss: 0.8,
    }),
  },
] as const satisfies readonly {
  name: string
  known: string
  step: (count: number) => Scenario['steps'][number]
}[]

export const rapidStability: Experiment = {
  name: 'rapid-stability',
  title: 'Rapid: one-way loss at 10 of 1,000',
  published:
    'Rapid (ATC 2018), evaluation: 10 of 1,000 processes lose what comes to them, 20 s on and 20 s off; or 80 % of what they send. memberlist oscillates and never removes all of them.',
  assumptions: [
    'LAN settings; it begins after 10 s and lasts to the end, at 130 s (300 s in the full form). Streams are subject to the loss, too.',
    'A view change is a join or a failure that a member tells; all members together. Healthy are the 990 others.',
  ],
  run: async (context) => {
    const isShort = context.form === 'short'
    const nodes = isShort ? 100 : NODES
    const runs = { short: 1, moderate: 1, full: 10 }[context.form]
    const rows: string[][] = []
    const claims: { text: string; holds: boolean; isRequired: boolean }[] = []
    for (const { name, known, step } of faults) {
      const cells: string[][] = []
      const removed: number[] = []
      for (const rules of columns) {
        const tasks = Array.from({ length: runs }, (_, index) => ({
          ...{
            kind: 'cluster',
            nodes,
            seed: index + 1,
            rules: ruleSets[rules],
            safetyMs: context.form === 'full' ? 300_000 : 130_000,
          },
          ...{ settings: rules === 'go' ? goSettings : {}, steps: [step(nodes / 100)] },
        }))
        const outcomes = await context.measure<ClusterOutcome>(tasks)
        const changes = meanEstimate(outcomes.map(({ viewChanges }) => viewChanges)).value
        const atHealthy = meanEstimate(
          outcomes.map(({ falsePositives }) => falsePositives.aboutHealthyAtHealthy),
        ).value
        const atFaulty = meanEstimate(
          outcomes.map(({ falsePositives }) => falsePositives.aboutHealthyAtDisturbed),
        ).value
        removed.push(atHealthy)
        cells.push([
          Math.round(changes).toLocaleString('en-US'),
          digits(atHealthy),
          digits(atFaulty),
        ])
      }
      const [go = [], ours = []] = cells
      rows.push([`${name}: view changes`, known, go[0] ?? '', ours[0] ?? ''])
      rows.push([`${name}: healthy failed at healthy`, '', go[1] ?? '', ours[1] ?? ''])
      rows.push([`${name}: healthy failed at the faulty`, '', go[2] ?? '', ours[2] ?? ''])
      claims.push({
        text: `${name}: no healthy member is removed at a healthy one: ${digits(removed[1] ?? 0)} such failures in a run, ${digits(removed[0] ?? 0)} by Go's rules`,
        holds: removed[1] === 0,
        isRequired: false,
      })
    }
    return {
      headings: ['what, in a run', 'published', ruleSetNames.go, ruleSetNames.ours],
      rows,
      charts: [],
      claims,
      size: `${nodes.toLocaleString('en-US')} members, ${runs} ${runs === 1 ? 'run' : 'runs'} for each set of rules and fault`,
      remarks: [
        "Nothing received: ours tell more view changes, since failed members are tried again: who hears again for 20 s is taken back at once, where by Go's rules it stays failed until it happens to hear of that itself. Neither removes a healthy member at a healthy one.",
        "What they send is lost: by Go's rules a suspicion of one of the ten is gossiped sixteen times and lost altogether in one case of 36 (0.8 to the power 16). Then the suspect never hears of it and cannot refute it, its time runs out with nobody sharing it, and the failure that follows is heard and believed by all others, for a moment, until the member refutes. Ours tells a member again whom it alone accuses, at each of its probes (`accuseAgain`).",
      ],
    }
  },
}

const NODES = 1_000

function digits(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 })
}
