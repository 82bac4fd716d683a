import { Buffer } from 'node:buffer'

/** Writes the store's messages and records: bytes, text with its length, and unsigned varints. */
export class KvWriter {
  private buffer: Buffer
  private end = 0

  constructor(capacity = 256) {
    this.buffer = Buffer.allocUnsafeSlow(capacity)
  }

  get length(): number {
    return this.end
  }

  byte(value: number): void {
    this.reserve(1)
    this.buffer[this.end++] = value
  }

  /** An unsigned integer up to 2^53 - 1: seven bits a byte, the lowest first. */
  uint(value: number): void {
    this.reserve(8)
    while (value > 0x7f) {
      this.buffer[this.end++] = (value % 128) | 0x80
      value = Math.floor(value / 128)
    }
    this.buffer[this.end++] = value
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.end)
    this.end += bytes.length
  }

  /** Bytes with their length before them. */
  bytes(bytes: Uint8Array): void {
    this.uint(bytes.length)
    this.raw(bytes)
  }

  /** UTF-8 with its length in bytes before it. */
  text(text: string): void {
    const length = Buffer.byteLength(text)
    this.uint(length)
    this.reserve(length)
    this.buffer.write(text, this.end, 'utf8')
    this.end += length
  }

  /** What was written. The writer must not be used after it. */
  take(): Uint8Array {
    return this.buffer.subarray(0, this.end)
  }

  private reserve(bytes: number): void {
    const needed = this.end + bytes
    if (needed <= this.buffer.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2))
    grown.set(this.buffer.subarray(0, this.end))
    this.buffer = grown
  }
}
