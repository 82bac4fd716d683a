import { limits } from '../limits.ts'
import { LZW } from './compress.ts'
import { LzwDecoder } from './lzw-decoder.ts'
import type { RejectionReason } from './rejection.ts'
import { EMPTY } from './span.ts'
import { refusals } from './stream-refusal.ts'

/** Decompresses what a compress struct holds, in slices. */
export class StreamExpander {
  /** What came out, once `step` said true and there is no failure. */
  output: Uint8Array = EMPTY
  failure: RejectionReason | undefined = undefined
  refusal: string | undefined = undefined
  /** Where in the compressed bytes it is. */
  position: number
  readonly #decoder = new LzwDecoder(limits.decompressedBytes)
  readonly #bytes: Uint8Array
  readonly #start: number
  readonly #end: number

  /** @param bytes not copied; the compressed ones are from `start` to `end` */
  constructor(algorithm: number, bytes: Uint8Array, start: number, end: number) {
    this.#bytes = bytes
    this.#start = start
    this.position = start
    this.#end = end
    if (algorithm !== LZW) this.#refuse('compression', refusals.algorithm(algorithm))
  }

  /** Bytes that went in and came out so far. */
  get work(): number {
    return this.position - this.#start + this.#decoder.length
  }

  /** Takes up to `maxBytes` in, and gives up to about as many out. True when it is done. */
  step(maxBytes: number): boolean {
    if (this.failure !== undefined) return true
    const decoder = this.#decoder
    const end = Math.min(this.#end, this.position + maxBytes)
    this.position = decoder.decode(this.#bytes, this.position, end, maxBytes)
    if (decoder.failure === 'too-large') this.#refuse('too-large', refusals.expandedTooLarge)
    else if (decoder.failure !== undefined) this.#refuse(decoder.failure, refusals.invalidCode)
    else if (decoder.finished) this.#finish()
    else if (this.position < this.#end || decoder.isMoving) return false
    else this.#refuse('compression', refusals.unfinished)
    return true
  }

  #finish(): void {
    this.output = this.#decoder.output()
    if (this.output.length === 0) this.#refuse('empty', refusals.expandedEmpty)
  }

  #refuse(reason: RejectionReason, text: string): void {
    this.failure = reason
    this.refusal = text
  }
}
