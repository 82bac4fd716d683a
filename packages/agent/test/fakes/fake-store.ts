import { EventEmitter, on } from 'node:events'
import {
  type Change,
  type Entry,
  type KeyPage,
  type KeyValueStore,
  KvError,
  type KvEventMap,
  type KvEventName,
  type KvStats,
  type ListOptions,
  type Spread,
  type WatchOptions,
  type WriteOptions,
  type WriteResult,
} from '@hearsay/kv'

/** A write as it was asked for, without what tests do not look at. */
export interface AskedWrite extends Omit<WriteOptions, 'signal'> {
  readonly key: string
  readonly value: string | undefined
}

const modifiedAt = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A store without a cluster: what is written is there, and the test says what fails. */
export class FakeStore implements KeyValueStore {
  readonly wire = 'native'
  readonly delegate = {}
  readonly asked: AskedWrite[] = []
  readonly entries = new Map<string, Entry>()
  /** Thrown by the next write. */
  failure: Error | undefined
  /** What a write with `acks` is answered with. */
  holders: readonly string[] = []
  counters: Partial<KvStats> = {}
  readonly watched: Omit<WatchOptions, 'signal'>[] = []
  readonly #emitter = new EventEmitter().setMaxListeners(0)
  #last = 0

  attach(): void {}

  get(key: string): Entry | undefined {
    return this.entries.get(key)
  }

  async put(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<WriteResult> {
    const { ttlMs } = options
    const existed = this.#write(key, Buffer.from(value).toString('latin1'), options)
    const version = `v${++this.#last}`
    const expiry = ttlMs === undefined ? {} : { expiresAt: modifiedAt + ttlMs }
    this.entries.set(key, { key, value, version, origin: 'self', modifiedAt, ...expiry })
    const cursor = `c${this.#last}`
    this.tell({ type: 'put', key, value, version, origin: 'self', ...expiry, cursor })
    return { version, existed, holders: this.holders }
  }

  async delete(key: string, options: WriteOptions = {}): Promise<WriteResult> {
    const existed = this.#write(key, undefined, options)
    const version = `v${++this.#last}`
    this.entries.delete(key)
    this.tell({ type: 'delete', key, version, origin: 'self', cursor: `c${this.#last}` })
    return { version, existed, holders: this.holders }
  }

  #write(key: string, value: string | undefined, { signal, ...options }: WriteOptions): boolean {
    this.asked.push({ key, value, ...options })
    const { failure } = this
    this.failure = undefined
    if (failure !== undefined) throw failure
    const version = this.entries.get(key)?.version
    const isWrong =
      (options.ifAbsent === true && version !== undefined) ||
      (options.ifVersion !== undefined && options.ifVersion !== version)
    if (isWrong) {
      throw new KvError('ERR_KV_CONDITION', `"${key}" is not as the condition wants it.`, {
        ...(version !== undefined && { version }),
      })
    }
    return version !== undefined
  }

  list({ prefix = '', limit = 100, after }: ListOptions = {}): KeyPage {
    const all = [...this.entries.values()]
      .filter(
        ({ key }) => key.startsWith(prefix) && (after === undefined || compare(key, after) > 0),
      )
      .sort((a, b) => compare(a.key, b.key))
    const entries = all.slice(0, limit).map(({ value, ...head }) => ({
      ...head,
      bytes: value.length,
    }))
    return { entries, next: all.length > limit ? entries.at(-1)?.key : undefined }
  }

  async *watch({ signal, ...options }: WatchOptions = {}): AsyncGenerator<Change, undefined> {
    this.watched.push(options)
    const changes = on(this.#emitter, 'watched', signal === undefined ? {} : { signal })
    for await (const [change] of changes as AsyncIterableIterator<[Change]>) yield change
    return undefined
  }

  get watchers(): number {
    return this.#emitter.listenerCount('watched')
  }

  /** To all watchers, whatever they watch. */
  tell(change: Change): void {
    this.#emitter.emit('watched', change)
  }

  spread(): Spread | undefined {
    return undefined
  }

  on<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this {
    this.#emitter.on(name, listener)
    return this
  }

  off<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this {
    this.#emitter.off(name, listener)
    return this
  }

  emit<Name extends KvEventName>(name: Name, event: KvEventMap[Name]): void {
    this.#emitter.emit(name, event)
  }

  stats(): KvStats {
    const all: KvStats = {
      keys: this.entries.size,
      bytes: 0,
      maxBytes: 1_000,
      tombstones: 0,
      full: false,
      writes: this.#last,
      writesRefused: {},
      replicated: 0,
      superseded: 0,
      refused: {
        malformed: 0,
        version: 0,
        'unknown-member': 0,
        clock: 0,
        full: 0,
        overload: 0,
        stale: 0,
      },
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
      origins: 1,
      watchers: 0,
      watcherResets: 0,
    }
    return { ...all, ...this.counters }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
