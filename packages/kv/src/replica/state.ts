import { KvError } from '../errors.ts'
import { kvLimits } from '../limits.ts'
import type { KvSettings } from '../settings.ts'
import type { RefusalReason } from '../store.ts'
import type { WireEntry } from '../wire/entry.ts'
import { Deadlines } from './deadlines.ts'
import { Held, type Write } from './held.ts'
import { KeyIndex } from './key-index.ts'
import { keyBytes } from './key-order.ts'
import { LocalLog } from './local-log.ts'
import type { Origin, Origins } from './origins.ts'
import { compareStamps, HybridClock, laterStamp, type Stamp, tick, ZERO_STAMP } from './stamp.ts'

/** More writes than a member ever makes in a millisecond, over its life. */
const SEQUENCES_PER_MS = 1_024

/** What became of an entry that came from another member. */
export type TakeOutcome = 'taken' | 'known' | 'superseded' | RefusalReason

export interface StateListener {
  changed(type: 'put' | 'delete' | 'expire', held: Held): void
  /** Something is to be stored. */
  unsaved(): void
  full(isFull: boolean): void
}

/**
 * What one replica holds, and the rules by which it changes.
 *
 * 1. Of two writes of one key the one with the later stamp wins; equal stamps go by origin.
 * 2. `origin.seen` has a write's number only if the entry held for its key is that write or a later
 *    one, or if such a one was a tombstone that was purged: then `origin.purged` of that tombstone's
 *    origin and `purgedStamp` are no lower than it.
 * 3. So a write whose number is in `seen`, and which is not held, is over: whoever still has it may
 *    drop it. This is what keeps a member that was away from bringing back what was deleted.
 * 4. A write of an unknown number and key that is older than `purgedStamp` may have been deleted by
 *    what was purged. It is taken only from one who has seen all that we purged (`isVouched`).
 */
export class ReplicaState {
  readonly clock: HybridClock
  readonly origins: Origins
  readonly log = new LocalLog()
  readonly keys = new KeyIndex()
  /** By key, tombstones included. Bound: `maxBytes`. */
  readonly entries = new Map<string, Held>()
  /** Our own writes carry this. */
  self: Origin
  /** Number of our last write. */
  sequence = 0
  /**
   * Whether our origin wrote in an earlier life of the process. Then the numbers of this one begin
   * beyond all that it can have used, by the clock: our data directory may have been set back to an
   * older copy, and the others know numbers that it does not.
   */
  hasFormerLife = false
  /** The latest stamp of all tombstones that were purged. */
  purgedStamp: Stamp = ZERO_STAMP
  /** How often something was purged, in this life of the process. */
  purges = 0
  bytes = 0
  tombstones = 0
  expired = 0
  purged = 0
  dropped = 0
  isFull = false
  /** What is to be stored; a key that maps to undefined is gone. */
  unsaved = new Map<string, Held | undefined>()
  readonly settings: KvSettings
  private readonly deadlines = new Deadlines()
  private readonly listener: StateListener
  private missingRoom = 0
  private reissued: Stamp = ZERO_STAMP

  constructor(settings: KvSettings, origins: Origins, self: Origin, listener: StateListener) {
    this.settings = settings
    this.clock = new HybridClock(settings.maxSkewMs)
    this.origins = origins
    this.self = self
    this.listener = listener
  }

  get keyCount(): number {
    return this.entries.size - this.tombstones
  }

  /** Bytes that are left. */
  get room(): number {
    return Math.max(0, this.settings.maxBytes - this.bytes)
  }

  /** When something ends next, by `clock.time`. */
  get nextDeadline(): number {
    return this.deadlines.next
  }

  /** The entry of a key that has a value now. */
  live(key: string, wallMs: number): Held | undefined {
    const held = this.entries.get(key)
    return held !== undefined && this.isLive(held, wallMs) ? held : undefined
  }

  isLive(held: Held, wallMs: number): boolean {
    if (held.value === undefined) return false
    return held.expiresAt === 0 || held.expiresAt > this.clock.time(wallMs)
  }

  /** Whether a key is to be found in a listing, without a look at the clock. */
  readonly isListed = (key: string): boolean => this.entries.get(key)?.value !== undefined

