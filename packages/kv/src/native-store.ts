import type { Delegate, Memberlist } from '@hearsay/memberlist'
import { Acks } from './acks.ts'
import { ChangeLog, type KeyChange } from './change-log.ts'
import { checkKey, checkPrefix, checkRange, checkValue, checkWriteOptions } from './checks.ts'
import { describe, putOf } from './describe.ts'
import { KvError } from './errors.ts'
import { kvLimits } from './limits.ts'
import type { ReplicaEvent } from './replica/effects.ts'
import { type Held, versionText } from './replica/held.ts'
import type { Replica } from './replica/replica.ts'
import type { ReplicaDriver } from './replica-driver.ts'
import { type StoreCounters, statisticsOf } from './statistics.ts'
import type {
  Entry,
  EntryHead,
  KeyPage,
  KeyValueStore,
  KvEventMap,
  KvEventName,
  KvStats,
  ListOptions,
  Spread,
  WatchOptions,
  WriteOptions,
  WriteResult,
} from './store.ts'
import { StoreEvents } from './store-events.ts'
import { Warnings } from './warnings.ts'
import { Watcher } from './watcher.ts'
import { abortedError, acksError, checkCondition, closedError } from './write-outcomes.ts'

/**
 * The replicated map on hearsay's own wire: `KeyValueStore` over one `Replica`.
 *
 *   put ──▶ Replica ──▶ storage, grouped ──▶ durable: the promise resolves, the write leaves
 *   get ◀── Replica ◀── what others push, gossip, or are asked for
 */
export class NativeStore implements KeyValueStore {
  readonly wire = 'native'
  readonly delegate: Delegate = {}
  private readonly driver: ReplicaDriver
  private readonly replica: Replica
  private readonly events = new StoreEvents()
  private readonly acks = new Acks()
  private readonly changes: ChangeLog
  private readonly watchers = new Set<Watcher>()
  private readonly warnings: Warnings
  private readonly counters: StoreCounters = {
    writes: 0,
    writesRefused: {},
    waitingWrites: 0,
    watchers: 0,
    watcherResets: 0,
  }

  /** Use `openNativeStore`. */
  constructor(driver: ReplicaDriver, life: string) {
    this.driver = driver
    this.replica = driver.replica
    this.changes = new ChangeLog(life)
    this.warnings = new Warnings(
      () => driver.instant().now,
      (warning) => this.events.tell('warning', warning),
    )
    driver.listen(
      (event) => this.happened(event),
      (error) => this.storageFailed(error),
    )
    if (driver.damage !== undefined) this.warnings.warn('damaged', driver.damage)
  }

  attach(list: Memberlist): void {
    this.driver.attach(list)
  }

  get(key: string): Entry | undefined {
    checkKey(key)
    const held = this.replica.state.live(key, this.driver.instant().wallMs)
    if (held?.value === undefined) return undefined
    return { ...describe(held), value: held.value }
  }

  async put(key: string, value: Uint8Array, options: WriteOptions = {}): Promise<WriteResult> {
    return await this.counted(() => {
      checkValue(value)
      return this.write(key, new Uint8Array(value), options)
    })
  }

  async delete(key: string, options: WriteOptions = {}): Promise<WriteResult> {
    return await this.counted(() => this.write(key, undefined, options))
  }

  list({ prefix = '', limit = 100, after }: ListOptions = {}): KeyPage {
    checkPrefix(prefix)
    checkRange('limit', limit, 1, kvLimits.pageEntries)
    const entries: EntryHead[] = []
    let next: string | undefined
    this.visit(prefix, after, (held) => {
      if (entries.length >= limit) {
        next = entries[entries.length - 1]?.key
        return false
      }
      entries.push({ ...describe(held), bytes: held.value?.length ?? 0 })
      return true
    })
    return { entries, next }
  }

  watch({ key, prefix = '', since, signal }: WatchOptions = {}): Watcher {
    if (key !== undefined) checkKey(key)
    checkPrefix(prefix)
    const matches = (changed: string): boolean =>
      key === undefined ? changed.startsWith(prefix) : changed === key
    const source = {
      log: this.changes,
      matches,
      snapshot: (after: string | undefined, most: number) =>
        this.snapshot(key, prefix, after, most),
      reset: () => {
        this.counters.watcherResets++
      },
      closed: (watcher: Watcher) => {
        this.watchers.delete(watcher)
        this.counters.watchers = this.watchers.size
      },
    }
    const place = since === undefined ? this.changes.end : this.changes.place(since)
    const watcher = new Watcher(source, place, signal)
    if (this.driver.isClosed) watcher.close()
    if (!watcher.isClosed) this.watchers.add(watcher)
    this.counters.watchers = this.watchers.size
    return watcher
  }

  spread(version: string): Spread | undefined {
    return this.replica.spread(version)
  }

  on<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this {
    this.events.on(name, listener)
    return this
  }

  off<Name extends KvEventName>(name: Name, listener: (event: KvEventMap[Name]) => void): this {
    this.events.off(name, listener)
    return this
  }

  stats(): KvStats {
    return statisticsOf(this.replica, this.counters)
  }

