import type { RejectionReason } from './rejection.ts'

/*
 * Reads what `lzw-encoder.ts` describes, and what else Go's reader takes: no clear at the start,
 * anything after the end code, a full table to which nothing is added until a clear. It asks for
 * the end code; an input that stops without one is broken.
 *
 * The phrase that a code stands for is always somewhere in the output already: it is what an
 * earlier code gave, and the byte that came after. So it is enough to note where each code's
 * output starts: phrase c lies from starts[c] to starts[c + 1], that byte included, and a code is
 * one forward copy. The code for the phrase just being made needs no case of its own: the byte
 * that it still lacks is the first one that the copy writes.
 */
const CLEAR = 256
const END = 257
const FIRST_WIDTH = 9
const LAST_CODE = 4_095
/** Where starts go that no code will name, while the table is full. */
const NOWHERE = LAST_CODE + 2
/** Above this length, one call for the whole copy is faster than a loop. */
const LONG_PHRASE = 24
const FIRST_CAPACITY = 4_096
/** A buffer larger than this is moved to its successor in slices too. */
const LARGE_BYTES = 256 * 1024

/**
 * Decompresses in slices. Its buffer starts small and doubles, so that it never has more room than
 * for twice what really came out (and `maxOutputBytes` at the most), whatever the input promises;
 * while it moves to a larger one, both are there. Reusable after `reset`.
 */
export class LzwDecoder {
  /** True once the end code was read; everything after it is ignored. */
  finished = false
  /** `compression` for a code that is not possible, `too-large` for output over the limit. */
  failure: RejectionReason | undefined
  readonly #starts = new Int32Array(NOWHERE + 1)
  #maxOutputBytes: number
  #output: Uint8Array
  /** The buffer that takes over once what is there is copied, up to `#copied` so far. */
  #larger: Uint8Array | undefined
  #copied = 0
  #position = 0
  #pendingBits = 0
  #pendingCount = 0
  #width = FIRST_WIDTH
  /** The largest code that may come: the phrase that its own first byte would complete. */
  #newest = END
  /** Where the start of the next code's output is noted. */
  #slot = END + 1

  /** @param maxOutputBytes more output than this is refused as `too-large` */
  constructor(maxOutputBytes: number, capacity = FIRST_CAPACITY) {
    this.#maxOutputBytes = maxOutputBytes
    this.#output = new Uint8Array(Math.max(1, Math.min(capacity, maxOutputBytes)))
  }

  /** Bytes of output so far. */
  get length(): number {
    return this.#position
  }

  /** Bytes that the buffer for the output has room for. */
  get capacity(): number {
    return this.#larger?.length ?? this.#output.length
  }

  /** Stopped short of the end of its input because the output moves to a larger buffer. */
  get isMoving(): boolean {
    return this.#larger !== undefined
  }

  reset(maxOutputBytes = this.#maxOutputBytes): void {
    this.finished = false
    this.failure = undefined
    this.#maxOutputBytes = maxOutputBytes
    this.#larger = undefined
    this.#position = 0
    this.#pendingBits = 0
    this.#pendingCount = 0
    this.#width = FIRST_WIDTH
    this.#newest = END
    this.#slot = END + 1
  }

  /** Takes bytes [start, end) of the input, all of them. Says why it refuses them, if it does. */
  write(bytes: Uint8Array, start = 0, end = bytes.length): RejectionReason | undefined {
    do start = this.decode(bytes, start, end, Number.POSITIVE_INFINITY)
    while (this.isMoving)
    return this.failure
  }

  /**
   * Takes bytes from `start` until `end`, the end code, a failure, or until about `outputBytes`
   * more came out (a phrase, 3,838 bytes, more at the most) or moved.
   * @returns where to go on; `end` only means that all is taken in when it is not `isMoving`
   */
  decode(bytes: Uint8Array, start: number, end: number, outputBytes: number): number {
    if (this.finished || this.failure !== undefined) return end
    if (!this.#move(outputBytes)) return start
    const starts = this.#starts
    const pauseAt = this.#position + outputBytes
    let output = this.#output
    let room = Math.min(output.length, this.#maxOutputBytes)
    let position = this.#position
    let bits = this.#pendingBits
    let count = this.#pendingCount
    let width = this.#width
    let newest = this.#newest
    let slot = this.#slot

    while (position < pauseAt) {
      while (count < width && start < end) {
        bits |= bytes[start++] << count
        count += 8
      }
      if (count < width) break
      const code = bits & ((1 << width) - 1)
      bits >>>= width
      count -= width

      if (code === CLEAR) {
        width = FIRST_WIDTH
        newest = END
        slot = END + 1
        continue
      }
      if (code === END || code > newest) {
        if (code === END) this.finished = true
        else this.failure = 'compression'
        break
      }
      starts[slot] = position
      const from = starts[code]
      const next = code < CLEAR ? position + 1 : position + starts[code + 1] - from + 1
      if (next > room) {
        // The code is put back until there is room for it.
        bits = (bits << width) | code
        count += width
        this.#position = position
        if (!this.#grow(next)) break
        output = this.#output
        room = output.length
        continue
      }
      if (code < CLEAR) output[position] = code
      else copyPhrase(output, from, position, next)
      position = next
      if (newest === LAST_CODE) {
        slot = NOWHERE
      } else {
        slot = ++newest + 1
        if (newest >>> width !== 0) width++
      }
    }

    this.#position = position
    this.#pendingBits = bits
    this.#pendingCount = count
    this.#width = width
    this.#newest = newest
    this.#slot = slot
    return start
  }

  /** What came out so far: a view of a buffer that the next `reset` reuses. */
  output(): Uint8Array {
    return this.#output.subarray(0, this.#position)
  }

  /** True: there is room now. False: it has to be moved there first, or it may not grow. */
  #grow(needed: number): boolean {
    if (needed > this.#maxOutputBytes) {
      this.failure = 'too-large'
      return false
    }
    const doubled = Math.max(needed, this.#output.length * 2)
    this.#larger = new Uint8Array(Math.min(doubled, this.#maxOutputBytes))
    this.#copied = 0
    return this.#move(LARGE_BYTES)
  }

  /** Copies up to `maxBytes` to the larger buffer. True when none is waiting any more. */
  #move(maxBytes: number): boolean {
    const larger = this.#larger
    if (larger === undefined) return true
    const end = Math.min(this.#position, this.#copied + maxBytes)
    larger.set(this.#output.subarray(this.#copied, end), this.#copied)
    this.#copied = end
    if (end < this.#position) return false
    this.#output = larger
    this.#larger = undefined
    return true
  }
}

/** Copies what starts at `from` to [to, end); the two may overlap by a byte. */
function copyPhrase(output: Uint8Array, from: number, to: number, end: number): void {
  if (end - to < LONG_PHRASE) {
    while (to < end) output[to++] = output[from++]
    return
  }
  // All but the last byte lies before `to`; the last may be the first of the copy itself.
  const last = from + end - to - 1
  output.copyWithin(to, from, last)
  output[end - 1] = output[last]
}
