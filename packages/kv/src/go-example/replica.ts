import { Buffer } from 'node:buffer'
import { ChangeLog } from '../change-log.ts'
import { KvError } from '../errors.ts'
import { kvLimits } from '../limits.ts'
import type { Storage } from '../storage/storage.ts'
import { StoreEvents } from '../store-events.ts'
import { Warnings } from '../warnings.ts'
import { Items } from './items.ts'
import { emptyStats, type Sequence } from './numbers.ts'
import { decodeItem, encodeItem } from './stored-item.ts'

/** Of the state as JSON: with its members a push/pull must fit 20 MiB, encrypted or not. */
const MAX_STATE_BYTES = 16 * 1024 * 1024

/** What this member has, whoever wrote it: in memory, on disk, told to who listens. */
export class ExampleReplica {
  readonly items = new Items()
  readonly events = new StoreEvents()
  readonly warnings = new Warnings(
    () => performance.now(),
    (warning) => this.events.tell('warning', warning),
  )
  readonly changes: ChangeLog
  readonly stats = emptyStats()
  readonly maxBytes: number
  readonly #storage: Storage | undefined
  readonly #sequence: Sequence
  #failure: Error | undefined

  constructor(maxBytes: number, storage: Storage | undefined, sequence: Sequence) {
    this.maxBytes = maxBytes
    this.#storage = storage
    this.#sequence = sequence
    this.changes = new ChangeLog(sequence.life)
    if (storage?.damage !== undefined) this.warnings.warn('damaged', storage.damage.text)
  }

  /** What the storage has, before anything else. @throws KvError ERR_KV_STORAGE */
  async load(): Promise<void> {
    for await (const entries of this.#storage?.load() ?? []) {
      for (const entry of entries) {
        const item = decodeItem(entry)
        if (item === undefined) throw foreignError()
        if (this.#hasRoom(item.key, item.value)) this.items.set(item)
      }
    }
  }

  /** Changes the map, and tells. */
  apply(key: string, value: Uint8Array | undefined, origin: string): string {
    const { version, wallMs } = this.#sequence.next()
    if (value !== undefined) {
      this.items.set({ key, value, version, origin, modifiedAt: wallMs })
      this.#tellChange({ type: 'put', key, version, origin, value })
    } else if (this.items.delete(key)) {
      this.#tellChange({ type: 'delete', key, version, origin })
    }
    if (this.stats.full && value === undefined) this.#setFull(false)
    return version
  }

  #tellChange(happened: Parameters<ChangeLog['append']>[0]): void {
    this.events.tell('change', this.changes.append(happened))
  }

  /** As it is now, durably. @throws KvError ERR_KV_STORAGE: from then on nothing is written */
  async store(key: string): Promise<void> {
    if (this.#storage === undefined) return
    const item = this.items.get(key)
    const record = item && encodeItem(item)
    try {
      await this.#storage.write({ entries: [{ key: Buffer.from(key), record }] })
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error))
      this.#failure ??= failure
      const text = `The store takes no more writes: storing failed. ${failure.message}`
      this.warnings.warn('storage', text)
      throw failure
    }
  }

  /** @throws KvError ERR_KV_STORAGE */
  checkWritable(): void {
    if (this.#failure !== undefined) throw this.#failure
  }

  /** What counts against `maxBytes`. */
  get bytes(): number {
    return this.items.bytes + this.items.size * kvLimits.entryOverheadBytes
  }

  /** Whether too much waits to be stored. */
  get isBusy(): boolean {
    const { writes, bytes } = this.pending
    return writes >= kvLimits.waitingWrites || bytes > kvLimits.waitingBytes
  }

  #hasRoom(key: string, value: Uint8Array): boolean {
    const state = this.items.bytesWith(key, value)
    if (state > MAX_STATE_BYTES) return false
    const count = this.items.size + (this.items.get(key) === undefined ? 1 : 0)
    return state + count * kvLimits.entryOverheadBytes <= this.maxBytes
  }

  /** False, and told, if this does not fit. */
  checkRoom(key: string, value: Uint8Array): boolean {
    const hasRoom = this.#hasRoom(key, value)
    if (!hasRoom && !this.stats.full) this.#setFull(true)
    return hasRoom
  }

  #setFull(full: boolean): void {
    this.stats.full = full
    this.events.tell('full', { full, bytes: this.bytes, maxBytes: this.maxBytes })
    if (full) this.warnings.warn('full', this.fullError().message)
  }

  fullError(): KvError {
    const limit = Math.min(this.maxBytes, MAX_STATE_BYTES)
    return new KvError(
      'ERR_KV_FULL',
      `The store is full and refuses writes: it has ${this.bytes} bytes with what each entry takes in memory, ${this.maxBytes} are allowed; its state, which goes to a joining member whole, has ${this.items.bytes} of ${MAX_STATE_BYTES}. Delete keys.`,
      { bytes: this.bytes, limit },
    )
  }

  get pending(): Storage['pending'] {
    return this.#storage?.pending ?? { writes: 0, bytes: 0 }
  }

  async close(): Promise<void> {
    await this.#storage?.close()
  }
}

function foreignError(): KvError {
  return new KvError(
    'ERR_KV_STORAGE',
    'What is stored was not written on the wire of the Go example. Use the wire that wrote it, or another data directory.',
    { reason: 'wire' },
  )
}