  /** Stores what waits, then stops. The memberlist goes on without it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.driver.close()
    this.acks.close()
    for (const watcher of [...this.watchers]) watcher.close()
  }

  private async write(
    key: string,
    value: Uint8Array | undefined,
    options: WriteOptions,
  ): Promise<WriteResult> {
    checkKey(key)
    const checked = checkWriteOptions(options)
    this.driver.checkWritable()
    this.checkLoad(checked.acks > 0 || checked.isTraced)
    if (options.signal?.aborted === true) throw abortedError(key, undefined)
    const at = this.driver.instant()
    const current = this.replica.state.live(key, at.wallMs)
    checkCondition(key, current, options)
    const held = this.replica.write(at, key, value, checked)
    const version = versionText(held.stamp, held.origin.id)
    this.counters.writes++
    this.counters.waitingWrites++
    const { sequence } = held
    const { acks, timeoutMs, isTraced } = checked
    const acked = acks > 0 ? this.acks.wait(sequence, acks, timeoutMs, options.signal) : undefined
    try {
      await this.driver.stored(held)
    } finally {
      this.counters.waitingWrites--
    }
    const { outcome, holders } = (await acked) ?? {
      outcome: 'enough',
      holders: isTraced ? this.replica.holders(sequence) : [],
    }
    this.replica.settled(sequence)
    if (outcome === 'closed') throw closedError({ key, version, holders })
    if (outcome === 'aborted') throw abortedError(key, version)
    if (outcome === 'timeout') throw acksError(key, version, acks, timeoutMs, holders)
    return { version, existed: current !== undefined, holders }
  }

  private checkLoad(isAsked: boolean): void {
    const waiting = this.counters.waitingWrites
    const isOver =
      waiting >= kvLimits.waitingWrites || this.driver.waitingBytes > kvLimits.waitingBytes
    if (!isOver && !(isAsked && this.replica.asksAreFull)) return
    this.warnings.warn(
      'overload',
      `${waiting} writes wait to be stored, so further ones are refused. Write more slowly.`,
    )
    throw new KvError(
      'ERR_KV_OVERLOAD',
      `${waiting} writes wait to be stored or acknowledged; nothing changed. Try again in a moment.`,
      { waiting },
    )
  }

  private async counted(write: () => Promise<WriteResult>): Promise<WriteResult> {
    try {
      return await write()
    } catch (error) {
      const code = error instanceof KvError ? error.code : 'unexpected'
      this.counters.writesRefused[code] = (this.counters.writesRefused[code] ?? 0) + 1
      throw error
    }
  }

  private visit(prefix: string, after: string | undefined, visitor: (held: Held) => boolean): void {
    const { state } = this.replica
    const { wallMs } = this.driver.instant()
    const isAfter = after !== undefined && after >= prefix
    state.keys.visit(isAfter ? after : prefix, isAfter, state.isListed, (key) => {
      if (!key.startsWith(prefix)) return false
      const held = state.live(key, wallMs)
      return held === undefined || visitor(held)
    })
  }

  private snapshot(
    key: string | undefined,
    prefix: string,
    after: string | undefined,
    most: number,
  ): { changes: KeyChange[]; next: string | undefined } {
    const changes: KeyChange[] = []
    let next: string | undefined
    const visitor = (held: Held): boolean => {
      if (changes.length >= most) {
        next = changes[changes.length - 1]?.key
        return false
      }
      changes.push({ ...putOf(held), cursor: '' })
      return true
    }
    if (key === undefined) this.visit(prefix, after, visitor)
    else {
      const held = this.replica.state.live(key, this.driver.instant().wallMs)
      if (held !== undefined) visitor(held)
    }
    return { changes, next }
  }

  private happened(event: ReplicaEvent): void {
    switch (event.type) {
      case 'put':
        this.events.tell('change', this.changes.append(putOf(event.held)))
        return
      case 'delete':
      case 'expire': {
        const { key, version, origin } = describe(event.held)
        this.events.tell('change', this.changes.append({ type: event.type, key, version, origin }))
        return
      }
      case 'refused':
        this.refused(event)
        return
      case 'full':
        this.fullChanged(event.full)
        return
      case 'warning':
        this.warnings.warn(event.warning.code, event.warning.text)
        return
      case 'acked':
        this.acks.acked(event.sequence, event.member)
        return
      case 'spread':
        this.events.tell('spread', event.spread)
        return
    }
  }

  private refused({ reason, member }: Extract<ReplicaEvent, { type: 'refused' }>): void {
    if (reason === 'clock') {
      this.warnings.warn(
        'clock',
        `A write by way of ${member} is stamped further ahead than the skew limit and was not taken. ` +
          'Check the clocks of all members.',
      )
    }
    if (reason === 'malformed' || reason === 'version') {
      const from = member === '' ? 'A member' : member
      this.warnings.warn(
        'malformed',
        `${from} sent what is not this version of the store's protocol.`,
      )
    }
  }

  private fullChanged(full: boolean): void {
    const { bytes, settings } = this.replica.state
    const { maxBytes } = settings
    this.events.tell('full', { full, bytes, maxBytes })
    if (!full) return
    this.warnings.warn(
      'full',
      `The store is full at ${maxBytes} bytes and refuses writes, its own and others'. ` +
        'Delete large keys, or give it more.',
    )
  }

  private storageFailed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    this.warnings.warn('storage', `The store takes no more writes: storing failed. ${why}`)
  }
}
