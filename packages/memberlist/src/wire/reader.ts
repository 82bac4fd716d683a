import type { RejectionReason } from './rejection.ts'
import { EMPTY, type Span } from './span.ts'
import { CONTAINER, ILLEGAL, lengthSize, PAIRS, SIZED, VALUE_FORMS } from './value-forms.ts'

/** How deep containers may nest inside a value that is skipped: the limit of Go's codec. */
export const MAX_SKIP_DEPTH = 1024

/** The key of an entry is none of the struct's fields: its value is to be skipped. */
export const UNKNOWN_FIELD = -1

/**
 * The keys of one struct, in the byte order in which Go writes them. The position of a name in the
 * list is the number by which a decoder switches on it.
 */
export class Fields {
  /** Each key as it stands on the wire: a fixraw header, then the name. */
  readonly encoded: readonly Uint8Array[]

  constructor(...names: readonly string[]) {
    this.encoded = names.map((name) => {
      if (name.length === 0 || name.length > 31) throw new RangeError(`field name ${name}`)
      return Uint8Array.from([0xa0 | name.length, ...name].map(toByte))
    })
  }
}

function toByte(value: number | string): number {
  return typeof value === 'number' ? value : value.charCodeAt(0)
}

/**
 * A cursor over msgpack that never throws. The first thing that is wrong sets `failure` and
 * `failureOffset` and moves the cursor to the end, so that whatever is read afterwards fails too
 * and changes nothing: a decoder may check once per field. Reading allocates nothing.
 *
 * Accepted, as Go's decoder accepts it: strings and byte arrays in every raw, str and bin form for
 * either; integers in any signed or unsigned form whose value fits; nil for the zero value of
 * anything; 0 and 1 for a bool. Not accepted, although Go does: an array where a struct or bytes
 * are meant. No known writer sends those.
 *
 * 'truncated' says that the bytes are a beginning of something that may yet be right; a stream
 * then waits for more. Every other reason is final.
 */
export class Reader {
  bytes: Uint8Array = EMPTY
  position = 0
  end = 0
  failure: RejectionReason | undefined = undefined
  failureOffset = 0

  reset(bytes: Uint8Array, start = 0, end: number = bytes.length): void {
    if (start < 0 || start > end || end > bytes.length) {
      throw new RangeError(`bytes ${start} to ${end} of ${bytes.length}`)
    }
    this.bytes = bytes
    this.position = start
    this.end = end
    this.failure = undefined
    this.failureOffset = 0
  }

  /** Notes what is wrong and where, unless something was wrong before; every later read fails. */
  fail(reason: RejectionReason, offset: number = this.position): void {
    if (this.failure === undefined) {
      this.failure = reason
      this.failureOffset = offset
    }
    this.position = this.end
  }

  /** The number of entries of a map; 0 for nil, and 0 at a failure. Bounded by what can follow. */
  readMapHeader(): number {
    const at = this.position
    if (at >= this.end) {
      this.fail('truncated')
      return 0
    }
    const lead = this.bytes[at]
    this.position = at + 1
    if ((lead & 0xf0) === 0x80) return lead & 0x0f
    if (lead === 0xde) return this.#unsigned(2)
    if (lead === 0xdf) return this.#unsigned(4)
    if (lead !== 0xc0) this.fail('malformed', at)
    return 0
  }

  /**
   * Reads a key and says which field it is, or UNKNOWN_FIELD. `expected` is where to look first:
   * one after the field before, since writers sort their keys.
   */
  readField(fields: Fields, expected: number): number {
    const { bytes, position, end } = this
    const encoded = fields.encoded
    for (let index = expected; index < encoded.length; index++) {
      const key = encoded[index]
      const after = position + key.length
      if (after > end || bytes[position] !== key[0]) continue
      let offset = 1
      while (offset < key.length && bytes[position + offset] === key[offset]) offset++
      if (offset === key.length) {
        this.position = after
        return index
      }
    }
    return this.#findField(encoded)
  }

