import { EMPTY } from '../wire/span.ts'

/** A kilobyte: some ten gossiped messages, or the names and addresses of thirty members. */
const SLAB_BYTES = 1_024
/** What is longer than this gets memory of its own. */
const MAX_SHARED_BYTES = SLAB_BYTES / 4

/**
 * Keeps many short runs of bytes that live about as long as each other in a few blocks of memory.
 * An array of its own costs V8 two objects and, over 64 bytes, an allocation outside the heap: more
 * than a name and its address are.
 *
 * Bound: a block goes when the last run in it does, so that each keeps a kilobyte at the very most.
 */
export class Slab {
  private block: Uint8Array = EMPTY
  private used = 0

  /** A copy that may be kept. */
  copy(bytes: Uint8Array, start: number, end: number): Uint8Array {
    const length = end - start
    if (length > MAX_SHARED_BYTES) return new Uint8Array(bytes.subarray(start, end))
    if (this.used + length > this.block.length) {
      this.block = new Uint8Array(SLAB_BYTES)
      this.used = 0
    }
    const { block, used } = this
    for (let index = 0; index < length; index++) block[used + index] = bytes[start + index]
    this.used = used + length
    return block.subarray(used, this.used)
  }
}
