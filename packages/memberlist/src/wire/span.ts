export const EMPTY = new Uint8Array(0)

/**
 * A copy that may be kept. Not `slice`: what came from a socket or an application is often a
 * Buffer, whose `slice` is a view of the same memory.
 */
export function copyBytes(bytes: Uint8Array, start = 0, end: number = bytes.length): Uint8Array {
  return new Uint8Array(bytes.subarray(start, end))
}

/** Above this many bytes the engine's own copy is faster than a loop over them. */
export const COPY_BY_LOOP = 24

/** Copies bytes [start, end) to that place. */
export function copyInto(
  to: Uint8Array,
  at: number,
  from: Uint8Array,
  start: number,
  end: number,
): void {
  if (end - start > COPY_BY_LOOP) to.set(from.subarray(start, end), at)
  else for (let index = start; index < end; index++) to[at + index - start] = from[index]
}

/**
 * A run of bytes inside somebody else's buffer: what a decoder gives for a name, an address or
 * metadata instead of a copy. Spans are reused from message to message: whoever keeps the bytes
 * beyond the call copies them.
 */
export class Span {
  bytes: Uint8Array = EMPTY
  start = 0
  end = 0
  /** True where the field was missing or msgpack's nil: Go's nil slice, as against an empty one. */
  isNil = true

  get length(): number {
    return this.end - this.start
  }

  clear(): void {
    this.bytes = EMPTY
    this.start = 0
    this.end = 0
    this.isNil = true
  }

  set(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes
    this.start = start
    this.end = end
    this.isNil = false
  }

  equals(other: Uint8Array): boolean {
    const length = this.end - this.start
    if (other.length !== length) return false
    for (let index = 0; index < length; index++) {
      if (this.bytes[this.start + index] !== other[index]) return false
    }
    return true
  }

  /** The bytes themselves, still inside the buffer that they came in. */
  view(): Uint8Array {
    return this.bytes.subarray(this.start, this.end)
  }

  /** A copy that may be kept. */
  copy(): Uint8Array {
    return copyBytes(this.bytes, this.start, this.end)
  }
}
