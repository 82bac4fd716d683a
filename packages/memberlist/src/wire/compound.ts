import type { RejectionReason } from './rejection.ts'
import { EMPTY } from './span.ts'

// compound = 07 count u8, count x (length u16), the messages in the same order
//
// What is sent never counts more than `limits.compoundParts` (127): v0.1.5 and v0.2.2 misread more.

/** What a compound adds: so much, and PART_OVERHEAD for each part. */
export const COMPOUND_OVERHEAD = 2
export const PART_OVERHEAD = 2

/**
 * Walks over the parts of a compound. Lengths that are cut off refuse the whole; a part that is
 * cut off ends the walk with 'truncated' after the whole ones before it; bytes after the last part
 * do not matter. A part may be empty: that is the part's own fault, not the compound's.
 */
export class CompoundCursor {
  bytes: Uint8Array = EMPTY
  /** The part. */
  start = 0
  end = 0
  failure: RejectionReason | undefined = undefined
  /** Parts that the compound promises after this one. */
  left = 0
  #lengths = 0
  #limit = 0

  /** From after the 07. False: refused as a whole, `failure` says why. */
  reset(bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes = bytes
    this.start = end
    this.end = end
    this.left = 0
    this.#limit = end
    const count = start < end ? bytes[start] : 0
    if (start >= end || end - start - 1 < count * PART_OVERHEAD) {
      this.failure = 'truncated'
      return false
    }
    this.failure = undefined
    this.left = count
    this.#lengths = start + 1
    this.end = this.#lengths + count * PART_OVERHEAD
    this.start = this.end
    return true
  }

  /** Moves on to the next part. False: there is none, or `failure` says what is wrong with it. */
  next(): boolean {
    if (this.left === 0) return false
    const at = this.#lengths
    const length = (this.bytes[at] << 8) | this.bytes[at + 1]
    if (length > this.#limit - this.end) {
      this.failure = 'truncated'
      this.left = 0
      return false
    }
    this.left--
    this.#lengths = at + PART_OVERHEAD
    this.start = this.end
    this.end += length
    return true
  }
}
