import type { Delegate, Memberlist } from '@hearsay/memberlist'

/** What a read shows: one key as this replica has it. */
export interface Entry {
  readonly key: string
  /** Belongs to the store: do not write to it. */
  readonly value: Uint8Array
  /**
   * Identifies this write in the whole cluster, fit for an ETag. Of two versions of one key the
   * winner is the greater one as text.
   */
  readonly version: string
  /** Name of the member that wrote it. */
  readonly origin: string
  /** When it was written by the writer's clock, in milliseconds since the epoch. */
  readonly modifiedAt: number
  /** When it goes, in milliseconds since the epoch; missing when it stays. */
  readonly expiresAt?: number
}

/** What a list shows of an entry. */
export interface EntryHead extends Omit<Entry, 'value'> {
  /** Size of the value in bytes. */
  readonly bytes: number
}

export interface WriteOptions {
  /** Time to live in milliseconds, from the write's stamp on. Default: for good. */
  readonly ttlMs?: number
  /** Write only if this is the version here: compare and set on the local replica. */
  readonly ifVersion?: string
  /** Write only if the key is not here. */
  readonly ifAbsent?: boolean
  /** Resolve when so many other members hold the write durably. Default 0. */
  readonly acks?: number
  /** How long to wait for `acks`. Default 2,000. */
  readonly timeoutMs?: number
  /** Have every member acknowledge; `spread(version)` and the `spread` event then tell who and when. */
  readonly trace?: boolean
  /** Ends the waiting for `acks`. */
  readonly signal?: AbortSignal
}

export interface WriteResult {
  readonly version: string
  /** Whether the key was here before. */
  readonly existed: boolean
  /** Members that acknowledged by then; empty without `acks` and `trace`. */
  readonly holders: readonly string[]
}

export interface ListOptions {
  /** Default: all keys. */
  readonly prefix?: string
  /** Entries of one page, 1 to 1,000. Default 100. */
  readonly limit?: number
  /** Begin after this key: `next` of the page before. */
  readonly after?: string
}

export interface KeyPage {
  /** By the byte order of the keys' UTF-8. */
  readonly entries: readonly EntryHead[]
  /** To be given as `after` for the next page; missing on the last. */
  readonly next: string | undefined
}

/** What happened to a key, as a watcher sees it. */
export type Change =
  | {
      readonly type: 'put'
      readonly key: string
      readonly version: string
      readonly origin: string
      readonly value: Uint8Array
      readonly expiresAt?: number
      /** Where to resume: `since` of a later watch at the same store. */
      readonly cursor: string
    }
  | {
      readonly type: 'delete' | 'expire'
      readonly key: string
      /** Of the delete, or of the write that expired. */
      readonly version: string
      readonly origin: string
      readonly cursor: string
    }
  /**
   * What was missed cannot be told any more (`since` is too old, or from another life of the
   * process, or the watcher was too slow). The whole state follows as puts: forget all else.
   */
  | { readonly type: 'reset'; readonly cursor: string }

export interface WatchOptions {
  /** One key; or else `prefix`; or else all. */
  readonly key?: string
  readonly prefix?: string
  /** A `cursor` from before. Default: from now on, without what is there. */
  readonly since?: string
  readonly signal?: AbortSignal
}

/** How a traced write went round. */
export interface Spread {
  readonly version: string
  readonly key: string
  /** When it was written, in milliseconds since the epoch. */
  readonly startedAt: number
  /** Members other than the writer that speak the store's protocol: how many there were to reach. */
  readonly expected: number
  /** Who holds it, in the order of their acknowledgements, which took so long to come. */
  readonly members: readonly { readonly name: string; readonly afterMs: number }[]
}

/** Something an operator should know; told once per kind and minute. */
export interface KvWarning {
  readonly code: 'clock' | 'full' | 'overload' | 'storage' | 'malformed' | 'damaged'
  /** One sentence: what happened, what to do. */
  readonly text: string
}

/** Why an entry or a message that came from another member was not taken. */
export const refusalReasons = [
  /** Not of this protocol's grammar, or over a limit of it. */
  'malformed',
  /** Of a version of the protocol that we do not know. */
  'version',
  /** From a name that is no present member. */
  'unknown-member',
  /** Stamped further ahead of our clock than the skew limit. */
  'clock',
  /** The store is full. Comes again when there is room. */
  'full',
  /** Too much waits to be stored or sent. Comes again. */
  'overload',
  /** So old that it may be of a key deleted long ago, from one who cannot know. */
  'stale',
] as const

export type RefusalReason = (typeof refusalReasons)[number]

