import type { MemberlistStats } from './shell/statistics.ts'

/** One measured value under the name that Go's memberlist gives it. */
export interface MemberlistMetric {
  /** Dotted, as Go's go-metrics has it; Prometheus wants underscores instead. */
  readonly name: string
  /** A counter only grows; a gauge is of this moment; a summary has a count and a sum. */
  readonly kind: 'counter' | 'gauge' | 'summary'
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** How many values a summary's `value` is the sum of. */
  readonly count?: number
}

/**
 * The metrics of Go's memberlist, by its names, out of the statistics. Bytes and counts are totals
 * since the start; times are in milliseconds. `memberlist.gossip` is missing: our rounds take no
 * time worth a name.
 */
export function memberlistMetrics(stats: MemberlistStats): MemberlistMetric[] {
  const { protocol, streams, queue, health, members } = stats
  return [
    counter('memberlist.udp.sent', 'Bytes sent in packets', protocol.bytesSent),
    counter('memberlist.udp.received', 'Bytes received in packets', protocol.bytesReceived),
    counter('memberlist.tcp.sent', 'Bytes sent on streams', streams.bytesSent),
    counter('memberlist.tcp.accept', 'Streams that peers opened', streams.accepted),
    counter('memberlist.tcp.connect', 'Streams opened to peers', streams.opened),
    counter('memberlist.msg.alive', 'Alive messages taken', protocol.aliveMessages),
    counter('memberlist.msg.suspect', 'Suspect messages taken', protocol.suspectMessages),
    counter('memberlist.msg.dead', 'Dead messages taken', protocol.deadMessages),
    counter(
      'memberlist.degraded.probe',
      'Probes made longer by bad local health',
      protocol.degradedProbes,
    ),
    counter(
      'memberlist.degraded.timeout',
      'Suspicions that ran out with fewer confirmations than expected',
      protocol.degradedTimeouts,
    ),
    summary('memberlist.probeNode', 'Probes, in ms', protocol.probes, protocol.probeMs),
    summary(
      'memberlist.pushPullNode',
      'Push/pulls begun here, in ms',
      streams.pushPulls,
      streams.pushPullMs,
    ),
    gauge('memberlist.health.score', 'Local health, 0 is best', health),
    gauge('memberlist.queue.broadcasts', 'State changes that wait', queue.membership),
    gauge(
      'memberlist.size.local',
      'Bytes of our state in the last push/pull',
      streams.lastLocalStateBytes,
    ),
    gauge(
      'memberlist.size.remote',
      "Bytes of a peer's state in the last push/pull",
      streams.lastRemoteStateBytes,
    ),
    instances('alive', members.alive),
    instances('suspect', members.suspect),
    instances('dead', members.failed),
    instances('left', members.left),
  ]
}

function counter(name: string, help: string, value: number): MemberlistMetric {
  return { name, kind: 'counter', help, labels: {}, value }
}

function gauge(name: string, help: string, value: number): MemberlistMetric {
  return { name, kind: 'gauge', help, labels: {}, value }
}

function summary(name: string, help: string, count: number, sum: number): MemberlistMetric {
  return { name, kind: 'summary', help, labels: {}, value: sum, count }
}

function instances(state: string, value: number): MemberlistMetric {
  return {
    name: 'memberlist.node.instances',
    kind: 'gauge',
    help: 'Members by state, as Go calls the states',
    labels: { node_state: state },
    value,
  }
}
