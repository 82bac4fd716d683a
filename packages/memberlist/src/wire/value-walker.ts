import { limits } from '../limits.ts'
import type { RejectionReason } from './rejection.ts'

/** The form of what follows a lead byte: so many bytes, or so many values. */
const BYTES = 0
const VALUES = 1
const PAIRS = 2

/**
 * Values that one struct may be made of, keys and nested ones counted. Those of the protocol have
 * at most 17; what a later release may add does not need thousands.
 */
export const MAX_STRUCT_VALUES = 4_096

/** No string is longer: 40 MiB compressed as badly as LZW can, to 12 bits for each byte. */
export const MAX_COMPRESSED_BYTES = limits.decompressedBytes * 1.5

/**
 * Finds the end of one msgpack value in bytes that are still coming, and goes on where it stopped,
 * so that each byte is looked at once however small the pieces are. What the value means is
 * `Reader`'s business, once it is whole. It keeps a count instead of a stack: depth costs nothing.
 */
export class ValueWalker {
  /** Everything before is passed; the end of the value when `walk` says 'done'. */
  position = 0
  /** Values still to pass. */
  #left = 1
  #passed = 0
  #form = BYTES
  #count = 0

  reset(position: number): void {
    this.position = position
    this.#left = 1
    this.#passed = 0
  }

  /** Looks at what is there before `end`; 'more' when that is not all. */
  walk(bytes: Uint8Array, end: number): 'done' | 'more' | RejectionReason {
    while (this.#left > 0) {
      if (this.position >= end) return 'more'
      const headed = this.#readHeader(bytes, this.position, end)
      if (headed === 0) return 'malformed'
      if (headed < 0) return 'more'
      if (this.#form === BYTES) {
        if (this.#count > MAX_COMPRESSED_BYTES) return 'too-large'
        const after = this.position + headed + this.#count
        if (after > end) return 'more'
        this.position = after
      } else {
        this.position += headed
        this.#left += this.#count * this.#form
        if (this.#passed + this.#left > MAX_STRUCT_VALUES) return 'malformed'
      }
      this.#left--
      this.#passed++
    }
    return 'done'
  }

  /** Bytes of lead and length, with `#form` and `#count` set; -1: not all there; 0: no msgpack. */
  #readHeader(bytes: Uint8Array, at: number, end: number): number {
    const lead = bytes[at]
    if (lead < 0x80 || lead >= 0xe0) return this.#header(BYTES, 0, 1)
    if (lead < 0x90) return this.#header(PAIRS, lead & 0x0f, 1)
    if (lead < 0xa0) return this.#header(VALUES, lead & 0x0f, 1)
    if (lead < 0xc0) return this.#header(BYTES, lead & 0x1f, 1)
    if (lead === 0xc1) return 0
    if (lead < 0xc4) return this.#header(BYTES, 0, 1)
    const fixed = FIXED[lead - 0xc4]
    if (fixed >= 0) return this.#header(BYTES, fixed, 1)
    const size = -fixed
    if (at + size >= end) return -1
    let count = 0
    for (let index = 1; index <= size; index++) count = count * 256 + bytes[at + index]
    if (lead >= 0xde) return this.#header(PAIRS, count, 1 + size)
    if (lead >= 0xdc) return this.#header(VALUES, count, 1 + size)
    // An ext has a byte for its type after the length.
    return this.#header(BYTES, lead >= 0xc7 && lead <= 0xc9 ? count + 1 : count, 1 + size)
  }

  #header(form: number, count: number, length: number): number {
    this.#form = form
    this.#count = count
    return length
  }
}

/** From 0xc4: bytes that follow the lead byte, or, negative, the size of the length that does. */
// biome-ignore format: one row a family
const FIXED = Int8Array.of(
  -1, -2, -4, // bin
  -1, -2, -4, // ext
  4, 8, // float
  1, 2, 4, 8, // unsigned
  1, 2, 4, 8, // signed
  2, 3, 5, 9, 17, // fixext
  -1, -2, -4, // str8, raw16, raw32
  -2, -4, // array
  -2, -4, // map
)