  /**
   * A write of our own; a `value` that is undefined deletes.
   * @throws KvError ERR_KV_FULL, ERR_KV_CLOCK
   */
  write(key: string, value: Uint8Array | undefined, ttlMs: number, wallMs: number): Held {
    const current = this.entries.get(key)
    if (current !== undefined && this.clock.isTooFarAhead(current.stamp, wallMs)) {
      throw clockError(current.stamp.ms - wallMs)
    }
    const length = keyBytes(key)
    const added = costOf(length, value) - (current === undefined ? 0 : cost(current))
    if (!this.fits(added)) throw fullError(this.settings.maxBytes)
    const stamp = this.clock.next(wallMs, current?.stamp ?? ZERO_STAMP)
    const write: Write = {
      key,
      stamp,
      sequence: this.nextSequence(wallMs),
      kind: value === undefined ? 'deleted' : 'value',
      value,
      expiresAt: ttlMs > 0 && value !== undefined ? stamp.ms + Math.ceil(ttlMs) : 0,
    }
    const held = new Held(write, this.self, length)
    this.replace(current, held)
    return held
  }

  /**
   * Makes an entry that we hold a write of our own, with a stamp just after all that was purged: so
   * it wins over what is forgotten and over nothing else.
   */
  reissue(held: Held, wallMs: number): Held {
    this.reissued = tick(laterStamp(this.reissued, laterStamp(held.stamp, this.purgedStamp)))
    const stamp = this.reissued
    this.clock.observe(stamp)
    const expiresAt = held.expiresAt === 0 ? 0 : Math.max(held.expiresAt, stamp.ms + 1)
    const { key, kind, value } = held
    const write = { key, kind, value, stamp, expiresAt, sequence: this.nextSequence(wallMs) }
    const fresh = new Held(write, this.self, held.keyBytes)
    this.replace(held, fresh)
    return fresh
  }

  /**
   * An entry from another member.
   * @param isVouched whether it comes from one who has seen all that we purged
   */
  take(entry: WireEntry, wallMs: number, isVouched: boolean): TakeOutcome {
    const known = this.origins.get(entry.originId)
    if (known?.seen.has(entry.sequence)) return 'known'
    if (this.clock.isTooFarAhead(entry.stamp, wallMs)) return 'clock'
    const current = this.entries.get(entry.key)
    if (current === undefined && entry.value !== undefined && !isVouched) {
      if (compareStamps(entry.stamp, this.purgedStamp) <= 0) return 'stale'
    }
    const length = keyBytes(entry.key)
    const isLater = current === undefined || isLaterThan(entry, current)
    if (isLater) {
      const added = costOf(length, entry.value) - (current === undefined ? 0 : cost(current))
      if (!this.fits(added)) return 'full'
    }
    const origin = known ?? this.origins.intern(entry.originId, entry.originName)
    this.clock.observe(entry.stamp)
    if (!isLater) {
      this.note(origin, entry)
      this.listener.unsaved()
      return 'superseded'
    }
    const value = entry.value === undefined ? undefined : new Uint8Array(entry.value)
    this.replace(current, new Held({ ...entry, value }, origin, length))
    return 'taken'
  }

  /** An entry that was stored: as it was, but for its place in the log. */
  restore(entry: WireEntry): void {
    const origin = this.origins.intern(entry.originId, entry.originName)
    const value = entry.value === undefined ? undefined : new Uint8Array(entry.value)
    const held = new Held({ ...entry, value }, origin, keyBytes(entry.key))
    this.clock.observe(held.stamp)
    this.note(origin, held)
    this.hold(held)
  }

  /** Lets go of what is due. Returns whether more is. */
  endDue(wallMs: number, maxEntries: number): boolean {
    const time = this.clock.time(wallMs)
    for (const held of this.deadlines.take(time, maxEntries)) {
      if (held.kind === 'value') this.expire(held)
      else this.purge(held)
    }
    return this.deadlines.next <= time
  }

  /** An entry that the others know to be over. */
  drop(held: Held): void {
    this.letGo(held)
    this.dropped++
    if (!held.isTombstone) this.listener.changed('delete', held)
  }

  /** Something was seen without being an entry that is held. */
  markUnsaved(): void {
    this.listener.unsaved()
  }

