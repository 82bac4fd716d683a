import { EMPTY } from './span.ts'

/**
 * What came of a stream so far, in one run of bytes. It doubles when it is full, so that it holds
 * at most twice what came, and nothing ahead of that, whatever a length in it promises. A first
 * chunk is kept as it is: most streams are one chunk.
 */
export class StreamBuffer {
  bytes: Uint8Array = EMPTY
  length = 0
  /** More came than the largest message has; it was not kept. */
  overflow = false
  readonly #maxBytes: number
  /** Whether `bytes` is ours to write to. */
  #own = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  push(chunk: Uint8Array): void {
    const needed = this.length + chunk.length
    if (this.overflow || needed > this.#maxBytes) {
      this.overflow = true
      return
    }
    if (this.length === 0) {
      this.bytes = chunk
      this.#own = false
    } else {
      if (!this.#own || needed > this.bytes.length) this.#grow(needed)
      this.bytes.set(chunk, this.length)
    }
    this.length = needed
  }

  /** Lets go of the bytes; what comes from now on starts anew. */
  release(): void {
    this.bytes = EMPTY
    this.length = 0
    this.#own = false
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.min(this.#maxBytes, Math.max(needed, this.length * 2)))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
    this.#own = true
  }
}
