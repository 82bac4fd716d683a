import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { KvStats } from '@hearsay/kv'
import { channels } from '@hearsay/memberlist'
import type { AgentMemberlist } from '../agent/memberlist-port.ts'
import { roundedMs } from './milliseconds.ts'
import { Ring } from './ring.ts'
import type { HistoryJson } from './schemas.ts'

/** One row a second for 15 minutes: 14 columns of 900 numbers, 100 kB. */
const intervalMs = 1_000
const length = 900
/** Probes run one after the other, so that there are few in an interval; further ones do not count. */
const maxRoundTrips = 64

const columnNames = [
  'time',
  'packetsIn',
  'packetsOut',
  'bytesIn',
  'bytesOut',
  'queue',
  'health',
  'roundTripMs',
  'probesFailed',
  'suspicions',
  'failures',
  'members',
  'kvKeys',
  'kvBytes',
] as const

/** What only grows, and is shown by how much. */
const counted = ['packetsIn', 'packetsOut', 'bytesIn', 'bytesOut', 'probesFailed'] as const
type Counted = Readonly<Record<(typeof counted)[number], number>>

export interface HistoryOptions {
  readonly list: AgentMemberlist
  readonly store: { stats(): Pick<KvStats, 'keys' | 'bytes'> }
  /** Milliseconds since the epoch. */
  readonly now?: () => number
}

/** How the member was doing in the last 15 minutes, a row of numbers for each second. */
export class History implements Disposable {
  readonly #list: AgentMemberlist
  readonly #store: HistoryOptions['store']
  readonly #now: () => number
  readonly #ring = new Ring(columnNames, length)
  readonly #timer: NodeJS.Timeout
  #before: Counted
  #newest = 0
  #roundTrips: number[] = []
  #suspicions = 0
  #failures = 0

  constructor({ list, store, now = Date.now }: HistoryOptions) {
    this.#list = list
    this.#store = store
    this.#now = now
    this.#before = countersOf(list)
    list.on('event', ({ type }) => {
      if (type === 'suspect') this.#suspicions++
      if (type === 'fail') this.#failures++
    })
    subscribe(channels.probe.name, this.#probed)
    this.#timer = setInterval(() => this.sample(), intervalMs)
    this.#timer.unref()
  }

  /** Adds the row of the interval that ends now. */
  sample(): void {
    const time = this.#now() / 1_000
    // A clock that was set back: what is kept would lie in the future.
    if (time < this.#newest) this.#ring.clear()
    this.#newest = time
    const counters = countersOf(this.#list)
    const { members, queue, health } = this.#list.stats()
    const stored = this.#store.stats()
    const grown = counted.map((name) => [name, counters[name] - this.#before[name]])
    this.#ring.add({
      ...(Object.fromEntries(grown) as unknown as Counted),
      time,
      queue: queue.membership + queue.user,
      health,
      roundTripMs: median(this.#roundTrips),
      suspicions: this.#suspicions,
      failures: this.#failures,
      members: members.alive + members.suspect,
      kvKeys: stored.keys,
      kvBytes: stored.bytes,
    })
    this.#before = counters
    this.#roundTrips = []
    this.#suspicions = 0
    this.#failures = 0
  }

  /** @param since seconds since the epoch: only rows after that */
  json(since = 0): HistoryJson {
    const times = this.#ring.newest('time', length)
    // Later than the newest row: from before the clock was set back, or from another life.
    const after = since > this.#newest ? 0 : since
    const rows = times.filter((time) => time > after).length
    const columns = columnNames.map((name) => {
      const values = this.#ring.newest(name, rows)
      return [name, values.map((value) => (Number.isNaN(value) ? null : value))]
    })
    return { intervalMs, columns: Object.fromEntries(columns) as HistoryJson['columns'] }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    unsubscribe(channels.probe.name, this.#probed)
  }

  readonly #probed = (message: unknown): void => {
    const { member, roundTripMs } = message as { member: string; roundTripMs: number }
    const isOurs = member === this.#list.local.name
    if (isOurs && this.#roundTrips.length < maxRoundTrips) this.#roundTrips.push(roundTripMs)
  }
}

function countersOf(list: AgentMemberlist): Counted {
  const { protocol, streams } = list.stats()
  return {
    packetsIn: protocol.packetsReceived,
    packetsOut: protocol.packetsSent,
    bytesIn: protocol.bytesReceived + streams.bytesReceived,
    bytesOut: protocol.bytesSent + streams.bytesSent,
    probesFailed: protocol.probesFailed,
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? Number.NaN
  const lower = sorted.length % 2 === 0 ? (sorted[middle - 1] ?? Number.NaN) : upper
  return roundedMs((lower + upper) / 2)
}
