import type { Replica } from './replica/replica.ts'
import type { KvStats } from './store.ts'

/** What the shell counts beside what the replica does. */
export interface StoreCounters {
  writes: number
  readonly writesRefused: Record<string, number>
  waitingWrites: number
  watchers: number
  watcherResets: number
}

export function statisticsOf(replica: Replica, counters: StoreCounters): KvStats {
  const { state, speakers } = replica
  const { refused, ...counted } = replica.counters
  return {
    keys: state.keyCount,
    bytes: state.bytes,
    maxBytes: state.settings.maxBytes,
    tombstones: state.tombstones,
    full: state.isFull,
    writes: counters.writes,
    writesRefused: { ...counters.writesRefused },
    refused: { ...refused },
    ...counted,
    expired: state.expired,
    purged: state.purged,
    droppedStale: state.dropped,
    waitingWrites: counters.waitingWrites,
    waitingBytes: replica.waitingBytes,
    peers: speakers.length,
    peersAhead: speakers.filter((peer) => peer.isAhead).length,
    origins: state.origins.size,
    watchers: counters.watchers,
    watcherResets: counters.watcherResets,
  }
}
