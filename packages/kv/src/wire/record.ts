import type { Write } from '../replica/held.ts'
import { OriginTable, readEntry, type WireEntry, writeEntry } from './entry.ts'
import { KvReader } from './reader.ts'
import { KvWriter } from './writer.ts'

const VERSION = 1

/**
 * An entry as it is stored:
 *
 *     record   version u8 = 1 | entry, as in a message
 */
export function encodeRecord(
  write: Write,
  origin: { readonly id: string; readonly name: string },
): Uint8Array {
  const writer = new KvWriter(64 + write.key.length + (write.value?.length ?? 0))
  writer.byte(VERSION)
  writeEntry(writer, new OriginTable(), write, origin)
  return writer.take()
}

/** Undefined for what cannot be read. */
export function decodeRecord(bytes: Uint8Array): WireEntry | undefined {
  const reader = new KvReader(bytes)
  if (reader.byte() !== VERSION) return undefined
  const entry = readEntry(reader, new OriginTable())
  return reader.failed || reader.left > 0 || entry.isHead ? undefined : entry
}
