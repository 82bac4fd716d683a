import { Buffer } from 'node:buffer'
import { KvError } from '../errors.ts'
import { maxMetaRecords, type Storage, type StorageBatch, type StoredEntry } from './storage.ts'

/**
 * Keeps nothing beyond its own life: for a replica without a data directory, and for tests, which
 * may open a second replica on what a first one left (`reopen`).
 */
export class MemoryStorage implements Storage {
  readonly damage = undefined
  readonly pending = { writes: 0, bytes: 0 }
  #entries = new Map<string, StoredEntry>()
  #meta = new Map<string, Uint8Array>()
  #closed = false

  readMeta(name: string): Uint8Array | undefined {
    return this.#meta.get(name)
  }

  async *load(): AsyncGenerator<readonly StoredEntry[]> {
    const entries = [...this.#entries].sort(([one], [other]) => (one < other ? -1 : 1))
    yield await Promise.resolve(entries.map(([, entry]) => entry))
  }

  write({ entries = [], meta = [] }: StorageBatch): Promise<void> {
    if (this.#closed) return Promise.reject(closedError())
    for (const { key, record } of entries) {
      // One byte a code unit: distinct for distinct bytes, and in their order.
      const text = Buffer.from(key).toString('latin1')
      if (record === undefined) this.#entries.delete(text)
      else this.#entries.set(text, { key, record })
    }
    for (const [name, record] of meta) {
      if (record === undefined) this.#meta.delete(name)
      else this.#meta.set(name, record)
    }
    checkMetaCount(this.#meta.size)
    return Promise.resolve()
  }

  /** What a process finds that starts on what this one wrote. This one takes no more writes. */
  reopen(): MemoryStorage {
    const storage = new MemoryStorage()
    storage.#entries = new Map(this.#entries)
    storage.#meta = new Map(this.#meta)
    this.#closed = true
    return storage
  }

  close(): Promise<void> {
    this.#closed = true
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

export function closedError(): KvError {
  return new KvError('ERR_KV_CLOSED', 'The storage is closed and takes no more writes.')
}

/** A programmer's error: meta is in memory whole, so there must be few of it. */
export function checkMetaCount(count: number): void {
  if (count > maxMetaRecords)
    throw new RangeError(`${count} meta records; ${maxMetaRecords} at most`)
}
