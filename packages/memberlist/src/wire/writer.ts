import type { Fields } from './reader.ts'
import { COPY_BY_LOOP, copyInto } from './span.ts'

/**
 * A growable run of bytes that is reused from message to message. It doubles when it is full and
 * never shrinks, so that its size is bounded by twice the largest message written.
 *
 * The msgpack that it writes is Go's: the family from before 2013, where strings and byte arrays
 * are both "raw" (never str8, never bin).
 */
export class Writer {
  bytes: Uint8Array
  position = 0

  constructor(capacity = 256) {
    this.bytes = new Uint8Array(Math.max(16, capacity))
  }

  reset(): void {
    this.position = 0
  }

  /** What is written so far, in place: good until the next write. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.position)
  }

  /** A copy of what is written so far. */
  take(): Uint8Array {
    return this.bytes.slice(0, this.position)
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.position + count > this.bytes.length) this.#grow(this.position + count)
  }

  #grow(needed: number): void {
    const bytes = new Uint8Array(Math.max(this.bytes.length * 2, needed))
    bytes.set(this.bytes.subarray(0, this.position))
    this.bytes = bytes
  }

  u8(value: number): void {
    this.reserve(1)
    this.bytes[this.position++] = value
  }

  /** Big-endian, as everything here. */
  u16(value: number): void {
    this.reserve(2)
    const { bytes, position } = this
    bytes[position] = value >>> 8
    bytes[position + 1] = value
    this.position = position + 2
  }

  u32(value: number): void {
    this.reserve(4)
    const { bytes, position } = this
    bytes[position] = value >>> 24
    bytes[position + 1] = value >>> 16
    bytes[position + 2] = value >>> 8
    bytes[position + 3] = value
    this.position = position + 4
  }

  /** The bytes themselves, without a header. */
  raw(source: Uint8Array, start = 0, end: number = source.length): void {
    const length = end - start
    this.reserve(length)
    copyInto(this.bytes, this.position, source, start, end)
    this.position += length
  }

  nil(): void {
    this.u8(0xc0)
  }

  boolean(value: boolean): void {
    this.u8(value ? 0xc3 : 0xc2)
  }

  /** Of at most 15 entries: no struct here has more. */
  mapHeader(entries: number): void {
    this.u8(0x80 | entries)
  }

  key(fields: Fields, field: number): void {
    const key = fields.encoded[field]
    const length = key.length
    this.reserve(length)
    const { bytes, position } = this
    for (let index = 0; index < length; index++) bytes[position + index] = key[index]
    this.position = position + length
  }

  /** A field that is unsigned in Go, up to 32 bits: the shortest unsigned form. */
  unsigned(value: number): void {
    if (value < 0x80) {
      this.u8(value)
    } else if (value < 0x100) {
      this.u16(0xcc00 | value)
    } else if (value < 0x10000) {
      this.u8(0xcd)
      this.u16(value)
    } else {
      this.reserve(5)
      this.bytes[this.position++] = 0xce
      this.u32(value)
    }
  }

  /** A field that is `int` in Go, not negative here: signed forms, though positive, above 127. */
  integer(value: number): void {
    if (value < 0x80) {
      this.u8(value)
    } else if (value < 0x8000) {
      this.u8(0xd1)
      this.u16(value)
    } else if (value < 0x80000000) {
      this.u8(0xd2)
      this.u32(value)
    } else {
      this.u8(0xd3)
      this.u32(Math.floor(value / 0x100000000))
      this.u32(value >>> 0)
    }
  }

  /** The header of a string or byte array: fixraw, raw16 or raw32. */
  rawHeader(length: number): void {
    if (length < 0x20) {
      this.u8(0xa0 | length)
    } else if (length < 0x10000) {
      this.u8(0xda)
      this.u16(length)
    } else {
      this.u8(0xdb)
      this.u32(length)
    }
  }

  /** A string, or a byte array that is not nil. */
  string(value: Uint8Array): void {
    const length = value.length
    if (length > COPY_BY_LOOP) {
      this.rawHeader(length)
      this.raw(value)
      return
    }
    this.reserve(length + 1)
    const { bytes, position } = this
    bytes[position] = 0xa0 | length
    for (let index = 0; index < length; index++) bytes[position + 1 + index] = value[index]
    this.position = position + 1 + length
  }

  /** A byte array: nil for Go's nil slice, which differs from an empty one. */
  optional(value: Uint8Array | undefined): void {
    if (value === undefined) this.nil()
    else this.string(value)
  }
}

// The bytes that `unsigned`, `string` and `optional` write.

export function unsignedLength(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x100) return 2
  return value < 0x10000 ? 3 : 5
}

export function stringLength({ length }: Uint8Array): number {
  if (length < 0x20) return 1 + length
  return (length < 0x10000 ? 3 : 5) + length
}

export function optionalLength(value: Uint8Array | undefined): number {
  return value === undefined ? 1 : stringLength(value)
}
