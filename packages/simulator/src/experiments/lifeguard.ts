import { ourRules, type Rules } from '@hearsay/memberlist/internal'
import { bootstrapEstimate } from '../statistics/bootstrap.ts'
import { goSettings, ruleSets } from './base.ts'
import type { ClusterOutcome } from './cluster-measure.ts'
import type { Context, Experiment } from './experiment.ts'

const NODES = 128
const QUIET_MS = 15_000
/** Both experiments use the same. */
export const DELAYS = { delayMs: { kind: 'log-normal', medianMs: 2, sigma: 1 } } as const
const LASTS_MS = 120_000
export const STUCK = { forMs: LASTS_MS, stops: 'traffic' } as const

interface Configuration {
  readonly name: string
  readonly rules: Rules
  readonly settings: object
  /** Per cent of SWIM's, at all and at healthy members, as published. */
  readonly published: readonly [all: number | undefined, healthy: number | undefined]
}

const { swim, go } = ruleSets
const configurations: readonly Configuration[] = [
  { name: 'SWIM', rules: swim, settings: goSettings, published: [100, 100] },
  {
    name: 'local health probe',
    rules: { ...swim, localHealthProbe: true },
    settings: goSettings,
    published: [undefined, undefined],
  },
  {
    name: 'local health suspicion',
    rules: { ...swim, localHealthSuspicion: true },
    settings: goSettings,
    published: [undefined, undefined],
  },
  {
    name: 'buddy',
    rules: { ...swim, buddySystem: true },
    settings: goSettings,
    published: [undefined, undefined],
  },
  { name: "all: Lifeguard, Go's rules", rules: go, settings: goSettings, published: [1.53, 1.89] },
  { name: 'all: ours', rules: ourRules, settings: {}, published: [undefined, undefined] },
]

/** How many stand still, for how long, and for how long they run between. */
const gridOf = {
  short: grid([16], [16_384], [1]),
  moderate: grid([4, 16, 32], [2_048, 16_384, 32_768], [1, 4, 16, 64]),
  full: grid([4, 8, 12, 16, 24, 32], [2_048, 8_192, 16_384, 32_768], [1, 4, 16, 64, 256, 1_024]),
} as const

/** Below that there is nothing to take a share of. */
export const ENOUGH = 500

function grid(counts: readonly number[], pauses: readonly number[], runs: readonly number[]) {
  return counts.flatMap((count) =>
    pauses.flatMap((pauseMs) => runs.map((runMs) => ({ count, pauseMs, runMs }))),
  )
}

type Cell = ReturnType<typeof grid>[number]

