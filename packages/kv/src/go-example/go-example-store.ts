import { Buffer } from 'node:buffer'
import type { Delegate, Memberlist } from '@hearsay/memberlist'
import { ChangeLog } from '../change-log.ts'
import { checkPrefix, checkRange } from '../checks.ts'
import { KvError } from '../errors.ts'
import { kvLimits } from '../limits.ts'
import type { Storage } from '../storage/storage.ts'
import type {
  Change,
  Entry,
  KeyPage,
  KeyValueStore,
  KvEventMap,
  KvEventName,
  KvStats,
  ListOptions,
  RefusalReason,
  WatchOptions,
  WriteOptions,
  WriteResult,
} from '../store.ts'
import { StoreEvents } from '../store-events.ts'
import { Warnings } from '../warnings.ts'
import { Watcher } from '../watcher.ts'
import { checkCondition, checkExampleKey, checkOptions, checkText } from './checks.ts'
import { Items } from './items.ts'
import {
  decodeState,
  decodeUpdates,
  encodeState,
  encodeUpdate,
  isGoExampleMessage,
  type Update,
} from './message.ts'
import { emptyStats, type Sequence } from './numbers.ts'
import { Spreader } from './spreader.ts'
import { decodeItem, encodeItem } from './stored-item.ts'

/** Of the state as JSON: with its members a push/pull must fit 20 MiB, encrypted or not. */
const MAX_STATE_BYTES = 16 * 1024 * 1024

/**
 * The map of the well-known Go example, on its wire. It promises what the example does: each write
 * is gossiped once, and who joins gets what is there. There are no stamps, so the last update that
 * arrives wins, members that missed one differ until the key is written again, and a key that was
 * deleted while a member was away comes back with it. Versions are this replica's own.
 */
