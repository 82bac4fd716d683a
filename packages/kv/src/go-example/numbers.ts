import { type KvStats, type RefusalReason, refusalReasons } from '../store.ts'

type Counters = {
  -readonly [Name in keyof KvStats]: KvStats[Name] extends Readonly<Record<infer Key, number>>
    ? Record<Key, number>
    : KvStats[Name]
}

/** All at zero; what this wire has nothing of stays there. */
export function emptyStats(): Counters {
  const refused = Object.fromEntries(refusalReasons.map((reason) => [reason, 0]))
  return {
    keys: 0,
    bytes: 0,
    maxBytes: 0,
    tombstones: 0,
    full: false,
    writes: 0,
    writesRefused: {},
    replicated: 0,
    superseded: 0,
    refused: refused as Record<RefusalReason, number>,
    expired: 0,
    purged: 0,
    waitingWrites: 0,
    waitingBytes: 0,
    peers: 0,
    peersAhead: 0,
    pulls: 0,
    fullPulls: 0,
    pullsFailed: 0,
    reissued: 0,
    droppedStale: 0,
    messagesSent: 0,
    bytesSent: 0,
    messagesReceived: 0,
    bytesReceived: 0,
    origins: 0,
    watchers: 0,
    watcherResets: 0,
  }
}

/** Versions: when this life of the store began, and a count. Later ones are greater as text. */
export class Sequence {
  readonly life: string
  readonly #wallClock: () => number
  #count = 0

  constructor(wallClock: () => number) {
    this.#wallClock = wallClock
    this.life = wallClock().toString(16).padStart(12, '0')
  }

  next(): { readonly version: string; readonly wallMs: number } {
    const count = (this.#count++).toString(16).padStart(10, '0')
    return { version: `${this.life}-${count}`, wallMs: this.#wallClock() }
  }
}
