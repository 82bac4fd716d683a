import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Fields, MAX_SKIP_DEPTH, Reader, UNKNOWN_FIELD } from '../../src/wire/reader.ts'
import { Span } from '../../src/wire/span.ts'
import { anyValue, bigEndian, concat, integerForms } from './any-msgpack.ts'

function reading(...bytes: readonly number[]): Reader {
  const reader = new Reader()
  reader.reset(Uint8Array.from(bytes))
  return reader
}

describe('an integer', () => {
  it.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 2 ** 32, Number.MAX_SAFE_INTEGER])(
    'of %d is read in every form that holds it',
    (value) => {
      const reader = new Reader()
      for (const form of integerForms(value)) {
        reader.reset(form)
        expect(reader.readUnsigned(Number.MAX_SAFE_INTEGER)).toBe(value)
        expect(reader.failure).toBe(undefined)
        expect(reader.position).toBe(form.length)
      }
    },
  )

  it('is out of range above the field, also where rounding could hide it', () => {
    for (const over of [2n ** 53n, 2n ** 63n, 2n ** 64n - 1n]) {
      const reader = reading(0xcf, ...bigEndian(over, 8))
      reader.readUnsigned(Number.MAX_SAFE_INTEGER)
      expect(reader.failure).toBe('out-of-range')
      expect(reader.failureOffset).toBe(0)
    }
  })
})

describe('a failure', () => {
  it('is the first one, stays, and makes every later read fail without moving', () => {
    const reader = reading(0x01, 0xc1, 0x02, 0x03)
    expect(reader.readUnsigned(0xff)).toBe(1)
    expect(reader.readUnsigned(0xff)).toBe(0)
    expect(reader.failure).toBe('malformed')
    expect(reader.failureOffset).toBe(1)
    const span = new Span()
    span.set(Uint8Array.of(1), 0, 1)
    reader.readSpan(span)
    expect(span.isNil).toBe(true)
    expect(reader.readUnsigned(0xff)).toBe(0)
    expect(reader.readBoolean()).toBe(false)
    expect(reader.readMapHeader()).toBe(0)
    expect(reader.readField(new Fields('A'), 0)).toBe(UNKNOWN_FIELD)
    reader.skip()
    expect(reader.failure).toBe('malformed')
    expect(reader.failureOffset).toBe(1)
    expect(reader.position).toBe(reader.end)
  })

  it('is gone after a reset', () => {
    const reader = reading(0xc1)
    reader.skip()
    reader.reset(Uint8Array.of(5))
    expect(reader.readUnsigned(5)).toBe(5)
    expect(reader.failure).toBe(undefined)
  })
})

describe('a value of no interest', () => {
  it('is passed over, whatever it is', () => {
    fc.assert(
      fc.property(anyValue, fc.uint8Array({ maxLength: 4 }), (value, after) => {
        const reader = new Reader()
        reader.reset(concat(value, after))
        reader.skip()
        expect(reader.failure).toBe(undefined)
        expect(reader.position).toBe(value.length)
      }),
      { numRuns: 500 },
    )
  })

  it('is truncated wherever it is cut off', () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const reader = new Reader()
        for (let end = 0; end < value.length; end++) {
          reader.reset(value, 0, end)
          reader.skip()
          expect(reader.failure).toBe('truncated')
        }
      }),
      { numRuns: 200 },
    )
  })

  it('may nest as deep as in Go, and no deeper', () => {
    const nested = (levels: number) => concat(new Uint8Array(levels).fill(0x91), [0xc0])
    const reader = new Reader()
    reader.reset(nested(MAX_SKIP_DEPTH))
    reader.skip()
    expect(reader.failure).toBe(undefined)
    reader.reset(nested(MAX_SKIP_DEPTH + 1))
    reader.skip()
    expect(reader.failure).toBe('malformed')
    expect(reader.failureOffset).toBe(MAX_SKIP_DEPTH)
  })

  it('that promises four billion entries ends with the bytes that are there', () => {
    for (const lead of [0xdd, 0xdf]) {
      const reader = reading(lead, 0xff, 0xff, 0xff, 0xff, 1, 2, 3)
      reader.skip()
      expect(reader.failure).toBe('truncated')
    }
  })

  it('has no form 0xc1', () => {
    const reader = reading(0xc1, 0)
    reader.skip()
    expect(reader.failure).toBe('malformed')
  })
})

describe('a key', () => {
  const fields = new Fields('Node', 'Nodes', 'SeqNo')
  const key = (name: string) => [0xa0 | name.length, ...Buffer.from(name)]

  it('is found from any place in the order', () => {
    for (const [index, name] of ['Node', 'Nodes', 'SeqNo'].entries()) {
      for (const expected of [0, 1, 2, 3, 4]) {
        expect(reading(...key(name)).readField(fields, expected)).toBe(index)
      }
    }
  })

  it('is unknown when it is only the beginning of one, or begins with one, or differs in case', () => {
    for (const name of ['', 'Nod', 'NodesX', 'node', 'X']) {
      const reader = reading(...key(name), 0x07)
      expect(reader.readField(fields, 0)).toBe(UNKNOWN_FIELD)
      expect(reader.failure).toBe(undefined)
      expect(reader.readUnsigned(7)).toBe(7)
    }
  })

  it('is not looked for beyond the end that was given', () => {
    const reader = new Reader()
    reader.reset(Uint8Array.from(key('Node')), 0, 3)
    expect(reader.readField(fields, 0)).toBe(UNKNOWN_FIELD)
    expect(reader.failure).toBe('truncated')
  })

  it('is malformed when it is no text', () => {
    const reader = reading(0x05)
    expect(reader.readField(fields, 0)).toBe(UNKNOWN_FIELD)
    expect(reader.failure).toBe('malformed')
  })

  it('must fit the short form to be declared', () => {
    expect(() => new Fields('')).toThrow(RangeError)
    expect(() => new Fields('N'.repeat(32))).toThrow(RangeError)
  })
})

describe('nil, empty and absent bytes', () => {
  it('are told apart', () => {
    const span = new Span()
    const reader = reading(0xc0, 0xa0)
    reader.readSpan(span)
    expect(span.isNil).toBe(true)
    expect(span.length).toBe(0)
    reader.readSpan(span)
    expect(span.isNil).toBe(false)
    expect(span.length).toBe(0)
  })
})

describe('the range of a reader', () => {
  it('lies within its bytes, or the caller has a bug', () => {
    const reader = new Reader()
    const bytes = new Uint8Array(4)
    for (const [start, end] of [
      [-1, 4],
      [0, 5],
      [3, 2],
    ]) {
      expect(() => reader.reset(bytes, start, end)).toThrow(RangeError)
    }
  })
})
