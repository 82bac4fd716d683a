import { EMPTY } from './span.ts'

/**
 * What came of a stream so far, in one run of bytes: the first chunk as it is (most streams are
 * one chunk), more in a buffer that doubles. Chunks wait until `absorb` copies them, in slices, so
 * that a stream of 20 MiB does not stall the loop when its buffer moves.
 *
 * Holds, for n bytes that came, at most 2n, and 3n while it moves; nothing ahead of what came,
 * whatever a length in it promises.
 */
export class StreamBuffer {
  bytes: Uint8Array = EMPTY
  /** Bytes that are there. Those that still wait are not counted. */
  length = 0
  /** More came than the largest message has; it was not kept. */
  overflow = false
  readonly #maxBytes: number
  readonly #waiting: Uint8Array[] = []
  /** Bytes of the first waiting chunk that are copied already. */
  #taken = 0
  /** All that came, waiting or not. */
  #total = 0
  /** Whether `bytes` is ours to write to. */
  #own = false
  /** The buffer that takes over once `bytes` is copied, up to `#copied` so far. */
  #larger: Uint8Array | undefined
  #copied = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  push(chunk: Uint8Array): void {
    if (this.overflow || this.#total + chunk.length > this.#maxBytes) {
      this.overflow = true
      return
    }
    this.#total += chunk.length
    if (this.#total === chunk.length) {
      this.bytes = chunk
      this.length = chunk.length
      this.#own = false
    } else {
      this.#waiting.push(chunk)
    }
  }

  /** Copies up to `maxBytes` of what waits. True when nothing waits any more. */
  absorb(maxBytes: number): boolean {
    if (this.#waiting.length === 0) return true
    if (!this.#own || this.bytes.length < this.#total) this.#grow()
    const left = this.#move(maxBytes)
    if (this.#larger !== undefined) return false
    return this.#fill(left)
  }

  /** Lets go of the bytes; what comes from now on starts anew. */
  release(): void {
    this.bytes = EMPTY
    this.length = 0
    this.#waiting.length = 0
    this.#taken = 0
    this.#total = 0
    this.#own = false
    this.#larger = undefined
  }

  #grow(): void {
    if (this.#larger !== undefined && this.#larger.length >= this.#total) return
    const doubled = Math.max(this.#total, this.length * 2)
    this.#larger = new Uint8Array(Math.min(this.#maxBytes, doubled))
    this.#copied = 0
  }

  /** Moves to the larger buffer, if there is one. Returns what is left of `maxBytes`. */
  #move(maxBytes: number): number {
    const larger = this.#larger
    if (larger === undefined) return maxBytes
    const start = this.#copied
    const end = Math.min(this.length, start + maxBytes)
    larger.set(this.bytes.subarray(start, end), start)
    this.#copied = end
    if (end === this.length) {
      this.bytes = larger
      this.#own = true
      this.#larger = undefined
    }
    return maxBytes - (end - start)
  }

  #fill(maxBytes: number): boolean {
    let index = 0
    while (index < this.#waiting.length && maxBytes > 0) {
      const chunk = this.#waiting[index]
      const end = Math.min(chunk.length, this.#taken + maxBytes)
      this.bytes.set(chunk.subarray(this.#taken, end), this.length)
      this.length += end - this.#taken
      maxBytes -= end - this.#taken
      this.#taken = end
      if (end < chunk.length) break
      this.#taken = 0
      index++
    }
    this.#waiting.splice(0, index)
    return this.#waiting.length === 0
  }
}
