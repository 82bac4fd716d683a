import type { KeyValueStore } from '@hearsay/kv'
import { type MemberlistMetric, memberlistMetrics } from '@hearsay/memberlist'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { version } from '../version.ts'
import { kvMetrics } from './kv-metrics.ts'
import type { AgentMemberlist } from './memberlist-port.ts'

type Stats = ReturnType<AgentMemberlist['stats']>

/** Name, what it means, and where it is in the statistics. */
type Row = readonly [name: string, help: string, value: (stats: Stats) => number]

/** What Go has no name for. */
const ownCounters: readonly Row[] = [
  ['hearsay_packets_sent_total', 'Packets sent', (stats) => stats.protocol.packetsSent],
  ['hearsay_packets_received_total', 'Packets received', (stats) => stats.protocol.packetsReceived],
  ['hearsay_streams_failed_total', 'Streams that failed', (stats) => stats.streams.failed],
  ['hearsay_user_messages_total', 'User messages received', (stats) => stats.protocol.userMessages],
  [
    'hearsay_user_shed_total',
    'Own broadcasts dropped from a full queue',
    (stats) => stats.queue.shed,
  ],
  ['hearsay_probes_total', 'Probes of other members', (stats) => stats.protocol.probes],
  [
    'hearsay_probes_failed_total',
    'Probes without an answer',
    (stats) => stats.protocol.probesFailed,
  ],
  ['hearsay_refutations_total', 'Accusations refuted', (stats) => stats.protocol.refutations],
  ['hearsay_pauses_total', 'Times that this process stood still', (stats) => stats.protocol.pauses],
]

const ownGauges: readonly Row[] = [
  ['hearsay_queue_user', 'Own broadcasts that wait', (stats) => stats.queue.user],
  ['hearsay_queue_user_bytes', 'Bytes of them', (stats) => stats.queue.userBytes],
  ['hearsay_streams_open', 'Streams open now', (stats) => stats.transport.streamsOpen],
]

/** What `GET /metrics` answers: read from the statistics when it is asked for. */
export class Metrics {
  readonly contentType: string
  readonly #registry = new Registry()

  constructor(list: AgentMemberlist, store: KeyValueStore) {
    const registers = [this.#registry]
    this.contentType = this.#registry.contentType
    for (const [name, help, value] of ownCounters) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset()
          this.inc(value(list.stats()))
        },
      })
    }
    for (const [name, help, value] of ownGauges) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value(list.stats()))
        },
      })
    }
    namedByGo(list, registers)
    rejections(list, registers)
    kvMetrics(store, registers)
    new Gauge({
      name: 'hearsay_build_info',
      help: 'Always 1',
      labelNames: ['version'],
      registers,
    }).set({ version }, 1)
    collectDefaultMetrics({ register: this.#registry })
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }

  close(): void {
    this.#registry.clear()
  }
}

/**
 * The metrics under the names that Go's Prometheus sink gives them: dashboards and alerts made for
 * Go members work here. Go counts bytes, not packets, as `sent`.
 */
function namedByGo(list: AgentMemberlist, registers: Registry[]): void {
  const kinds = new Map(memberlistMetrics(list.stats()).map((metric) => [metric.name, metric]))
  for (const [name, first] of kinds) {
    const current = (): MemberlistMetric[] =>
      memberlistMetrics(list.stats()).filter((metric) => metric.name === name)
    const exposed = name.replaceAll('.', '_')
    if (first.kind === 'gauge') gauge(exposed, first, current, registers)
    else if (first.kind === 'counter') counter(exposed, first, current, registers)
    else summary(exposed, first, current, registers)
  }
}

function gauge(
  name: string,
  { help, labels }: MemberlistMetric,
  current: () => MemberlistMetric[],
  registers: Registry[],
): void {
  new Gauge({
    name,
    help,
    labelNames: Object.keys(labels),
    registers,
    collect() {
      for (const metric of current()) this.set(metric.labels, metric.value)
    },
  })
}

function counter(
  name: string,
  { help, labels }: MemberlistMetric,
  current: () => MemberlistMetric[],
  registers: Registry[],
): void {
  new Counter({
    name,
    help,
    labelNames: Object.keys(labels),
    registers,
    collect() {
      this.reset()
      for (const metric of current()) this.inc(metric.labels, metric.value)
    },
  })
}

/** prom-client's own summaries want each value; the sum and the count are what there is. */
function summary(
  name: string,
  metric: MemberlistMetric,
  current: () => MemberlistMetric[],
  registers: Registry[],
): void {
  const counts = () => current().map((each) => ({ ...each, value: each.count ?? 0 }))
  counter(`${name}_sum`, metric, current, registers)
  counter(`${name}_count`, metric, counts, registers)
}

function rejections(list: AgentMemberlist, registers: Registry[]): void {
  new Counter({
    name: 'hearsay_rejected_total',
    help: 'Packets and streams refused, by reason',
    labelNames: ['reason'],
    registers,
    collect() {
      this.reset()
      for (const [reason, count] of Object.entries(list.stats().rejected)) {
        this.inc({ reason }, count)
      }
    },
  })
}
