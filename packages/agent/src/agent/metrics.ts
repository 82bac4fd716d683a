import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { version } from '../version.ts'
import type { AgentMemberlist } from './memberlist-port.ts'

type Stats = ReturnType<AgentMemberlist['stats']>

/** Name, what it means, and where it is in the statistics. */
type Row = readonly [name: string, help: string, value: (stats: Stats) => number]

/**
 * Counters under the names that the Go library gives them (with go-metrics' Prometheus sink):
 * dashboards and alerts made for Go members work here. Go counts bytes, not packets, as `sent`.
 */
const memberlistCounters: readonly Row[] = [
  ['memberlist_udp_sent', 'Bytes sent in packets', (stats) => stats.protocol.bytesSent],
  ['memberlist_udp_received', 'Bytes received in packets', (stats) => stats.protocol.bytesReceived],
  ['memberlist_tcp_sent', 'Bytes sent on streams', (stats) => stats.streams.bytesSent],
  ['memberlist_tcp_accept', 'Streams that peers opened', (stats) => stats.streams.accepted],
  ['memberlist_tcp_connect', 'Streams opened to peers', (stats) => stats.streams.opened],
  ['memberlist_msg_alive', 'Alive messages taken', (stats) => stats.protocol.aliveMessages],
  ['memberlist_msg_suspect', 'Suspect messages taken', (stats) => stats.protocol.suspectMessages],
  ['memberlist_msg_dead', 'Dead messages taken', (stats) => stats.protocol.deadMessages],
  [
    'memberlist_degraded_probe',
    'Probes made longer by bad local health',
    (stats) => stats.protocol.degradedProbes,
  ],
  [
    'memberlist_degraded_timeout',
    'Suspicions that ran out with fewer confirmations than expected',
    (stats) => stats.protocol.degradedTimeouts,
  ],
  ['memberlist_pushPullNode_count', 'Push/pulls begun here', (stats) => stats.streams.pushPulls],
  ['memberlist_pushPullNode_sum', 'Their milliseconds', (stats) => stats.streams.pushPullMs],
]

const memberlistGauges: readonly Row[] = [
  ['memberlist_health_score', 'Local health, 0 is best', (stats) => stats.health],
  [
    'memberlist_queue_broadcasts',
    'State changes that wait to be gossiped',
    (stats) => stats.queue.membership,
  ],
  [
    'memberlist_size_local',
    'Bytes of our state in the last push/pull',
    (stats) => stats.streams.lastLocalStateBytes,
  ],
  [
    'memberlist_size_remote',
    "Bytes of a peer's state in the last push/pull",
    (stats) => stats.streams.lastRemoteStateBytes,
  ],
]

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

  constructor(list: AgentMemberlist) {
    const registers = [this.#registry]
    this.contentType = this.#registry.contentType
    for (const [name, help, value] of [...memberlistCounters, ...ownCounters]) {
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
    for (const [name, help, value] of [...memberlistGauges, ...ownGauges]) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value(list.stats()))
        },
      })
    }
    instances(list, registers)
    rejections(list, registers)
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

function instances(list: AgentMemberlist, registers: Registry[]): void {
  new Gauge({
    name: 'memberlist_node_instances',
    help: 'Members by state, as Go calls the states',
    labelNames: ['node_state'],
    registers,
    collect() {
      const { alive, suspect, failed, left } = list.stats().members
      for (const [state, count] of Object.entries({ alive, suspect, dead: failed, left })) {
        this.set({ node_state: state }, count)
      }
    },
  })
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
