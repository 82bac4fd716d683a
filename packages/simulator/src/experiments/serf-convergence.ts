import { percentileEstimate } from '../statistics/estimate.ts'
import { goSettings, type RuleSet, ruleSetNames, ruleSets } from './base.ts'
import type { ClusterOutcome } from './cluster-measure.ts'
import type { Context, Experiment } from './experiment.ts'

/** Compression takes time of ours alone: the packets are smaller than their limit without it. */
const alone = { probeIntervalMs: 0, pushPullIntervalMs: 0, enableCompression: false } as const
const columns = ['go', 'ours'] as const satisfies readonly RuleSet[]
/**
 * From one broadcast to the next, in the whole protocol: one at a time. Alone, as many are under way
 * at a time as fit one packet together, so that none has to wait for another.
 */
const SPACING_MS = 2_500
const SPACING_ALONE_MS = 150
/** After the last one. */
const TAIL_MS = 4_000

interface Row {
  readonly nodes: number
  readonly loss: number
  /** Whether they probe and exchange states, too. */
  readonly hasProbes: boolean
  /** What the calculator says. */
  readonly published: number
  /** Broadcasts of a run, and runs. */
  readonly go: readonly [number, number]
  readonly ours: readonly [number, number]
}

const thousand: Row = {
  ...{ nodes: 1_000, loss: 0, hasProbes: true, published: 2.2 },
  go: [50, 20],
  ours: [50, 20],
}
const thousandLossy: Row = { ...thousand, loss: 0.25, published: 3 }
const tenThousand: Row = {
  ...{ nodes: 10_000, loss: 0, hasProbes: false, published: 2.6 },
  go: [100, 1],
  ours: [500, 2],
}
const tenThousandLossy: Row = { ...tenThousand, loss: 0.25, published: 3.4 }

const sizesOf: Readonly<Record<Context['form'], readonly Row[]>> = {
  short: [
    { ...thousand, go: [10, 2], ours: [10, 2] },
    { ...thousandLossy, hasProbes: false, go: [10, 2], ours: [10, 2] },
  ],
  moderate: [
    thousand,
    { ...thousandLossy, go: [20, 1], ours: [40, 2] },
    { ...thousandLossy, hasProbes: false },
    tenThousand,
    tenThousandLossy,
  ],
  full: [
    thousand,
    thousandLossy,
    { ...thousandLossy, hasProbes: false },
    { ...tenThousand, hasProbes: true, go: [50, 20], ours: [50, 20] },
    { ...tenThousand, go: [500, 2] },
    { ...tenThousandLossy, go: [500, 2] },
  ],
}

export const serfConvergence: Experiment = {
  name: 'serf-convergence',
  title: "Serf's convergence calculator",
  published:
    'serf.io, convergence simulator: the time after which 99.99 % of the members have a message, by the formula of its page, with an interval of 200 ms and a fan-out of 3: 2.2 s at 1,000, 2.6 s at 10,000; 3.0 s and 3.4 s at 25 % loss.',
  assumptions: [
    'The calculator is a formula of epidemic spread, 1 / (1 + (n + 1) e^(-c n x)) with c n = fan-out x (1 - loss) / 2, rounded up to whole rounds. Here a user broadcast of 100 bytes spreads by the gossip of the real protocol with LAN settings: alone, as in the calculator, and in a cluster that also probes and exchanges states.',
    'p99 is over single broadcasts, of the time until 99.99 % of the other members have it (all 999 of 1,000; 9,999 of 10,000 others, rounded up).',
    'With loss, a member that gossip never reaches gets the message by nothing else: push/pull carries no user messages. Such a broadcast counts as never converged.',
    'A cluster that probes while it loses every fourth packet is full of suspicions and their refutations. They go first in Go, and fill the packets, so that user messages hardly get a turn; ours keep a quarter of each packet for them, and crowded gossip, which tells a third as many members of other members, tells as many as ever of them. The calculator knows nothing of that; that ours are faster in it than alone is due to the pings, which carry gossip too.',
  ],
  run: async (context) => {
    const rows: string[][] = []
    const claims: { text: string; holds: boolean; isRequired: boolean }[] = []
    let total = 0
    for (const row of sizesOf[context.form]) {
      const { nodes, loss, hasProbes, published } = row
      const spacingMs = hasProbes ? SPACING_MS : SPACING_ALONE_MS
      const cells: string[] = []
      const counts: number[] = []
      for (const rules of columns) {
        const [broadcasts, runs] = row[rules]
        const tasks = Array.from({ length: runs }, (_, index) => ({
          ...{ kind: 'cluster', nodes, seed: index + 1, rules: ruleSets[rules] },
          ...{ network: { loss }, safetyMs: broadcasts * spacingMs + TAIL_MS },
          settings: {
            ...(rules === 'go' ? goSettings : {}),
            ...(hasProbes ? {} : alone),
          },
          steps: Array.from({ length: broadcasts }, (__, at) => ({
            at: [at * spacingMs, at * spacingMs + Math.min(500, spacingMs)],
            ...{ do: 'broadcast', who: { draw: 1 }, bytes: 100 },
          })),
        }))
        const outcomes = await context.measure<ClusterOutcome>(tasks)
        const reached = outcomes.flatMap(({ reachedMs }) => reachedMs)
        counts.push(reached.length)
        total += reached.length
        const values = reached.map((ms) =>
          ms === undefined ? Number.POSITIVE_INFINITY : ms / 1_000,
        )
        const p99 = percentileEstimate(values, 0.99)
        const p50 = percentileEstimate(values, 0.5)
        const never = reached.filter((ms) => ms === undefined).length
        cells.push(
          `${seconds(p99.value)} (p50 ${seconds(p50.value)}${never > 0 ? `, ${never} never` : ''})`,
        )
        if (rules === 'ours') {
          claims.push({
            text: `${nodes.toLocaleString('en-US')} members, ${loss * 100} % loss${hasProbes ? '' : ', gossip alone'}: p99 ${seconds(p99.value)}, published ${published} s`,
            holds: p99.value <= published,
            isRequired: loss === 0 || !hasProbes,
          })
        }
      }
      rows.push([
        nodes.toLocaleString('en-US'),
        `${loss * 100} %`,
        hasProbes ? 'the whole protocol' : 'gossip alone',
        `${published.toFixed(1)} s`,
        ...cells,
        counts.join(', '),
      ])
    }
    return {
      headings: [
        'members',
        'loss',
        'what runs',
        'published',
        `${ruleSetNames.go}: p99`,
        `${ruleSetNames.ours}: p99`,
        'broadcasts',
      ],
      rows,
      charts: [],
      claims,
      size: `${total.toLocaleString('en-US')} broadcasts`,
      remarks: [],
    }
  },
}

function seconds(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(2)} s` : 'never'
}
