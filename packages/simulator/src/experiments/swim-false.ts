import type { Mark } from '../report/chart/mark.ts'
import { type Estimate, proportionEstimate } from '../statistics/estimate.ts'
import { type RuleSet, ruleSetNames } from './base.ts'
import type { Experiment } from './experiment.ts'
import type { FalseDetectionOutcome } from './swim-false-measure.ts'

const PERIODS = Math.E / (Math.E - 1)
const sizesOf = {
  short: { losses: [0.05, 0.2], seconds: 250, seeds: 1 },
  moderate: { losses: [0.01, 0.05, 0.1, 0.2], seconds: 400, seeds: 8 },
  full: { losses: [0.01, 0.02, 0.05, 0.1, 0.15, 0.2], seconds: 2_000, seeds: 4 },
} as const
const checks = [1, 3] as const
const columns = ['go', 'ours'] as const satisfies readonly RuleSet[]

interface Point {
  readonly loss: number
  readonly indirectChecks: number
  readonly published: number
  /** By column: the figure, and whether what was published is within its 95 % interval. */
  readonly found: readonly Estimate[]
}

export const swimFalse: Experiment = {
  name: 'swim-false',
  title: 'SWIM: false detections without suspicion',
  published:
    'SWIM (DSN 2002), section 3.1: a living member is found failed with chance (1 - q²)(1 - q⁴)^k e/(e - 1) in the time that a crash takes to be found; q is the chance that one packet arrives.',
  assumptions: [
    'What is measured is the share of the probes of living members that get no ack in time, directly or by the k that are asked; the factor e/(e - 1) is the number of probes that a member gets in the time of the formula. Each probe is one period long (no local health), 64 members, no stream pings.',
    'Suspicions are still told, but never run out, so that nobody is given up: a failed probe is what the paper calls a false detection.',
  ],
  run: async (context) => {
    const { losses, seconds, seeds } = sizesOf[context.form]
    const points: Point[] = []
    for (const indirectChecks of checks) {
      for (const loss of losses) {
        const found: Estimate[] = []
        for (const rules of columns) {
          const tasks = Array.from({ length: seeds }, (_, index) => ({
            ...{ kind: 'swim-false', nodes: 64, seconds, seed: index + 1 },
            ...{ rules, loss, indirectChecks },
          }))
          const outcomes = await context.measure<FalseDetectionOutcome>(tasks)
          const failed = outcomes.reduce((sum, outcome) => sum + outcome.failed, 0)
          const probes = outcomes.reduce((sum, outcome) => sum + outcome.probes, 0)
          found.push(scaled(proportionEstimate(failed, probes)))
        }
        const q = 1 - loss
        const published = (1 - q ** 2) * (1 - q ** 4) ** indirectChecks * PERIODS
        points.push({ loss, indirectChecks, published, found })
      }
    }
    const inside = (estimate: Estimate | undefined, value: number) =>
      estimate !== undefined && estimate.low <= value && value <= estimate.high
    const hits = points.filter(({ found, published }) => inside(found[1], published)).length
    return {
      headings: ['loss', 'k', 'published', "Go's rules", 'ours', 'inside'],
      rows: points.map(({ loss, indirectChecks, published, found: [go, ours] }) => [
        `${loss * 100} %`,
        String(indirectChecks),
        scientific(published),
        text(go),
        text(ours),
        inside(ours, published) ? 'yes' : 'no',
      ]),
      charts: [
        {
          name: 'swim-false',
          chart: {
            title: 'False detections by packet loss',
            description: 'The formula of the paper as lines, what was measured as points.',
            x: { label: 'packet loss', format: (value) => `${value * 100} %`, show: [0] },
            y: {
              label: 'false detections',
              format: (value) => value.toPrecision(1),
              scale: 'log',
            },
            marks: checks.flatMap((indirectChecks, index): Mark[] => {
              const own = points.filter((point) => point.indirectChecks === indirectChecks)
              return [
                {
                  kind: 'line',
                  series: index,
                  name: `published, k = ${indirectChecks}`,
                  points: own.map(({ loss, published }) => [loss, published] as const),
                },
                {
                  kind: 'points',
                  series: index,
                  name: `${ruleSetNames.ours}, k = ${indirectChecks}`,
                  points: own.flatMap(({ loss, found: [, ours] }) =>
                    ours === undefined || ours.value === 0
                      ? []
                      : [{ x: loss, y: ours.value, yLow: ours.low, yHigh: ours.high }],
                  ),
                },
              ]
            }),
          },
        },
      ],
      claims: [
        {
          text: `the formula is inside the 95 % interval at every point: at ${hits} of ${points.length}`,
          holds: hits === points.length,
          // One of twenty is outside by the meaning of 95 %; all of a few must be far from wrong.
          isRequired: false,
        },
        {
          text: 'and inside the 99.9 % interval at every point',
          holds: points.every(({ found: [, ours], published }) => inside(wider(ours), published)),
          isRequired: true,
        },
      ],
      size: `${points.reduce((sum, { found: [, ours] }) => sum + (ours?.count ?? 0), 0).toLocaleString('en-US')} probes with our rules, as many with Go's`,
      remarks: [],
    }
  },
}

function scaled({ value, low, high, count }: Estimate): Estimate {
  return { value: value * PERIODS, low: low * PERIODS, high: high * PERIODS, count }
}

/** The same for 99.9 %, from the number of hits that the estimate was made of. */
function wider(estimate: Estimate | undefined): Estimate | undefined {
  if (estimate === undefined) return undefined
  const hits = Math.round((estimate.value / PERIODS) * estimate.count)
  return scaled(proportionEstimate(hits, estimate.count, 0.999))
}

function text(estimate: Estimate | undefined): string {
  if (estimate === undefined) return ''
  const { value, low, high } = estimate
  return `${scientific(value)} (${scientific(low)} … ${scientific(high)})`
}

function scientific(value: number): string {
  return value === 0 ? '0' : value.toPrecision(3)
}