  private nextSequence(wallMs: number): number {
    if (this.hasFormerLife) {
      this.hasFormerLife = false
      this.sequence = Math.max(this.sequence, Math.floor(wallMs) * SEQUENCES_PER_MS)
    }
    return ++this.sequence
  }

  private expire(held: Held): void {
    this.bytes -= held.value?.length ?? 0
    held.value = undefined
    held.kind = 'expired'
    this.tombstones++
    this.expired++
    this.keys.remove(this.isListed)
    this.deadlines.add(held.endedAt + this.settings.tombstoneLifeMs, held, this.entries.size)
    this.save(held.key, held)
    this.roomCame()
    this.listener.changed('expire', held)
  }

  private purge(held: Held): void {
    const { origin } = held
    origin.purged = Math.max(origin.purged, held.sequence)
    this.purgedStamp = laterStamp(this.purgedStamp, held.stamp)
    this.purges++
    this.purged++
    this.letGo(held)
  }

  private letGo(held: Held): void {
    this.log.remove(held)
    this.entries.delete(held.key)
    this.bytes -= cost(held)
    held.origin.held--
    if (held.isTombstone) this.tombstones--
    else this.keys.remove(this.isListed)
    this.save(held.key, undefined)
    this.roomCame()
  }

  private replace(current: Held | undefined, held: Held): void {
    const wasListed = current?.value !== undefined
    if (current !== undefined) {
      this.log.remove(current)
      this.bytes -= cost(current)
      current.origin.held--
      if (current.isTombstone) this.tombstones--
    }
    this.note(held.origin, held)
    this.hold(held)
    if (wasListed && held.isTombstone) this.keys.remove(this.isListed)
    this.save(held.key, held)
    this.roomCame()
    const isNews = wasListed || !held.isTombstone
    if (isNews) this.listener.changed(held.isTombstone ? 'delete' : 'put', held)
  }

  private hold(held: Held): void {
    const before = this.entries.get(held.key)
    this.entries.set(held.key, held)
    this.log.append(held)
    this.bytes += cost(held)
    held.origin.held++
    const { tombstoneLifeMs } = this.settings
    if (held.isTombstone) {
      this.tombstones++
      this.deadlines.add(held.endedAt + tombstoneLifeMs, held, this.entries.size)
      return
    }
    if (before?.value === undefined) this.keys.add(held.key)
    if (held.expiresAt > 0) this.deadlines.add(held.expiresAt, held, this.entries.size)
  }

  private note(origin: Origin, write: { readonly stamp: Stamp; readonly sequence: number }): void {
    origin.seen.add(write.sequence, write.sequence, kvLimits.intervals)
    this.origins.hear(origin, write.stamp)
  }

  private save(key: string, held: Held | undefined): void {
    this.unsaved.set(key, held)
    this.listener.unsaved()
  }

  /** What takes no more than what it replaces always fits: so a full store can be emptied. */
  private fits(added: number): boolean {
    if (added <= 0 || this.bytes + added <= this.settings.maxBytes) return true
    this.missingRoom = added
    if (!this.isFull) {
      this.isFull = true
      this.listener.full(true)
    }
    return false
  }

  private roomCame(): void {
    if (!this.isFull || this.bytes + this.missingRoom > this.settings.maxBytes) return
    this.isFull = false
    this.listener.full(false)
  }
}

function cost(held: Held): number {
  return costOf(held.keyBytes, held.value)
}

function costOf(keyLength: number, value: Uint8Array | undefined): number {
  return kvLimits.entryOverheadBytes + keyLength + (value?.length ?? 0)
}

function isLaterThan(entry: WireEntry, current: Held): boolean {
  const byStamp = compareStamps(entry.stamp, current.stamp)
  return byStamp !== 0 ? byStamp > 0 : entry.originId > current.origin.id
}

function fullError(maxBytes: number): KvError {
  return new KvError(
    'ERR_KV_FULL',
    `The store is full at ${maxBytes} bytes. Delete large keys, or give every member more (--kv-max-bytes).`,
    { maxBytes },
  )
}

function clockError(aheadMs: number): KvError {
  return new KvError(
    'ERR_KV_CLOCK',
    `This key was written ${Math.round(aheadMs / 1_000)} s ahead of this machine's clock. ` +
      'Set the clocks right; until then the other members would refuse a newer value, too.',
    { aheadMs },
  )
}
