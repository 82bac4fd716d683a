import { Buffer } from 'node:buffer'
import { kvLimits } from '../limits.ts'
import type { EntryKind, Write } from '../replica/held.ts'
import { MAX_COUNTER, MAX_MS } from '../replica/stamp.ts'
import type { KvReader } from './reader.ts'
import type { KvWriter } from './writer.ts'

/** An entry as it travels: the write, and whose it is. */
export interface WireEntry extends Write {
  readonly originId: string
  readonly originName: string
  /** Only told of: the value is not with it. */
  readonly isHead: boolean
}

const KINDS: readonly EntryKind[] = ['value', 'deleted', 'expired']
const EXPIRES = 0x04
const HEAD = 0x08

/**
 * Origins of one message, each written out where it is first used:
 *
 *     origin   place uint | if place is the number of those before: id 8 bytes, name text
 */
export class OriginTable {
  private readonly places = new Map<string, number>()
  private readonly read: { readonly id: string; readonly name: string }[] = []

  write(writer: KvWriter, id: string, name: string): void {
    const place = this.places.get(id)
    if (place !== undefined) {
      writer.uint(place)
      return
    }
    writer.uint(this.places.size)
    this.places.set(id, this.places.size)
    writeOriginId(writer, id)
    writer.text(name)
  }

  decode(reader: KvReader): { readonly id: string; readonly name: string } {
    const place = reader.uint(this.read.length)
    if (place < this.read.length) return this.read[place]
    const origin = { id: readOriginId(reader), name: reader.text(kvLimits.nameBytes) }
    if (!reader.failed) this.read.push(origin)
    return origin
  }
}

export function writeOriginId(writer: KvWriter, id: string): void {
  writer.raw(Buffer.from(id, 'hex'))
}

export function readOriginId(reader: KvReader): string {
  const bytes = reader.raw(8)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/**
 *     entry   flags u8 | key text | origin | sequence uint | ms uint | counter uint
 *             | expires uint, if flagged | value bytes, unless a tombstone or a head
 *     flags   bits 0-1 kind: 0 value, 1 deleted, 2 expired · 0x04 expires · 0x08 head
 */
export function writeEntry(
  writer: KvWriter,
  origins: OriginTable,
  write: Write,
  origin: { readonly id: string; readonly name: string },
  isHead = false,
): void {
  const kind = KINDS.indexOf(write.kind)
  writer.byte(kind | (write.expiresAt > 0 ? EXPIRES : 0) | (isHead ? HEAD : 0))
  writer.text(write.key)
  origins.write(writer, origin.id, origin.name)
  writer.uint(write.sequence)
  writer.uint(write.stamp.ms)
  writer.uint(write.stamp.counter)
  if (write.expiresAt > 0) writer.uint(write.expiresAt)
  if (write.value !== undefined && !isHead) writer.bytes(write.value)
}

/** What it reads is only good if the reader has not failed. The value is a view. */
export function readEntry(reader: KvReader, origins: OriginTable): WireEntry {
  const flags = reader.byte()
  if (flags > 0x0f || (flags & 3) === 3) reader.fail()
  const kind = KINDS[flags & 3] ?? 'value'
  const isHead = (flags & HEAD) !== 0
  const key = reader.text(kvLimits.keyBytes)
  if (key === '') reader.fail()
  const origin = origins.decode(reader)
  const sequence = reader.uint()
  if (sequence === 0) reader.fail()
  const stamp = { ms: reader.uint(MAX_MS), counter: reader.uint(MAX_COUNTER) }
  const expiresAt = (flags & EXPIRES) === 0 ? 0 : reader.uint()
  const isExpiryBad =
    (flags & EXPIRES) === 0
      ? kind === 'expired'
      : kind === 'deleted' || expiresAt <= stamp.ms || expiresAt > stamp.ms + kvLimits.ttlMs
  if (isExpiryBad) reader.fail()
  const hasValue = kind === 'value' && !isHead
  const value = hasValue ? reader.bytes(kvLimits.valueBytes) : undefined
  const { id: originId, name: originName } = origin
  return { key, stamp, sequence, kind, value, expiresAt, originId, originName, isHead }
}

/** The most that an entry takes beside key and value. */
export const ENTRY_HEADER_BYTES = 1 + 2 + 2 + 8 + 2 + kvLimits.nameBytes + 8 + 7 + 3 + 8 + 4