  /** The same, for a key in another form or out of order. */
  #findField(encoded: readonly Uint8Array[]): number {
    const length = this.#rawLength()
    if (length <= 0) return UNKNOWN_FIELD
    const start = this.position
    this.position = start + length
    for (let index = 0; index < encoded.length; index++) {
      const key = encoded[index]
      if (key.length !== length + 1) continue
      let offset = 0
      while (offset < length && this.bytes[start + offset] === key[offset + 1]) offset++
      if (offset === length) return index
    }
    return UNKNOWN_FIELD
  }

  /** An integer from 0 to `maximum` (at most 2^53 - 1); 0 for nil, and 0 at a failure. */
  readUnsigned(maximum: number): number {
    const at = this.position
    if (at >= this.end) {
      this.fail('truncated')
      return 0
    }
    const lead = this.bytes[at]
    this.position = at + 1
    const value = lead < 0x80 ? lead : this.#integer(lead, at)
    if (value <= maximum && value >= 0) return value
    this.fail('out-of-range', at)
    return 0
  }

  /** The value after a lead byte that is not a positive fixint. */
  #integer(lead: number, at: number): number {
    switch (lead) {
      case 0xcc:
        return this.#unsigned(1)
      case 0xcd:
        return this.#unsigned(2)
      case 0xce:
        return this.#unsigned(4)
      case 0xcf:
        return this.#unsigned(8)
      case 0xd0:
        return this.#signed(1)
      case 0xd1:
        return this.#signed(2)
      case 0xd2:
        return this.#signed(4)
      case 0xd3:
        return this.#signed(8)
      case 0xc0:
        return 0
    }
    if (lead >= 0xe0) return lead - 0x100
    this.fail('malformed', at)
    return 0
  }

  /** Big-endian; above 2^53 it is rounded, which no field lets through. 0 at a failure. */
  #unsigned(size: 1 | 2 | 4 | 8): number {
    const at = this.position
    if (size > this.end - at) {
      this.fail('truncated')
      return 0
    }
    this.position = at + size
    let value = 0
    for (let index = 0; index < size; index++) value = value * 256 + this.bytes[at + index]
    return value
  }

  /** No field takes a negative number, so that its value does not matter: -1 stands for it. */
  #signed(size: 1 | 2 | 4 | 8): number {
    const at = this.position
    const value = this.#unsigned(size)
    return this.failure === undefined && this.bytes[at] >= 0x80 ? -1 : value
  }

  readBoolean(): boolean {
    const at = this.position
    if (at >= this.end) {
      this.fail('truncated')
      return false
    }
    const lead = this.bytes[at]
    this.position = at + 1
    if (lead === 0xc3 || lead === 1) return true
    if (lead !== 0xc2 && lead !== 0 && lead !== 0xc0) this.fail('malformed', at)
    return false
  }

  /** A string or byte array. nil, and a failure, leave the span cleared. */
  readSpan(span: Span): void {
    const at = this.position
    // The common case by itself: fixraw, all there.
    if (at < this.end) {
      const lead = this.bytes[at]
      const after = at + 1 + (lead & 0x1f)
      if ((lead & 0xe0) === 0xa0 && after <= this.end) {
        this.position = after
        span.set(this.bytes, at + 1, after)
        return
      }
    }
    const length = this.#rawLength()
    if (length < 0) {
      span.clear()
      return
    }
    const start = this.position
    this.position = start + length
    span.set(this.bytes, start, start + length)
  }

  /** Reads the header of a string or byte array that is wholly there; -1: nil or a failure. */
  #rawLength(): number {
    const at = this.position
    if (at >= this.end) {
      this.fail('truncated')
      return -1
    }
    const lead = this.bytes[at]
    this.position = at + 1
    let length = 0
    if ((lead & 0xe0) === 0xa0) length = lead & 0x1f
    else if (lead === 0xd9 || lead === 0xc4) length = this.#unsigned(1)
    else if (lead === 0xda || lead === 0xc5) length = this.#unsigned(2)
    else if (lead === 0xdb || lead === 0xc6) length = this.#unsigned(4)
    else {
      if (lead !== 0xc0) this.fail('malformed', at)
      return -1
    }
    if (this.failure !== undefined) return -1
    if (length > this.end - this.position) {
      this.fail('truncated')
      return -1
    }
    return length
  }

  /** Passes over one value of any kind, containers to MAX_SKIP_DEPTH. */
  skip(depth = 0): void {
    const at = this.position
    if (at >= this.end) {
      this.fail('truncated')
      return
    }
    const lead = this.bytes[at]
    const kind = VALUE_FORMS[lead]
    this.position = at + 1
    let length = kind & 0xff
    if (kind & SIZED) length += this.#unsigned(lengthSize(kind))
    if (kind & ILLEGAL) this.fail('malformed', at)
    if (!(kind & CONTAINER)) {
      if (length > this.end - this.position) this.fail('truncated')
      else this.position += length
      return
    }
    if (depth >= MAX_SKIP_DEPTH) this.fail('malformed', at)
    if (kind & PAIRS) length *= 2
    // Each value takes a byte at least, so that the bytes that are there bound the loop.
    for (let index = 0; index < length && this.failure === undefined; index++) this.skip(depth + 1)
  }
}
