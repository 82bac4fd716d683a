import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'

/*
 * LZW as in GIF, least significant bit first, 8-bit literals. Byte for byte what Go's
 * compress/lzw writes, so that a capture can be compared with the real thing.
 *
 *   stream  = clear code* end padding      ; padding: zero bits up to a whole byte
 *   code    = 0..255                       ; a literal byte
 *           | 256 (clear) | 257 (end)
 *           | 258..4094                    ; a phrase seen since the last clear
 *
 * Each code after a clear, but for the first, names one phrase more. The width is 9 bits and
 * grows when the next phrase would not fit, to 12 bits. When phrase 4095 would be next, a clear
 * goes out instead and all starts over. That also happens when it is the end that follows.
 */
const CLEAR = 256
const END = 257
const FIRST_WIDTH = 9
const LAST_CODE = 4095

/** Phrases live in a hash table with open addressing: at most 3,837 of them in 16,384 slots. */
const MAX_SLOTS = 16_384
const MIN_SLOTS = 1_024
/** Input is taken in blocks so that room for the output is checked once per block. */
const BLOCK_BYTES = 4_096
/** 12 bits per byte of a block, two clears, the bits left over, and the end code. */
const BLOCK_ROOM = BLOCK_BYTES * 1.5 + 16
/** Output is collected in chunks of this size, so that nothing ever moves. */
const CHUNK_BYTES = 64 * 1024

/**
 * Spreads phrases over the table. Drawn once per process, so that nobody can make up names or
 * values whose phrases all meet in the same slots; it never shows in the output.
 */
const SPREAD = randomBytes(4).readInt32LE() | 1

/**
 * Compresses in as many slices as the caller likes; the result does not depend on where they are
 * cut. Holds 64 KiB of table, the output so far, and room for a chunk more. Reusable after `reset`.
 */
export class LzwEncoder {
  /** Slot: phrase key (20 bits: code of all but its last byte, last byte) and its code (12). */
  readonly #table = new Int32Array(MAX_SLOTS)
  #mask = MAX_SLOTS - 1
  /** Chunks that are full. */
  readonly #full: Uint8Array[] = []
  #output: Uint8Array
  #position = 0
  #pendingBits = 0
  #pendingCount = 0
  #width = FIRST_WIDTH
  /** The code that the phrase of the last code written got. */
  #newest = END
  /** The code of the input that is taken but not written; -1 before the first byte. */
  #current = -1

  /** @param capacity bytes of the first chunk of output; it is kept from input to input */
  constructor(capacity = CHUNK_BYTES) {
    this.#output = new Uint8Array(Math.max(capacity, BLOCK_ROOM))
  }

  /**
   * Makes ready for the next input. Where that is known to be short, a smaller part of the table
   * is enough, and clearing it costs less than compressing does.
   */
  reset(inputBytes = Number.POSITIVE_INFINITY): void {
    let slots = MIN_SLOTS
    while (slots < MAX_SLOTS && slots < inputBytes * 4) slots *= 2
    this.#mask = slots - 1
    this.#table.fill(0, 0, slots)
    this.#full.length = 0
    this.#position = 0
    this.#pendingBits = 0
    this.#pendingCount = 0
    this.#width = FIRST_WIDTH
    this.#newest = END
    this.#current = -1
  }

  /** Takes bytes [start, end) of the input. */
  write(bytes: Uint8Array, start = 0, end = bytes.length): void {
    if (start >= end) return
    if (this.#current < 0) {
      this.#emit(CLEAR)
      this.#current = bytes[start]
      start++
    }
    while (start < end) {
      const blockEnd = Math.min(end, start + BLOCK_BYTES)
      this.#reserve()
      this.#encodeBlock(bytes, start, blockEnd)
      start = blockEnd
    }
  }

  /** Ends the input. The bytes may be a view of a buffer that the next `reset` reuses. */
  finish(): Uint8Array {
    const chunks = this.finishChunks()
    return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)
  }

  /** The same in pieces, in order: nothing is copied. Never empty. */
  finishChunks(): Uint8Array[] {
    this.#reserve()
    if (this.#current < 0) {
      this.#emit(CLEAR)
    } else {
      this.#emit(this.#current)
      this.#advance()
    }
    this.#emit(END)
    if (this.#pendingCount > 0) this.#output[this.#position++] = this.#pendingBits
    const chunks = [...this.#full, this.#output.subarray(0, this.#position)]
    this.#full.length = 0
    return chunks
  }

  #encodeBlock(bytes: Uint8Array, start: number, end: number): void {
    const table = this.#table
    const mask = this.#mask
    const output = this.#output
    let position = this.#position
    let bits = this.#pendingBits
    let count = this.#pendingCount
    let width = this.#width
    let newest = this.#newest
    let current = this.#current

    scan: for (let index = start; index < end; index++) {
      const byte = bytes[index]
      const key = (current << 8) | byte
      let slot = ((current << 2) ^ (Math.imul(byte, SPREAD) >>> 16)) & mask
      // Bounded by the phrases in the table, and that is never more than a quarter full.
      for (let entry = table[slot]; entry !== 0; entry = table[slot]) {
        if (entry >>> 12 === key) {
          current = entry & 0xfff
          continue scan
        }
        slot = (slot + 1) & mask
      }

      bits |= current << count
      count += width
      output[position++] = bits
      bits >>>= 8
      count -= 8
      if (count >= 8) {
        output[position++] = bits
        bits >>>= 8
        count -= 8
      }
      current = byte
      newest++
      if (newest >>> width !== 0) width++
      if (newest !== LAST_CODE) {
        table[slot] = (key << 12) | newest
        continue
      }
      bits |= CLEAR << count
      output[position++] = bits
      bits >>>= 8
      count += width - 8
      if (count >= 8) {
        output[position++] = bits
        bits >>>= 8
        count -= 8
      }
      width = FIRST_WIDTH
      newest = END
      table.fill(0, 0, mask + 1)
    }

    this.#position = position
    this.#pendingBits = bits
    this.#pendingCount = count
    this.#width = width
    this.#newest = newest
    this.#current = current
  }

  #emit(code: number): void {
    this.#pendingBits |= code << this.#pendingCount
    this.#pendingCount += this.#width
    while (this.#pendingCount >= 8) {
      this.#output[this.#position++] = this.#pendingBits
      this.#pendingBits >>>= 8
      this.#pendingCount -= 8
    }
  }

  #advance(): void {
    this.#newest++
    if (this.#newest >>> this.#width !== 0) this.#width++
    if (this.#newest !== LAST_CODE) return
    this.#emit(CLEAR)
    this.#width = FIRST_WIDTH
    this.#newest = END
  }

  #reserve(): void {
    if (this.#output.length - this.#position >= BLOCK_ROOM) return
    this.#full.push(this.#output.subarray(0, this.#position))
    this.#output = new Uint8Array(CHUNK_BYTES)
    this.#position = 0
  }
}
