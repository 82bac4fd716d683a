import { type Estimate, meanEstimate } from '../statistics/estimate.ts'
import { type RuleSet, ruleSetNames } from './base.ts'
import type { Context, Experiment } from './experiment.ts'
import type { DetectionOutcome, DetectionTask } from './swim-detection-measure.ts'

const EXPECTED = Math.E / (Math.E - 1)
const TOLERANCE = 0.01
const columns = ['go', 'ours'] as const satisfies readonly RuleSet[]

/** For each size: runs, and seconds of each in which every member crashes once a second. */
const sizesOf = {
  short: [
    [128, 8, 30],
    [512, 6, 15],
  ],
  moderate: [
    [128, 8, 40],
    [512, 5, 20],
    [2_000, 3, 8],
    [10_000, 2, 3],
  ],
  full: [
    [128, 20, 40],
    [256, 16, 30],
    [512, 10, 30],
    [1_000, 8, 20],
    [2_000, 6, 10],
    [4_000, 4, 6],
    [10_000, 4, 4],
  ],
} as const

const GAP_NODES = 24

export const swimDetection: Experiment = {
  name: 'swim-detection',
  title: 'SWIM: first detection by some member',
  published:
    'Das, Gupta, Motivala: SWIM (DSN 2002), section 3.1: in the mean e/(e - 1) = 1.582 protocol periods until some member finds a crash, whatever the size; section 4.3: no member is left unprobed by another for more than 2n - 1 periods.',
  assumptions: [
    'The paper counts whole periods; here each member has its own, with a phase of its own, and the first one that begins after the crash is the first. What is counted is the period in which the probe begins that fails; its verdict comes one probe interval later.',
    'A crash changes nothing until somebody probes the crashed member, so the probes of a cluster at rest say when a crash at any moment would have been found: each member "crashes" once a second, at a moment that does not depend on the draws of the run. Gossip and push/pull are off; they have no part in it.',
    'With n members a probe picks one of n - 1, without repeating until all had their turn, so for finite n the mean is a little below: the sum of (1 - k/(n - 1))^(n - 1), 1.573 for n = 128.',
    `The bound is looked at with ${GAP_NODES} members over 50 full turns.`,
  ],
  run: async (context) => {
    const sizes = sizesOf[context.form]
    const rows: string[][] = []
    const curves = columns.map(() => [] as [number, Estimate][])
    let crashes = 0
    for (const [nodes, runs, seconds] of sizes) {
      const cells: string[] = []
      for (const [column, rules] of columns.entries()) {
        const outcomes = await detections(context, nodes, runs, seconds, rules)
        const estimate = meanEstimate(outcomes.map(meanPeriod))
        curves[column]?.push([nodes, estimate])
        const own = outcomes.reduce((sum, outcome) => sum + outcome.crashes, 0)
        crashes += own
        cells.push(
          `${estimate.value.toFixed(3)} (${estimate.low.toFixed(3)} … ${estimate.high.toFixed(3)})`,
          String(own),
        )
      }
      const [go = '', , ours = '', count = ''] = cells
      rows.push([String(nodes), EXPECTED.toFixed(3), finite(nodes).toFixed(3), go, ours, count])
    }
    const gaps = await Promise.all(
      columns.map((rules) => detections(context, GAP_NODES, 1, GAP_NODES * 50, rules)),
    )
    const longest = gaps.map(([outcome]) => outcome?.longestGap ?? Number.POSITIVE_INFINITY)
    const ours = curves[1] ?? []
    const worst = Math.max(...ours.map(([, { value }]) => Math.abs(value / EXPECTED - 1)))
    return {
      headings: ['members', 'published', 'exact for n', "Go's rules", 'ours', 'crashes each'],
      rows,
      charts: [
        {
          name: 'swim-detection',
          chart: {
            title: 'First detection by some member',
            description: `Mean periods until a crash is found, by size: ${rows.map((row) => `${row[0]}: ${row[4]}`).join('; ')}.`,
            x: { label: 'members', format: (value) => value.toLocaleString('en-US'), scale: 'log' },
            y: { label: 'periods', format: (value) => value.toFixed(2), show: [1.5, 1.65] },
            marks: [
              { kind: 'rule', axis: 'y', at: EXPECTED, label: 'e/(e - 1)' },
              ...columns.map(
                (rules, index) =>
                  ({
                    kind: 'points',
                    series: index,
                    name: ruleSetNames[rules],
                    // A little aside of each other, so that both are seen.
                    points: (curves[index] ?? []).map(([nodes, { value, low, high }]) => ({
                      x: nodes * (index === 0 ? 0.97 : 1.03),
                      y: value,
                      yLow: low,
                      yHigh: high,
                    })),
                  }) as const,
              ),
            ],
          },
        },
      ],
      claims: [
        {
          text: `within ${TOLERANCE * 100} % of e/(e - 1) at every size: the furthest is ${(worst * 100).toFixed(2)} % off`,
          holds: worst <= TOLERANCE,
          isRequired: true,
        },
        {
          text: `no member is left unprobed by another for more than 2n - 1 = ${2 * GAP_NODES - 1} periods: the longest was ${longest.join(" (Go's rules) and ")} (ours)`,
          holds: longest.every((gap) => gap <= 2 * GAP_NODES - 1),
          isRequired: true,
        },
      ],
      size: `${crashes.toLocaleString('en-US')} crashes`,
      remarks: [],
    }
  },
}

function detections(
  context: Context,
  nodes: number,
  runs: number,
  seconds: number,
  rules: RuleSet,
): Promise<DetectionOutcome[]> {
  const tasks = Array.from(
    { length: runs },
    (_, index): DetectionTask => ({
      kind: 'swim-detection',
      nodes,
      seconds,
      seed: index + 1,
      rules,
    }),
  )
  return context.measure<DetectionOutcome>(tasks.map((task) => ({ ...task })))
}

function meanPeriod({ crashes, byPeriod }: DetectionOutcome): number {
  return byPeriod.reduce((sum, count, period) => sum + count * period, 0) / crashes
}

/** The mean for n members that each probe the others in turn, in an order drawn anew each turn. */
function finite(nodes: number): number {
  const others = nodes - 1
  return Array.from({ length: others }, (_, k) => (1 - k / others) ** others).reduce(
    (sum, each) => sum + each,
    0,
  )
}
