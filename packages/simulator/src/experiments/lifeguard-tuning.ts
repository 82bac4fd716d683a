import { ourRules } from '@hearsay/memberlist/internal'
import { meanEstimate } from '../statistics/estimate.ts'
import { goSettings, ruleSets } from './base.ts'
import type { ClusterOutcome } from './cluster-measure.ts'
import type { Context, Experiment } from './experiment.ts'
import { DELAYS, ENOUGH, STUCK } from './lifeguard.ts'

const NODES = 128
const alphas = [2, 3, 4, 5] as const
const betasOf = { short: [6], moderate: [6], full: [2, 4, 6] } as const
const crashRunsOf = { short: 1, moderate: 5, full: 50 } as const
const published = [
  { alpha: 5, latency: 0, falsePositives: 1.53 },
  { alpha: 4, latency: -16, falsePositives: 4.7 },
  { alpha: 2, latency: -43, falsePositives: 13.7 },
] as const

interface Point {
  readonly alpha: number
  readonly beta: number
  readonly latencyS: number
  readonly falsePositives: number
}

export const lifeguardTuning: Experiment = {
  name: 'lifeguard-tuning',
  title: 'Lifeguard: latency against false positives',
  published:
    'Lifeguard (arXiv 1707.00788), tuning: with beta 6, alpha 4 has 16 % less latency at 4.7 % of the false positives of SWIM, alpha 2 has 43 % less at 13.7 %.',
  assumptions: [
    'Latency is that of the first detection of a true failure: here a member of 128 that crashes; the change is against alpha 5, beta 6 with the same rules, whose latency is about that of SWIM with alpha 5.',
    'False positives are those of the experiment above, at all members, C 16 and 32, D 16.4 s, I 1 and 4 ms, against SWIM with alpha 5 in the same runs.',
  ],
  run: async (context) => {
    const chosen = context.form === 'short' ? [2, 5] : alphas
    const betasChosen = betasOf[context.form]
    const swim = await measure(context, ruleSets.swim, goSettings, 5, 6)
    const base = Math.max(1, swim.falsePositives)
    const columns: { name: string; points: Point[] }[] = []
    for (const [name, rules, settings] of [
      ["Go's rules", ruleSets.go, goSettings],
      ['ours', ourRules, {}],
    ] as const) {
      const points: Point[] = []
      for (const alpha of chosen) {
        for (const beta of betasChosen) {
          const { latencyS, falsePositives } = await measure(context, rules, settings, alpha, beta)
          points.push({ alpha, beta, latencyS, falsePositives: (100 * falsePositives) / base })
        }
      }
      columns.push({ name, points })
    }
    const change = ({ latencyS }: Point) => 100 * (latencyS / swim.latencyS - 1)
    const [go, ours] = columns
    const known = (alpha: number, beta: number) =>
      beta === 6 ? published.find((each) => each.alpha === alpha) : undefined
    const isUnder =
      swim.falsePositives >= ENOUGH &&
      published.every(({ alpha, latency, falsePositives }) => {
        const own = ours?.points.find((point) => point.alpha === alpha && point.beta === 6)
        return (
          own === undefined ||
          (own.falsePositives <= falsePositives && change(own) <= Math.max(0, latency + 8))
        )
      })
    const text = (point: Point | undefined) =>
      point === undefined ? '' : `${signed(change(point))} at ${point.falsePositives.toFixed(2)} %`
    return {
      headings: ['alpha', 'beta', 'published', "Go's rules", 'ours'],
      rows: (ours?.points ?? []).map((point, index) => {
        const { alpha, beta } = point
        const paper = known(alpha, beta)
        return [
          String(alpha),
          String(beta),
          paper === undefined ? '' : `${signed(paper.latency)} at ${paper.falsePositives} %`,
          text(go?.points[index]),
          text(point),
        ]
      }),
      charts: [
        {
          name: 'lifeguard-tuning',
          chart: {
            title: 'Latency against false positives, by alpha (beta 6)',
            description: 'Lower left is better.',
            x: {
              label: 'first detection against SWIM with alpha 5',
              format: (value) => `${value} %`,
              show: [0],
            },
            y: {
              label: 'false positives, SWIM = 100 %',
              format: (value) => `${value} %`,
              show: [0],
            },
            marks: [
              {
                kind: 'points',
                series: 0,
                name: 'published',
                points: published.map((each) => ({
                  x: each.latency,
                  y: each.falsePositives,
                  label: `${each.alpha}`,
                })),
              },
              ...columns.map(
                ({ name, points }, index) =>
                  ({
                    kind: 'points',
                    series: index + 1,
                    name,
                    points: points
                      .filter(({ beta }) => beta === 6)
                      .map((point) => ({
                        x: change(point),
                        y: point.falsePositives,
                        label: `${point.alpha}`,
                      })),
                  }) as const,
              ),
            ],
          },
        },
      ],
      claims: [
        {
          text: 'with beta 6, ours has no more false positives than published at every alpha, and no less of the gain in latency (to 8 points)',
          holds: isUnder,
          isRequired: false,
        },
        {
          text: 'a smaller alpha detects sooner',
          holds: (ours?.points.at(0)?.latencyS ?? 1) < (ours?.points.at(-1)?.latencyS ?? 0),
          isRequired: true,
        },
      ],
      size: `${(ours?.points.length ?? 0) * 2 + 1} sets of settings; ${crashRunsOf[context.form] * 4} crashes and 4 runs with pauses each`,
      remarks: [
        'Go expects alpha - 2 confirmations of a suspicion where the paper has 3 throughout: with alpha 2 none is expected, a suspicion is as short as it gets from its beginning, and local health suspicion does nothing. Ours expects two where alpha - 2 is fewer (`leastConfirmations`).',
        `SWIM with alpha 5 detects a crash after ${swim.latencyS.toFixed(2)} s in the mean.`,
      ],
    }
  },
}

async function measure(
  context: Context,
  rules: object,
  settings: object,
  alpha: number,
  beta: number,
) {
  const tuned = { ...settings, suspicionMultiplier: alpha, suspicionMaxTimeoutMultiplier: beta }
  const common = { kind: 'cluster', nodes: NODES, rules, settings: tuned, network: DELAYS }
  const crashes = Array.from({ length: crashRunsOf[context.form] }, (_, index) => ({
    ...{ ...common, seed: index + 1, safetyMs: 45_000 },
    steps: [0, 1, 2, 3].map((each) => ({
      at: [each * 1_000, each * 1_000 + 900],
      do: 'crash',
      who: { draw: 1 },
    })),
  }))
  const pauses = [16, 32].flatMap((count) =>
    [1, 4].map((runMs) => ({
      ...{ ...common, seed: count + runMs, safetyMs: 135_000 },
      steps: [
        { at: 15_000, do: 'stutter', who: { draw: count }, pauseMs: 16_384, runMs, ...STUCK },
      ],
    })),
  )
  const crashed = await context.measure<ClusterOutcome>(crashes)
  const paused = await context.measure<ClusterOutcome>(pauses)
  const latencies = crashed.flatMap(({ firstDetectionsMs }) => firstDetectionsMs)
  return {
    latencyS: meanEstimate(latencies).value / 1_000,
    falsePositives: paused.reduce(
      (sum, { falsePositives }) =>
        sum + falsePositives.aboutHealthyAtHealthy + falsePositives.aboutHealthyAtDisturbed,
      0,
    ),
  }
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${value.toFixed(0)} %`
}
