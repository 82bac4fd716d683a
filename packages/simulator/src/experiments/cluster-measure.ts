import type { Rules, Settings } from '@hearsay/memberlist/internal'
import type { FalsePositives, RunEvent } from '../run.ts'
import type { Network, Scenario } from '../scenario.ts'
import { defaultNetwork } from '../scenarios/network.ts'
import { simulate } from '../simulate.ts'
import { mean, percentile } from '../statistics/estimate.ts'
import { bareScenario } from './base.ts'

/** A whole cluster, looked at from outside. */
export interface ClusterTask {
  readonly kind: 'cluster'
  readonly nodes: number
  readonly safetyMs: number
  readonly seed: number
  readonly rules: Rules
  readonly settings?: Partial<Settings>
  readonly network?: Partial<Network>
  readonly start?: Scenario['start']
  /** Ends when all know all. */
  readonly onlyBootstrap?: boolean
  readonly steps?: Scenario['steps']
}

export interface ClusterOutcome {
  readonly falsePositives: FalsePositives
  readonly viewChanges: number
  readonly bootstrapMs: number | undefined
  /** By member: how many it has for alive or suspect at the end, itself included. */
  readonly aliveAtEnd: readonly number[]
  /** Packets and bytes that all members sent together. */
  readonly packets: number
  readonly bytes: number
  readonly received: Rate
  /** Without streams. */
  readonly receivedInPackets: Rate
  readonly sent: Rate
  readonly firstDetectionsMs: readonly number[]
  readonly detectionsByAllMs: readonly number[]
  /** For each broadcast: how long until the share 0.9999 of the others had it; undefined: never. */
  readonly reachedMs: readonly (number | undefined)[]
  readonly wronglyFailed: readonly number[]
  /** By member: when it was first told failed by any that lived on, in ms; only of who is disturbed. */
  readonly firstFailedMs: Readonly<Record<number, number>>
  readonly events: number
}

/** Bytes of a member in a second. */
export interface Rate {
  readonly mean: number
  readonly p99: number
  readonly max: number
}

export function measureCluster(task: ClusterTask): ClusterOutcome {
  const {
    nodes,
    safetyMs,
    seed,
    rules,
    settings = {},
    network,
    start = 'joined',
    steps = [],
  } = task
  const scenario = bareScenario(nodes, safetyMs, {
    rules,
    settings,
    network: { ...defaultNetwork, ...network },
    start,
    steps,
  })
  const views = new Views(nodes, start)
  const { measures, events } = simulate(scenario, seed, {
    observe: views.observe,
    progress: () => task.onlyBootstrap !== true || views.bootstrapMs === undefined,
  })
  const { traffic, crashes, spreads } = measures
  const total = (column: Uint32Array) => column.reduce((sum, value) => sum + value, 0)
  const since = (field: 'firstFailedAt' | 'failedByAllAt') =>
    crashes.flatMap((crash) => {
      const at = crash[field]
      return at === undefined ? [] : [at - crash.at]
    })
  return {
    falsePositives: measures.falsePositives,
    viewChanges: measures.viewChanges,
    bootstrapMs: views.bootstrapMs,
    aliveAtEnd: views.alive,
    packets: total(traffic.packetsOut),
    bytes: total(traffic.packetBytesOut) + total(traffic.streamBytesOut),
    received: rate(traffic.packetBytesIn, traffic.streamBytesIn),
    receivedInPackets: rate(traffic.packetBytesIn),
    sent: rate(traffic.packetBytesOut, traffic.streamBytesOut),
    firstDetectionsMs: since('firstFailedAt'),
    detectionsByAllMs: since('failedByAllAt'),
    reachedMs: spreads.map(({ reachedMs, of }) => reachedMs[Math.ceil(of * 0.9999) - 1]),
    wronglyFailed: [...measures.wronglyFailed],
    firstFailedMs: views.firstFailedMs,
    events,
  }
}

function rate(packets: Uint32Array, streams?: Uint32Array): Rate {
  const sums = Float64Array.from(packets, (bytes, index) => bytes + (streams?.[index] ?? 0)).sort()
  return { mean: mean(sums), p99: percentile(sums, 0.99), max: percentile(sums, 1) }
}

/** How many each member has for alive, as it tells. */
class Views {
  readonly alive: number[]
  readonly firstFailedMs: Record<number, number> = {}
  /** When all first had all. */
  bootstrapMs: number | undefined
  private missing: number

  constructor(nodes: number, start: Scenario['start']) {
    const isJoined = start === 'joined'
    this.alive = new Array<number>(nodes).fill(isJoined ? nodes : 1)
    this.missing = isJoined ? 0 : nodes * (nodes - 1)
  }

  readonly observe = (event: RunEvent): void => {
    if (event.type !== 'told' || event.subject === event.member) return
    const { member, event: what, subject, at } = event
    if (what === 'join') this.count(member, 1, at)
    if (what === 'fail' || what === 'leave') this.count(member, -1, at)
    if (what === 'fail') this.firstFailedMs[subject] ??= at
  }

  private count(member: number, change: 1 | -1, at: number): void {
    this.alive[member] = (this.alive[member] ?? 0) + change
    this.missing -= change
    if (this.missing === 0) this.bootstrapMs ??= at
  }
}
