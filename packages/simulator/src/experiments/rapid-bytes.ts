import { meanEstimate } from '../statistics/estimate.ts'
import { goSettings, type RuleSet, ruleSetNames, ruleSets } from './base.ts'
import type { ClusterOutcome, Rate } from './cluster-measure.ts'
import type { Experiment } from './experiment.ts'

const columns = ['go', 'ours'] as const satisfies readonly RuleSet[]
const published: Rate = { mean: 0.54, p99: 5.61, max: 7.36 }

export const rapidBytes: Experiment = {
  name: 'rapid-bytes',
  title: 'Rapid: bytes per process while 10 of 1,000 crash',
  published:
    'Rapid (ATC 2018), evaluation: memberlist with 1,000 processes of which 10 crash receives 0.54 KB/s in the mean, 5.61 at the 99th percentile, 7.36 at the most.',
  assumptions: [
    'LAN settings; 10 crash at once after 10 s, and the run ends after 90 s. Every second of every member is one value. The paper does not say for how long it measured: a longer time brings the mean and p99 down to those of a cluster at rest.',
    "KB is 1,000 bytes. Bytes are those of packets and streams, without the headers of UDP, TCP and IP; members' names are 12 bytes long, without metadata. Messages are compressed, as by default.",
  ],
  run: async (context) => {
    const nodes = context.form === 'short' ? 250 : 1_000
    const runs = { short: 1, moderate: 2, full: 20 }[context.form]
    const found: Rate[] = []
    const inPackets: Rate[] = []
    const sent: Rate[] = []
    for (const rules of columns) {
      const tasks = Array.from({ length: runs }, (_, index) => ({
        ...{ kind: 'cluster', nodes, seed: index + 1, rules: ruleSets[rules], safetyMs: 90_000 },
        settings: rules === 'go' ? goSettings : {},
        steps: [{ at: 10_000, do: 'crash', who: { draw: Math.round(nodes / 100) } }],
      }))
      const outcomes = await context.measure<ClusterOutcome>(tasks)
      found.push(average(outcomes.map(({ received }) => received)))
      inPackets.push(average(outcomes.map(({ receivedInPackets }) => receivedInPackets)))
      sent.push(average(outcomes.map((outcome) => outcome.sent)))
    }
    const [go, ours] = found
    const row = (
      name: string,
      value: (rate: Rate) => number,
      from: readonly Rate[],
      known?: Rate,
    ) => [
      name,
      known === undefined ? '' : `${value(known).toFixed(2)} KB/s`,
      ...from.map((rate) => `${(value(rate) / 1_000).toFixed(2)} KB/s`),
    ]
    const claims = (['mean', 'p99', 'max'] as const).map((name) => ({
      text: `received, ${name}: ${((ours?.[name] ?? 0) / 1_000).toFixed(2)} KB/s, published ${published[name]}`,
      holds: (ours?.[name] ?? Number.POSITIVE_INFINITY) / 1_000 <= published[name],
      isRequired: name === 'mean',
    }))
    const isMore = (ours?.mean ?? 0) > (go?.mean ?? 0) * 1.1
    return {
      headings: ['bytes of a process in a second', 'published', ruleSetNames.go, ruleSetNames.ours],
      rows: [
        row('received, mean', (rate) => rate.mean, found, published),
        row('received, p99', (rate) => rate.p99, found, published),
        row('received, most', (rate) => rate.max, found, published),
        row('received in packets alone, most', (rate) => rate.max, inPackets),
        row('sent, mean', (rate) => rate.mean, sent),
        row('sent, p99', (rate) => rate.p99, sent),
        row('sent, most', (rate) => rate.max, sent),
      ],
      charts: [],
      claims: [
        ...claims,
        {
          text: "no more than 10 % above Go's rules in the mean",
          holds: !isMore,
          isRequired: true,
        },
      ],
      size: `${nodes.toLocaleString('en-US')} members, ${runs} runs for each set of rules`,
      remarks: [
        "By Go's rules, what is above a few KB is a push/pull: the states of 1,000 members, 7,542 bytes each way here, compressed, since all have the first incarnation; with incarnations from the clock it would be twice that. Each member begins one in the first 30 s and then every 180 s. That is more than one second in a hundred, so p99 is the size of one exchange, and the most is that of the second in which several asked the same member. Ours compare digests first and tell what differs; while the news of the crashes spreads that is some 160 members of the ten parts that they are in, and afterwards nothing.",
        'The most by ours is that of the second in which ten suspicions are gossiped, at a member that happens to be drawn by thirty others in it. In packets alone the most is about the same by either rules.',
      ],
    }
  },
}

function average(rates: readonly Rate[]): Rate {
  const of = (name: keyof Rate) => meanEstimate(rates.map((rate) => rate[name])).value
  return { mean: of('mean'), p99: of('p99'), max: of('max') }
}