export const lifeguard: Experiment = {
  name: 'lifeguard',
  title: 'Lifeguard: five configurations under pauses',
  published:
    'Dadgar, Phillips, Currey: Lifeguard (arXiv 1707.00788), evaluation: 128 members, alpha 5, beta 6; against SWIM, Lifeguard has 1.53 % of the false positives at all members and 1.89 % at healthy ones, 10.6 % more messages, 2.0 % fewer bytes.',
  assumptions: [
    `Its interval experiment: after ${QUIET_MS / 1_000} s of quiet, C members drawn are stuck for D, get on for I, are stuck again, until 2 minutes are over; all of them in step. In the moderate form C is 4, 16, 32, D is 2.0, 16.4, 32.8 s, and I is 1, 4, 16, 64 ms, every combination. The paper has more values of each and repeats them ten times.`,
    'Stuck means, as in the paper, that sending and receiving block while time-outs run on; who has to send waits. The paper ran its members on small virtual machines, of whose speed it says little; here what takes time is the network alone, and each packet is log-normally delayed with a median of 2 ms (sigma 1). False positives need a round trip that does not fit into I, so how many there are depends on that; their share of those of SWIM depends on it far less.',
    'A false positive is a failure told of a member that is never stuck; "at healthy" counts those told by members that are never stuck.',
    "The first five have Go's rules in all else.",
    'A Node.js process that stands still (a long task, a garbage collection) is another case: its time-outs stand still, too, and are told from real ones when it wakes. That gave no false positive about a healthy member by any of the six with C 4, 16, 32, D 8.2 and 32.8 s, I 64 ms, so it says nothing of their order.',
    'Of the parts alone only the order is compared: local health suspicion is worth most, then local health probe, and the buddy system alone little.',
  ],
  run: async (context) => {
    const cells = gridOf[context.form]
    const found: Awaited<ReturnType<typeof measure>>[] = []
    for (const configuration of configurations)
      found.push(await measure(context, configuration, cells))
    const [base] = found
    const share = (values: readonly number[], of: readonly number[]) => {
      const pairs = values.map((value, index) => [value, of[index] ?? 0] as const)
      return bootstrapEstimate(pairs, (sample) => {
        const sum = (at: 0 | 1) => sample.reduce((total, pair) => total + pair[at], 0)
        return (100 * sum(0)) / Math.max(1, sum(1))
      })
    }
    const shares = found.map(({ all, healthy, packets, bytes }) => ({
      all: share(all, base?.all ?? []),
      healthy: share(healthy, base?.healthy ?? []),
      packets: share(packets, base?.packets ?? []),
      bytes: share(bytes, base?.bytes ?? []),
    }))
    const [, probe, suspicion, buddy, lifeguardShare, ours] = shares.map(({ all }) => all.value)
    const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
    // Without false positives of SWIM there is nothing to be less than.
    const isTelling = total(base?.healthy ?? []) >= ENOUGH
    const percent = (value: number | undefined) => (value === undefined ? '' : `${value} %`)
    const figure = ({ value, low, high }: { value: number; low: number; high: number }) =>
      `${value.toFixed(2)} % (${low.toFixed(2)} … ${high.toFixed(2)})`
    return {
      headings: [
        'configuration',
        'published: at all / at healthy',
        'false positives at all',
        'at healthy',
        'at all, of SWIM',
        'at healthy, of SWIM',
        'packets, of SWIM',
        'bytes, of SWIM',
      ],
      rows: configurations.map(({ name, published }, index) => {
        const own = shares[index]
        const runs = found[index]
        return [
          name,
          published[0] === undefined ? '' : `${percent(published[0])} / ${percent(published[1])}`,
          total(runs?.all ?? []).toLocaleString('en-US'),
          total(runs?.healthy ?? []).toLocaleString('en-US'),
          ...(own === undefined
            ? []
            : [
                figure(own.all),
                figure(own.healthy),
                `${own.packets.value.toFixed(1)} %`,
                `${own.bytes.value.toFixed(1)} %`,
              ]),
        ]
      }),
      charts: [
        {
          name: 'lifeguard',
          chart: {
            title: 'False positives under pauses, SWIM = 100 %',
            description: configurations
              .map(({ name }, index) => `${name}: ${shares[index]?.all.value.toFixed(2) ?? ''} %`)
              .join('; '),
            x: {
              label: 'configuration',
              format: (value) =>
                configurations[Math.round(value) - 1]?.name
                  .replace(/^all: /, '')
                  .replace('local health ', '') ?? '',
              show: [1, 6],
            },
            y: { label: 'of SWIM', format: (value) => `${value} %`, scale: 'log' },
            width: 720,
            marks: (['all', 'healthy'] as const).map((at, series) => ({
              kind: 'points',
              series,
              name: at === 'all' ? 'at all members' : 'at healthy members',
              points: shares.flatMap((own, index) =>
                own[at].value > 0
                  ? [
                      {
                        x: index + 1 + (series - 0.5) * 0.12,
                        y: own[at].value,
                        yLow: Math.max(0.01, own[at].low),
                        yHigh: own[at].high,
                      },
                    ]
                  : [],
              ),
            })),
          },
        },
      ],
      claims: [
        {
          text: `ours has at most 1.53 % of SWIM's false positives at all members: ${(ours ?? 100).toFixed(2)} %`,
          holds: isTelling && (ours ?? 100) <= 1.53,
          isRequired: false,
        },
        {
          text: `and at most 1.89 % at healthy ones: ${(shares[5]?.healthy.value ?? 100).toFixed(2)} %`,
          holds: isTelling && (shares[5]?.healthy.value ?? 100) <= 1.89,
          isRequired: false,
        },
        {
          text: 'the order of the five is that of the paper: all < local health suspicion < local health probe < buddy, SWIM',
          holds:
            isTelling &&
            (lifeguardShare ?? 0) <= (suspicion ?? 0) &&
            (suspicion ?? 0) < (probe ?? 0) &&
            (probe ?? 0) < Math.min(100, buddy ?? 0),
          isRequired: false,
        },
        {
          text: "Lifeguard has fewer false positives than SWIM, and ours no more than Lifeguard with Go's rules",
          holds:
            isTelling &&
            (lifeguardShare ?? 100) < 50 &&
            (ours ?? 100) <= (lifeguardShare ?? 0) + 1e-9,
          isRequired: true,
        },
        {
          text: `Lifeguard sends at most 10.6 % more messages than SWIM and no more than 98.0 % of its bytes: ${(shares[4]?.packets.value ?? 0).toFixed(1)} % and ${(shares[4]?.bytes.value ?? 0).toFixed(1)} % by Go's rules, ${(shares[5]?.packets.value ?? 0).toFixed(1)} % and ${(shares[5]?.bytes.value ?? 0).toFixed(1)} % by ours`,
          holds:
            (shares[5]?.packets.value ?? 1_000) <= 110.6 && (shares[5]?.bytes.value ?? 1_000) <= 98,
          isRequired: false,
        },
      ],
      size: `${cells.length} combinations, one run each for every configuration`,
      remarks: [
        'Where the additional packets come from, in one combination (C 16, D 16.4 s, I 4 ms, the first minute): three times as many suspicions are gossiped, 295,800 against 94,656 of SWIM, and packets that hold nothing but such are 51,281 against 20,960. Local health suspicion hears up to three confirmations of a suspicion and passes each on, and a suspicion that lasts longer is confirmed more often. Probes, acks and nacks hardly differ, push/pulls are the same. These figures are of the rules of Go; the core has the same mechanism by ours. Why those of the paper sent less, it does not say.',
      ],
    }
  },
}

async function measure(
  context: Context,
  { rules, settings }: Configuration,
  cells: readonly Cell[],
) {
  const tasks = cells.map(({ count, pauseMs, runMs }, index) => ({
    ...{ kind: 'cluster', nodes: NODES, seed: index + 1, rules, safetyMs: QUIET_MS + LASTS_MS },
    settings: { ...settings, suspicionMultiplier: 5, suspicionMaxTimeoutMultiplier: 6 },
    steps: [{ at: QUIET_MS, do: 'stutter', who: { draw: count }, pauseMs, runMs, ...STUCK }],
    network: DELAYS,
  }))
  const outcomes = await context.measure<ClusterOutcome>(tasks)
  return {
    all: outcomes.map(
      ({ falsePositives }) =>
        falsePositives.aboutHealthyAtHealthy + falsePositives.aboutHealthyAtDisturbed,
    ),
    healthy: outcomes.map(({ falsePositives }) => falsePositives.aboutHealthyAtHealthy),
    packets: outcomes.map(({ packets }) => packets),
    bytes: outcomes.map(({ bytes }) => bytes),
  }
}