/** How the store is doing, in plain numbers. Counters only grow; gauges are marked. */
export interface KvStats {
  /** Gauge: keys with a value. */
  readonly keys: number
  /** Gauge: what all that is held counts for against `maxBytes`, overhead included. */
  readonly bytes: number
  /** The bound given for `bytes`. */
  readonly maxBytes: number
  /** Gauge: deleted or expired keys that are still remembered. */
  readonly tombstones: number
  /** Gauge: whether the last write was refused for want of room, and there still is none. */
  readonly full: boolean
  /** Writes and deletes of this member. */
  readonly writes: number
  /** Writes of this member that were refused, by the code of the error. */
  readonly writesRefused: Readonly<Record<string, number>>
  /** Entries taken from other members. */
  readonly replicated: number
  /** Of those, entries that had been known or had lost against a newer one. */
  readonly superseded: number
  /** What came from others and was not taken. */
  readonly refused: Readonly<Record<RefusalReason, number>>
  /** Keys that expired. */
  readonly expired: number
  /** Tombstones whose life was over. */
  readonly purged: number
  /** Gauge: local writes that are not stored durably yet. */
  readonly waitingWrites: number
  /** Gauge: bytes of entries that are not stored durably yet. */
  readonly waitingBytes: number
  /** Gauge: other members that speak this protocol. */
  readonly peers: number
  /** Gauge: of those, how many have entries that we do not have yet, as far as we know. */
  readonly peersAhead: number
  /** Passes of anti-entropy that were begun. */
  readonly pulls: number
  /** Of those, ones that compared the full state, since a tombstone may have been missed. */
  readonly fullPulls: number
  /** Passes that were given up: no answer in time. */
  readonly pullsFailed: number
  /** Entries that were written anew since nobody else had ever seen them. */
  readonly reissued: number
  /** Keys that were dropped since the others had deleted them long ago. */
  readonly droppedStale: number
  /** Messages of the store's own protocol and their bytes. */
  readonly messagesSent: number
  readonly bytesSent: number
  readonly messagesReceived: number
  readonly bytesReceived: number
  /** Gauge: lives of members whose writes are told apart. */
  readonly origins: number
  /** Gauge: watchers, and how often one was too slow and had to begin anew. */
  readonly watchers: number
  readonly watcherResets: number
}

export interface KvEventMap {
  /** A member acknowledged a traced write. */
  spread: Spread
  /** A key changed, here or elsewhere. */
  change: Exclude<Change, { readonly type: 'reset' }>
  /** The store became full, or has room again. */
  full: { readonly full: boolean; readonly bytes: number; readonly maxBytes: number }
  warning: KvWarning
}

export type KvEventName = keyof KvEventMap

/** A map that all members of a cluster hold: written anywhere, read everywhere. */
export interface KeyValueStore extends AsyncDisposable {
  readonly wire: 'native' | 'go-example'

  /** To be given to `Memberlist.create({ delegate })`. */
  readonly delegate: Delegate

  /** Begins to replicate. Once, right after `Memberlist.create`. */
  attach(list: Memberlist): void

  /** What this replica has. @throws KvError ERR_KV_KEY */
  get(key: string): Entry | undefined

  /**
   * Writes here and replicates. Resolves when it is stored durably here (and held by `acks` others).
   * @throws KvError ERR_KV_KEY, ERR_KV_TOO_LARGE, ERR_KV_FULL, ERR_KV_CONDITION, ERR_KV_OVERLOAD,
   * ERR_KV_CLOCK, ERR_KV_ACKS, ERR_KV_ABORTED, ERR_KV_STORAGE, ERR_KV_CLOSED, ERR_KV_UNSUPPORTED,
   * ERR_KV_OPTION
   */
  put(key: string, value: Uint8Array, options?: WriteOptions): Promise<WriteResult>

  /**
   * Deletes, also what has not arrived here yet: whatever was written before it loses.
   * @throws KvError as `put`; `ttlMs` does not apply
   */
  delete(key: string, options?: WriteOptions): Promise<WriteResult>

  /** One page of keys, in byte order of their UTF-8. @throws KvError ERR_KV_OPTION */
  list(options?: ListOptions): KeyPage

  /** Changes as they happen, until the signal or until the store closes. @throws KvError ERR_KV_KEY */
  watch(options?: WatchOptions): AsyncIterableIterator<Change, undefined>

  /** Who has a write that was made with `trace` here; the last 256 are kept. */
  spread(version: string): Spread | undefined

  on<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this
  off<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this

  stats(): KvStats
}
