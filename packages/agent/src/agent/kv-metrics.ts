import type { KeyValueStore, KvStats } from '@hearsay/kv'
import { Counter, Gauge, type Registry } from 'prom-client'

type Row = readonly [name: string, help: string, value: (stats: KvStats) => number]

const gauges: readonly Row[] = [
  ['hearsay_kv_keys', 'Keys with a value', (stats) => stats.keys],
  ['hearsay_kv_bytes', 'What all that is held counts for', (stats) => stats.bytes],
  ['hearsay_kv_max_bytes', 'The bound of hearsay_kv_bytes', (stats) => stats.maxBytes],
  ['hearsay_kv_full', '1 while writes are refused for want of room', (stats) => Number(stats.full)],
  ['hearsay_kv_tombstones', 'Deleted keys that are remembered', (stats) => stats.tombstones],
  ['hearsay_kv_waiting_writes', 'Own writes not stored yet', (stats) => stats.waitingWrites],
  ['hearsay_kv_waiting_bytes', 'Bytes not stored yet', (stats) => stats.waitingBytes],
  ['hearsay_kv_peers', 'Other members with a replica', (stats) => stats.peers],
  [
    'hearsay_kv_peers_ahead',
    'Of them, those with entries that are not here yet',
    (stats) => stats.peersAhead,
  ],
  ['hearsay_kv_watchers', 'Watchers of changes', (stats) => stats.watchers],
  ['hearsay_kv_origins', 'Lives of members whose writes are told apart', (stats) => stats.origins],
]

const counters: readonly Row[] = [
  ['hearsay_kv_writes_total', 'Writes and deletes of this member', (stats) => stats.writes],
  [
    'hearsay_kv_replicated_total',
    'Entries that came from other members',
    (stats) => stats.replicated,
  ],
  [
    'hearsay_kv_superseded_total',
    'Of them, those that were known or older',
    (stats) => stats.superseded,
  ],
  ['hearsay_kv_expired_total', 'Keys that expired', (stats) => stats.expired],
  ['hearsay_kv_purged_total', 'Tombstones whose life was over', (stats) => stats.purged],
  ['hearsay_kv_pulls_total', 'Passes of anti-entropy', (stats) => stats.pulls],
  ['hearsay_kv_full_pulls_total', 'Of them, comparisons of everything', (stats) => stats.fullPulls],
  [
    'hearsay_kv_pulls_failed_total',
    'Passes that were given up: no answer in time',
    (stats) => stats.pullsFailed,
  ],
  [
    'hearsay_kv_reissued_total',
    'Entries written anew that nobody else had seen',
    (stats) => stats.reissued,
  ],
  [
    'hearsay_kv_dropped_stale_total',
    'Keys dropped that the others had deleted long ago',
    (stats) => stats.droppedStale,
  ],
  ['hearsay_kv_messages_sent_total', 'Messages sent', (stats) => stats.messagesSent],
  ['hearsay_kv_sent_bytes_total', 'Bytes of them', (stats) => stats.bytesSent],
  ['hearsay_kv_messages_received_total', 'Messages received', (stats) => stats.messagesReceived],
  ['hearsay_kv_received_bytes_total', 'Bytes of them', (stats) => stats.bytesReceived],
  [
    'hearsay_kv_watcher_resets_total',
    'Watchers that were too slow and began anew',
    (stats) => stats.watcherResets,
  ],
]

/** The store's statistics as metrics, read when they are asked for. */
export function kvMetrics(store: KeyValueStore, registers: Registry[]): void {
  for (const [name, help, value] of gauges) {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value(store.stats()))
      },
    })
  }
  for (const [name, help, value] of counters) {
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(value(store.stats()))
      },
    })
  }
  labelled(
    'hearsay_kv_writes_refused_total',
    'Writes of this member that were refused, by the code of the error',
    'code',
    () => store.stats().writesRefused,
    registers,
  )
  labelled(
    'hearsay_kv_refused_total',
    'What other members sent and was not taken, by reason',
    'reason',
    () => store.stats().refused,
    registers,
  )
}

function labelled(
  name: string,
  help: string,
  label: string,
  counts: () => Readonly<Record<string, number>>,
  registers: Registry[],
): void {
  new Counter({
    name,
    help,
    labelNames: [label],
    registers,
    collect() {
      this.reset()
      for (const [value, count] of Object.entries(counts())) this.inc({ [label]: value }, count)
    },
  })
}
