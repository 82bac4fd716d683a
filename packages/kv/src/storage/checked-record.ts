import { Buffer } from 'node:buffer'
import { crc32 } from 'node:zlib'

/*
 *     stored key     space u8 | the key's or the name's bytes
 *     stored value   checksum u32 | record
 *
 * LevelDB reads the blocks of its tables without looking at their checksums, so each record has
 * one of its own, over the stored key and the record.
 */
const CHECKSUM_BYTES = 4

/** Entries and meta are apart by the first byte, and the ledger, which is about both, by its own. */
export const spaces = { entry: 0x65, meta: 0x6d, ledger: 0x6c } as const

export function storedKey(space: number, key: Uint8Array): Buffer {
  const stored = Buffer.allocUnsafe(1 + key.length)
  stored[0] = space
  stored.set(key, 1)
  return stored
}

/** The value to store, whose first four bytes are the checksum. */
export function storedValue(key: Uint8Array, record: Uint8Array): Buffer {
  const stored = Buffer.allocUnsafe(CHECKSUM_BYTES + record.length)
  stored.set(record, CHECKSUM_BYTES)
  stored.writeUInt32LE(crc32(record, crc32(key)), 0)
  return stored
}

export function checksumOf(stored: Buffer): number {
  return stored.readUInt32LE(0)
}

/** Undefined for what is not as it was written. The record is a view. */
export function recordOf(key: Uint8Array, stored: Buffer): Buffer | undefined {
  if (stored.length < CHECKSUM_BYTES) return undefined
  const record = stored.subarray(CHECKSUM_BYTES)
  return crc32(record, crc32(key)) === checksumOf(stored) ? record : undefined
}