export class GoExampleStore implements KeyValueStore {
  readonly wire = 'go-example'
  readonly delegate: Delegate = {
    // Of others, only a joining push/pull is merged: the periodic ones need not carry it.
    localState: (join) => (join ? encodeState(this.#items.values()) : new Uint8Array(0)),
    mergeRemoteState: (state, join) => {
      if (join) this.#merge(state)
    },
  }
  readonly #items = new Items()
  readonly #events = new StoreEvents()
  readonly #warnings = new Warnings(
    () => performance.now(),
    (warning) => this.#events.tell('warning', warning),
  )
  readonly #sequence: Sequence
  readonly #changes: ChangeLog
  readonly #watchers = new Set<Watcher>()
  readonly #stats = emptyStats()
  readonly #maxBytes: number
  readonly #storage: Storage | undefined
  #name = ''
  #list: Memberlist | undefined
  #spreader: Spreader | undefined
  #closing: Promise<void> | undefined

  /** Use `openGoExampleStore`. */
  constructor(maxBytes: number, storage: Storage | undefined, sequence: Sequence) {
    this.#maxBytes = maxBytes
    this.#storage = storage
    this.#sequence = sequence
    this.#changes = new ChangeLog(sequence.life)
    if (storage?.damage !== undefined) this.#warnings.warn('damaged', storage.damage.text)
  }

  /** What the storage has, before anything else. @throws KvError ERR_KV_STORAGE */
  async load(): Promise<void> {
    for await (const entries of this.#storage?.load() ?? []) {
      for (const entry of entries) {
        const item = decodeItem(entry)
        if (item === undefined) throw foreignError()
        if (this.#hasRoom(item.key, item.value)) this.#items.set(item)
      }
    }
  }

  attach(list: Memberlist): void {
    if (this.#list !== undefined) {
      throw new KvError('ERR_KV_OPTION', 'The store is attached to a memberlist already.')
    }
    this.#checkOpen()
    this.#list = list
    this.#name = list.local.name
    this.#spreader = new Spreader(list)
    list.on('message', ({ bytes, host, port }) => {
      if (isGoExampleMessage(bytes)) this.#receive(bytes, host, port)
    })
  }

  get(key: string): Entry | undefined {
    checkExampleKey(key)
    return this.#items.get(key)
  }

  put(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<WriteResult> {
    return this.#counted(() => this.#write(key, new Uint8Array(value), options))
  }

  delete(key: string, options: WriteOptions = {}): Promise<WriteResult> {
    return this.#counted(() => this.#write(key, undefined, options))
  }

  list({ prefix = '', limit = 100, after }: ListOptions = {}): KeyPage {
    checkPrefix(prefix)
    checkRange('limit', limit, 1, kvLimits.pageEntries)
    const { entries, next } = this.#items.page(prefix, after, limit)
    return {
      entries: entries.map(({ value, ...head }) => ({ ...head, bytes: value.length })),
      next,
    }
  }

  watch({
    key,
    prefix = '',
    since,
    signal,
  }: WatchOptions = {}): AsyncIterableIterator<Change, undefined> {
    if (key !== undefined) checkExampleKey(key)
    checkPrefix(prefix)
    const log = this.#changes
    const matches = (changed: string) =>
      key === undefined ? changed.startsWith(prefix) : changed === key
    const watcher = new Watcher(
      {
        log,
        matches,
        snapshot: (after, most) => {
          const { entries, next } = this.#items.page(key ?? prefix, after, most)
          const changes = entries
            .filter((entry) => matches(entry.key))
            .map((entry) => ({ type: 'put' as const, ...entry, cursor: '' }))
          return { changes, next: key === undefined ? next : undefined }
        },
        reset: () => this.#stats.watcherResets++,
        closed: (closed) => this.#watchers.delete(closed),
      },
      since === undefined ? log.end : log.place(since),
      signal,
    )
    if (this.#closing !== undefined) watcher.close()
    if (!watcher.isClosed) this.#watchers.add(watcher)
    return watcher
  }

  /** Nobody acknowledges on this wire. */
  spread(): undefined {
    return undefined
  }

  on<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this {
    this.#events.on(name, listener)
    return this
  }

  off<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this {
    this.#events.off(name, listener)
    return this
  }

  stats(): KvStats {
    return {
      ...this.#stats,
      writesRefused: { ...this.#stats.writesRefused },
      refused: { ...this.#stats.refused },
      keys: this.#items.size,
      bytes: this.#bytes,
      maxBytes: this.#maxBytes,
      waitingWrites: this.#storage?.pending.writes ?? 0,
      waitingBytes: this.#storage?.pending.bytes ?? 0,
      peers: this.#spreader?.peers ?? 0,
      watchers: this.#watchers.size,
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= (async () => {
      for (const watcher of [...this.#watchers]) watcher.close()
      await this.#storage?.close()
    })()
    return this.#closing
  }

  async #write(
    key: string,
    value: Uint8Array | undefined,
    options: WriteOptions,
  ): Promise<WriteResult> {
    checkExampleKey(key)
    if (value !== undefined) checkText(value)
    checkOptions(options)
    this.#checkOpen()
    this.#checkLoad()
    const current = this.#items.get(key)
    checkCondition(key, current, options)
    if (value !== undefined && !this.#checkRoom(key, value)) throw this.#fullError()
    const version = this.#apply(key, value, this.#name)
    this.#stats.writes++
    await this.#store(key)
    const text = value === undefined ? '' : Buffer.from(value).toString()
    const action = value === undefined ? 'del' : 'add'
    this.#spread({ action, key, value: text })
    return { version, existed: current !== undefined, holders: [] }
  }

  #spread(update: Update): void {
    if (this.#spreader === undefined) return
    const bytes = encodeUpdate(update)
    this.#stats.messagesSent++
    this.#stats.bytesSent += bytes.length
    this.#spreader.spread(update.key, bytes)
  }

  #receive(bytes: Uint8Array, host: string, port: number): void {
    this.#stats.messagesReceived++
    this.#stats.bytesReceived += bytes.length
    const updates = decodeUpdates(bytes)
    if (updates === undefined) {
      this.#malformed(`A message from ${host}:${port}`)
      return
    }
    // The example's members tell of their own writes alone, and send from where they listen.
    const sender = this.#list?.members.find(
      (member) => member.port === port && member.host === host,
    )
    for (const update of updates) this.#take(update, sender?.name ?? '')
  }

  /**
   * At a join each side gets the other's state. The example then has the other's value of a key that
   * both had, so the two are exchanged. Here the greater one stays, and is told again: a member of
   * the example takes it, and two of ours decide alike.
   */
  #merge(state: Uint8Array): void {
    this.#stats.bytesReceived += state.length
    const theirs = decodeState(state)
    if (theirs === undefined) {
      this.#malformed('The state of a member')
      return
    }
    for (const [key, value] of theirs) {
      const ours = this.#items.get(key)?.value
      const order = ours === undefined ? -1 : Buffer.compare(ours, Buffer.from(value))
      if (order < 0) this.#take({ action: 'add', key, value }, '')
      if (ours === undefined || order === 0) continue
      const text = order < 0 ? value : Buffer.from(ours).toString()
      this.#spread({ action: 'add', key, value: text })
    }
  }

  #take({ action, key, value }: Update, origin: string): void {
    const current = this.#items.get(key)
    const bytes = action === 'add' ? Buffer.from(value) : undefined
    // Gossip brings everything several times.
    const isKnown =
      bytes === undefined ? current === undefined : current && bytes.equals(current.value)
    if (isKnown) this.#stats.superseded++
    else if (Buffer.byteLength(key) > kvLimits.keyBytes || !key.isWellFormed())
      this.#refuse('malformed')
    else if (bytes !== undefined && !this.#checkRoom(key, bytes)) this.#refuse('full')
    else if (this.#isBusy) this.#refuse('overload')
    else {
      this.#apply(key, bytes, origin)
      this.#stats.replicated++
      // What failed is told as a warning, and every later write is refused.
      this.#store(key).catch(() => undefined)
    }
  }

  /** Changes the map, and tells. */
  #apply(key: string, value: Uint8Array | undefined, origin: string): string {
    const { version, wallMs } = this.#sequence.next()
    if (value !== undefined) {
      this.#items.set({ key, value, version, origin, modifiedAt: wallMs })
      this.#tellChange({ type: 'put', key, version, origin, value })
    } else if (this.#items.delete(key)) {
      this.#tellChange({ type: 'delete', key, version, origin })
    }
    if (this.#stats.full && value === undefined) this.#setFull(false)
    return version
  }

  #tellChange(happened: Parameters<ChangeLog['append']>[0]): void {
    this.#events.tell('change', this.#changes.append(happened))
  }

  async #store(key: string): Promise<void> {
    if (this.#storage === undefined) return
    const item = this.#items.get(key)
    const record = item && encodeItem(item)
    try {
      await this.#storage.write({ entries: [{ key: Buffer.from(key), record }] })
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.#warnings.warn('storage', `The store takes no more writes: storing failed. ${why}`)
      throw error
    }
  }

  get #bytes(): number {
    return this.#items.bytes + this.#items.size * kvLimits.entryOverheadBytes
  }

  get #isBusy(): boolean {
    const { writes, bytes } = this.#storage?.pending ?? { writes: 0, bytes: 0 }
    return writes >= kvLimits.waitingWrites || bytes > kvLimits.waitingBytes
  }

  /** @throws KvError ERR_KV_OVERLOAD */
  #checkLoad(): void {
    this.#spreader?.checkLoad()
    if (!this.#isBusy) return
    throw new KvError(
      'ERR_KV_OVERLOAD',
      'Too many writes wait to be stored; nothing changed. Try again in a moment.',
    )
  }

  #hasRoom(key: string, value: Uint8Array): boolean {
    const state = this.#items.bytesWith(key, value)
    if (state > MAX_STATE_BYTES) return false
    const count = this.#items.size + (this.#items.get(key) === undefined ? 1 : 0)
    return state + count * kvLimits.entryOverheadBytes <= this.#maxBytes
  }

  #checkRoom(key: string, value: Uint8Array): boolean {
    const hasRoom = this.#hasRoom(key, value)
    if (!hasRoom && !this.#stats.full) this.#setFull(true)
    return hasRoom
  }

  #setFull(full: boolean): void {
    this.#stats.full = full
    this.#events.tell('full', { full, bytes: this.#bytes, maxBytes: this.#maxBytes })
    if (full) this.#warnings.warn('full', this.#fullError().message)
  }

  #fullError(): KvError {
    const limit = Math.min(this.#maxBytes, MAX_STATE_BYTES)
    return new KvError(
      'ERR_KV_FULL',
      `The store is full and refuses writes: it has ${this.#bytes} bytes with what each entry takes in memory, ${this.#maxBytes} are allowed; its state, which goes to a joining member whole, has ${this.#items.bytes} of ${MAX_STATE_BYTES}. Delete keys.`,
      { bytes: this.#bytes, limit },
    )
  }

  #malformed(what: string): void {
    this.#refuse('malformed')
    this.#warnings.warn('malformed', `${what} is not of the Go example's protocol and was dropped.`)
  }

  #refuse(reason: RefusalReason): void {
    this.#stats.refused[reason]++
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new KvError('ERR_KV_CLOSED', 'The store is closed.')
  }

  async #counted(write: () => Promise<WriteResult>): Promise<WriteResult> {
    try {
      return await write()
    } catch (error) {
      const code = error instanceof KvError ? error.code : 'unexpected'
      this.#stats.writesRefused[code] = (this.#stats.writesRefused[code] ?? 0) + 1
      throw error
    }
  }
}

function foreignError(): KvError {
  return new KvError(
    'ERR_KV_STORAGE',
    'What is stored was not written on the wire of the Go example. Use the wire that wrote it, or another data directory.',
    { reason: 'wire' },
  )
}
