import { Buffer, isUtf8 } from 'node:buffer'

const EMPTY = new Uint8Array(0)

/**
 * Reads what a `KvWriter` wrote, or anything at all: it never throws. What does not fit the grammar
 * makes it `failed`, after which all that it reads is zero and empty, so that a decoder looks once,
 * at the end. Loops over a count that was read must stop when it failed.
 */
export class KvReader {
  failed = false
  private readonly buffer: Buffer
  private position: number

  constructor(bytes: Uint8Array, position = 0) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.position = position
  }

  get left(): number {
    return this.failed ? 0 : this.buffer.length - this.position
  }

  fail(): void {
    this.failed = true
  }

  byte(): number {
    if (this.left < 1) {
      this.failed = true
      return 0
    }
    return this.buffer[this.position++]
  }

  /** At most `most`; only the shortest form of a number is accepted, so each has one. */
  uint(most = Number.MAX_SAFE_INTEGER): number {
    let value = 0
    let scale = 1
    for (let read = 1; read <= 8; read++) {
      const byte = this.byte()
      if (this.failed) return 0
      value += (byte & 0x7f) * scale
      if (byte < 0x80) {
        if ((byte === 0 && read > 1) || value > most) break
        return value
      }
      scale *= 128
    }
    this.failed = true
    return 0
  }

  /** A view of so many bytes. */
  raw(length: number): Uint8Array {
    if (length > this.left) {
      this.failed = true
      return EMPTY
    }
    this.position += length
    return this.buffer.subarray(this.position - length, this.position)
  }

  /** A view of bytes that have their length before them. */
  bytes(most: number): Uint8Array {
    return this.raw(this.uint(most))
  }

  /** UTF-8 with its length before it. */
  text(most: number): string {
    const bytes = this.raw(this.uint(most))
    if (!isUtf8(bytes)) {
      this.failed = true
      return ''
    }
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  }

  /** How many things follow, each of at least so many bytes: a count that cannot be true fails. */
  count(leastBytes: number): number {
    return this.uint(Math.floor(this.left / leastBytes))
  }
}
