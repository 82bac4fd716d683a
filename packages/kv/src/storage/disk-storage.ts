import { Buffer } from 'node:buffer'
import { KvError } from '../errors.ts'
import { checksumOf, recordOf, spaces, storedKey, storedValue } from './checked-record.ts'
import { type Database, reasonOf, scan } from './database.ts'
import { type Inspection, ledgerKey } from './inspection.ts'
import { encodeLine, type Ledger } from './ledger.ts'
import { checkMetaCount, closedError } from './memory-storage.ts'
import type { Storage, StorageBatch, StorageDamage, StoredEntry } from './storage.ts'
import type { Witness } from './witness.ts'

/** What one sync of the disk takes along, so that preparing it does not hold up the event loop. */
const GROUP_BYTES = 1_048_576
const GROUP_RECORDS = 2_000

interface WaitingWrite {
  readonly batch: StorageBatch
  readonly bytes: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

type Operation =
  | { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: 'del'; readonly key: Buffer }

/** A `Storage` in a LevelDB. Use `openStorage`. */
export class DiskStorage implements Storage {
  readonly damage: StorageDamage | undefined
  readonly pending = { writes: 0, bytes: 0 }
  readonly #database: Database
  readonly #witness: Witness
  readonly #ledger: Ledger
  readonly #meta: Map<string, Uint8Array>
  /** Bounded by the store, which looks at `pending`. */
  #waiting: WaitingWrite[] = []
  #writing: Promise<void> | undefined
  #failure: KvError | undefined
  #closed: Promise<void> | undefined

  constructor(
    database: Database,
    witness: Witness,
    { ledger, meta }: Inspection,
    damage: StorageDamage | undefined,
  ) {
    this.#database = database
    this.#witness = witness
    this.#ledger = ledger
    this.#meta = meta
    this.damage = damage
  }

  readMeta(name: string): Uint8Array | undefined {
    return this.#meta.get(name)
  }

  async *load(): AsyncGenerator<readonly StoredEntry[]> {
    for await (const pairs of scan(this.#database, spaces.entry)) {
      const entries: StoredEntry[] = []
      for (const [key, value] of pairs) {
        const record = recordOf(key, value)
        if (record === undefined) throw this.#changedUnderneath()
        // A copy: LevelDB gives a part's records as views of one buffer, and values are kept long.
        entries.push({ key: key.subarray(1), record: Uint8Array.from(record) })
      }
      yield entries
    }
  }

  write(batch: StorageBatch): Promise<void> {
    const refusal = this.#failure ?? (this.#closed === undefined ? undefined : closedError())
    if (refusal !== undefined) return Promise.reject(refusal)
    for (const [name, record] of batch.meta ?? []) {
      if (record === undefined) this.#meta.delete(name)
      else this.#meta.set(name, record)
    }
    checkMetaCount(this.#meta.size)
    const bytes = bytesOf(batch)
    this.pending.writes++
    this.pending.bytes += bytes
    return new Promise((resolve, reject) => {
      this.#waiting.push({ batch, bytes, resolve, reject })
      this.#writing ??= this.#writeAll()
    })
  }

  /** One sync after the other, each with what came while the one before was on its way. */
  async #writeAll(): Promise<void> {
    // What the caller writes in this same turn goes along.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const group = this.#takeGroup()
      try {
        if (this.#failure !== undefined) throw this.#failure
        await this.#commit(group)
        for (const { resolve } of group) resolve()
        await this.#witness.write(this.#ledger.line.sequence)
      } catch (error) {
        this.#failure ??= this.#writeFailure(error)
        for (const { reject } of group) reject(this.#failure)
      }
    }
    this.#writing = undefined
  }

  #takeGroup(): WaitingWrite[] {
    let count = 0
    let bytes = 0
    let records = 0
    for (const write of this.#waiting) {
      if (count > 0 && (bytes >= GROUP_BYTES || records >= GROUP_RECORDS)) break
      count++
      bytes += write.bytes
      records += write.batch.entries?.length ?? 0
    }
    this.pending.writes -= count
    this.pending.bytes -= bytes
    return this.#waiting.splice(0, count)
  }

  async #commit(group: readonly WaitingWrite[]): Promise<void> {
    const operations: Operation[] = []
    for (const { batch } of group) {
      for (const { key, record } of batch.entries ?? []) {
        this.#prepare(storedKey(spaces.entry, key), record, operations)
      }
      for (const [name, record] of batch.meta ?? []) {
        this.#prepare(storedKey(spaces.meta, Buffer.from(name)), record, operations)
      }
    }
    const line = storedValue(ledgerKey, encodeLine(this.#ledger.advance()))
    operations.push({ type: 'put', key: ledgerKey, value: line })
    await this.#database.batch(operations, { sync: true })
  }

  #prepare(key: Buffer, record: Uint8Array | undefined, operations: Operation[]): void {
    if (record === undefined) {
      if (this.#ledger.delete(key)) operations.push({ type: 'del', key })
      return
    }
    const value = storedValue(key, record)
    this.#ledger.set(key, checksumOf(value))
    operations.push({ type: 'put', key, value })
  }

  #writeFailure(error: unknown): KvError {
    const path = this.#database.location
    return new KvError(
      'ERR_KV_STORAGE',
      `Writing to ${path} failed: ${reasonOf(error).text}. No more is written; make room or mend the disk, then start again.`,
      { reason: 'write', path },
      error,
    )
  }

  #changedUnderneath(): KvError {
    const path = this.#database.location
    return new KvError(
      'ERR_KV_STORAGE',
      `${path} was found in order a moment ago and is broken now. Start again, and it is moved aside.`,
      { reason: 'damaged', path },
    )
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await this.#writing
    try {
      await this.#witness.close()
    } finally {
      await this.#database.close()
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function bytesOf({ entries = [], meta = [] }: StorageBatch): number {
  let bytes = 0
  for (const { key, record } of entries) bytes += key.length + (record?.length ?? 0)
  for (const [name, record] of meta) bytes += name.length + (record?.length ?? 0)
  return bytes
}
