/**
 * Where a replica keeps what must outlive its process: its entries, tombstones among them, and a
 * few small records about itself. The replica holds everything in memory and reads the storage
 * once, at the start; from then on it only writes. Both are opaque here: bytes in, the same bytes out.
 *
 *     const storage = await openStorage('/var/lib/hearsay/kv')   // or openMemoryStorage()
 *     if (storage.damage !== undefined) …                         // something is missing: see there
 *     for await (const entries of storage.load()) …               // then, as often as there is news:
 *     await storage.write({ entries: […], meta: [['sequence', bytes]] })
 */
export interface Storage extends AsyncDisposable {
  /**
   * What was found broken when this storage was opened; undefined when all was in order. Nothing of
   * it was deleted: the files are at `movedTo`. What could still be read is in this storage, both
   * entries and meta, so anything may be missing: a replica then takes a new origin, trusts no
   * version vector that it reads here, and asks the others for everything.
   */
  readonly damage: StorageDamage | undefined

  /** A small record of the last batch that named it. All of them are in memory: at most `maxMetaRecords`. */
  readMeta(name: string): Uint8Array | undefined

  /**
   * Every entry, once, by the byte order of the key, in parts of about a megabyte, so that a large
   * store does not hold up the event loop. Read before the first write.
   */
  load(): AsyncIterable<readonly StoredEntry[]>

  /**
   * Takes effect whole or not at all, in the order of the calls; resolves once it would survive the
   * loss of the process, and of power where the disk keeps its word. Calls that come while the disk
   * is busy share its next sync, so call without waiting and wait for all. The bytes must not change
   * until then. Rejects with `ERR_KV_STORAGE` when the disk refuses (full, read-only, gone): from
   * then on every write is refused, since a later one on top of a lost one would be a gap.
   */
  write(batch: StorageBatch): Promise<void>

  /** Batches that wait for the disk, and their bytes: what the store's bound on writes in flight looks at. */
  readonly pending: { readonly writes: number; readonly bytes: number }

  /** Writes what is pending, releases the directory. Later writes are refused; a second call is none. */
  close(): Promise<void>
}

export interface StoredEntry {
  /** The key's UTF-8: 1 to 512 bytes. */
  readonly key: Uint8Array
  /** Value, version, tombstone and all, as the replica encodes it. At most 17 MiB. */
  readonly record: Uint8Array
}

export interface StorageBatch {
  /** Later ones win. A record that is undefined takes the key away for good (an expired tombstone). */
  readonly entries?: readonly {
    readonly key: Uint8Array
    readonly record: Uint8Array | undefined
  }[]
  /** Name and record, undefined to take it away: origin, sequence number, clock, version vector. */
  readonly meta?: readonly (readonly [name: string, record: Uint8Array | undefined])[]
}

export interface StorageDamage {
  /** One sentence for the operator: what is broken, where, and where it was moved to. */
  readonly text: string
  /** Where the broken files are now, with the time in the name. */
  readonly movedTo: string
  /** Entries that could be read and were kept. */
  readonly kept: number
}

/** Names of meta records; further ones are refused. */
export const maxMetaRecords = 64
