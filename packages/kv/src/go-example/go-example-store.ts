import { Buffer } from 'node:buffer'
import type { Delegate, Memberlist, MemberlistEvent } from '@hearsay/memberlist'
import { checkPrefix, checkRange } from '../checks.ts'
import { KvError } from '../errors.ts'
import { kvLimits } from '../limits.ts'
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
import { Watcher } from '../watcher.ts'
import { checkCondition, checkExampleKey, checkOptions, checkText } from './checks.ts'
import {
  decodeState,
  decodeUpdates,
  encodeState,
  encodeUpdate,
  isGoExampleMessage,
  type Update,
} from './message.ts'
import type { ExampleReplica } from './replica.ts'
import { Spreader } from './spreader.ts'

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
    localState: (join) => (join ? encodeState(this.#replica.items.values()) : new Uint8Array(0)),
    mergeRemoteState: (state, join) => {
      if (join && this.#closing === undefined) this.#merge(state)
    },
  }
  readonly #replica: ExampleReplica
  readonly #watchers = new Set<Watcher>()
  #name = ''
  #list: Memberlist | undefined
  #spreader: Spreader | undefined
  #closing: Promise<void> | undefined

  /** Use `openGoExampleStore`. */
  constructor(replica: ExampleReplica) {
    this.#replica = replica
  }

  attach(list: Memberlist): void {
    if (this.#list !== undefined) {
      throw new KvError('ERR_KV_OPTION', 'The store is attached to a memberlist already.')
    }
    this.#checkOpen()
    this.#list = list
    this.#name = list.local.name
    this.#spreader = new Spreader(list)
    list.on('message', this.#received)
  }

  get(key: string): Entry | undefined {
    checkExampleKey(key)
    return this.#replica.items.get(key)
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
    const { entries, next } = this.#replica.items.page(prefix, after, limit)
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
    const log = this.#replica.changes
    const matches = (changed: string) =>
      key === undefined ? changed.startsWith(prefix) : changed === key
    const watcher = new Watcher(
      {
        log,
        matches,
        snapshot: (after, most) => {
          const { entries, next } = this.#replica.items.page(key ?? prefix, after, most)
          const changes = entries
            .filter((entry) => matches(entry.key))
            .map((entry) => ({ type: 'put' as const, ...entry, cursor: '' }))
          return { changes, next: key === undefined ? next : undefined }
        },
        reset: () => this.#replica.stats.watcherResets++,
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
    this.#replica.events.on(name, listener)
    return this
  }

  off<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this {
    this.#replica.events.off(name, listener)
    return this
  }

  stats(): KvStats {
    return {
      ...this.#replica.stats,
      writesRefused: { ...this.#replica.stats.writesRefused },
      refused: { ...this.#replica.stats.refused },
      keys: this.#replica.items.size,
      bytes: this.#replica.bytes,
      maxBytes: this.#replica.maxBytes,
      waitingWrites: this.#replica.pending.writes,
      waitingBytes: this.#replica.pending.bytes,
      peers: this.#spreader?.peers ?? 0,
      watchers: this.#watchers.size,
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= (async () => {
      this.#list?.off('message', this.#received)
      for (const watcher of [...this.#watchers]) watcher.close()
      await this.#replica.close()
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
    this.#replica.checkWritable()
    this.#checkLoad()
    const current = this.#replica.items.get(key)
    checkCondition(key, current, options)
    if (value !== undefined && !this.#replica.checkRoom(key, value)) throw this.#replica.fullError()
    const version = this.#replica.apply(key, value, this.#name)
    this.#replica.stats.writes++
    await this.#replica.store(key)
    const text = value === undefined ? '' : Buffer.from(value).toString()
    const action = value === undefined ? 'del' : 'add'
    this.#spread({ action, key, value: text })
    return { version, existed: current !== undefined, holders: [] }
  }

  #spread(update: Update): void {
    if (this.#spreader === undefined) return
    const bytes = encodeUpdate(update)
    this.#replica.stats.messagesSent++
    this.#replica.stats.bytesSent += bytes.length
    this.#spreader.spread(update.key, bytes)
  }

  readonly #received = ({
    bytes,
    host,
    port,
  }: Extract<MemberlistEvent, { type: 'message' }>): void => {
    if (!isGoExampleMessage(bytes)) return
    this.#replica.stats.messagesReceived++
    this.#replica.stats.bytesReceived += bytes.length
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
    this.#replica.stats.bytesReceived += state.length
    const theirs = decodeState(state)
    if (theirs === undefined) {
      this.#malformed('The state of a member')
      return
    }
    for (const [key, value] of theirs) {
      const ours = this.#replica.items.get(key)?.value
      const order = ours === undefined ? -1 : Buffer.compare(ours, Buffer.from(value))
      if (order < 0) this.#take({ action: 'add', key, value }, '')
      if (ours === undefined || order === 0) continue
      const text = order < 0 ? value : Buffer.from(ours).toString()
      this.#spread({ action: 'add', key, value: text })
    }
  }

  #take({ action, key, value }: Update, origin: string): void {
    const current = this.#replica.items.get(key)
    const bytes = action === 'add' ? Buffer.from(value) : undefined
    // Gossip brings everything several times.
    const isKnown =
      bytes === undefined ? current === undefined : current && bytes.equals(current.value)
    if (isKnown) this.#replica.stats.superseded++
    else if (Buffer.byteLength(key) > kvLimits.keyBytes || !key.isWellFormed())
      this.#refuse('malformed')
    else if (bytes !== undefined && !this.#replica.checkRoom(key, bytes)) this.#refuse('full')
    else if (this.#replica.isBusy) this.#refuse('overload')
    else {
      this.#replica.apply(key, bytes, origin)
      this.#replica.stats.replicated++
      // What failed is told as a warning, and every later write is refused.
      this.#replica.store(key).catch(() => undefined)
    }
  }

  /** @throws KvError ERR_KV_OVERLOAD */
  #checkLoad(): void {
    this.#spreader?.checkLoad()
    if (!this.#replica.isBusy) return
    throw new KvError(
      'ERR_KV_OVERLOAD',
      'Too many writes wait to be stored; nothing changed. Try again in a moment.',
    )
  }

  #malformed(what: string): void {
    this.#refuse('malformed')
    this.#replica.warnings.warn(
      'malformed',
      `${what} is not of the Go example's protocol and was dropped.`,
    )
  }

  #refuse(reason: RefusalReason): void {
    this.#replica.stats.refused[reason]++
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new KvError('ERR_KV_CLOSED', 'The store is closed.')
  }

  async #counted(write: () => Promise<WriteResult>): Promise<WriteResult> {
    try {
      return await write()
    } catch (error) {
      const code = error instanceof KvError ? error.code : 'unexpected'
      this.#replica.stats.writesRefused[code] = (this.#replica.stats.writesRefused[code] ?? 0) + 1
      throw error
    }
  }
}
