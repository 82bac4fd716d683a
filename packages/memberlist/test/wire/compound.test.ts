import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CompoundCursor } from '../../src/wire/compound.ts'
import { concat } from './any-msgpack.ts'

/** A compound after its type byte. */
function compound(parts: readonly Uint8Array[]): Uint8Array {
  const lengths = parts.flatMap((part) => [part.length >>> 8, part.length & 0xff])
  return concat([parts.length], lengths, ...parts)
}

function partsOf(bytes: Uint8Array, start = 0, end = bytes.length) {
  const cursor = new CompoundCursor()
  const parts: string[] = []
  const whole = cursor.reset(bytes, start, end)
  while (cursor.next()) parts.push(Buffer.from(bytes).toString('hex', cursor.start, cursor.end))
  return { whole, parts, failure: cursor.failure }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const anyParts = fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 255 })

describe('a compound', () => {
  it('gives its parts in order, empty ones too, wherever it stands', () => {
    fc.assert(
      fc.property(anyParts, fc.nat(5), fc.nat(5), (parts, before, after) => {
        const bytes = concat(new Uint8Array(before), compound(parts), new Uint8Array(after))
        expect(partsOf(bytes, before, bytes.length)).toEqual({
          whole: true,
          parts: parts.map(hex),
          failure: undefined,
        })
      }),
    )
  })

  it('that is cut off gives the whole parts before, or is refused where its lengths are cut', () => {
    fc.assert(
      fc.property(anyParts, (parts) => {
        const bytes = compound(parts)
        const header = 1 + 2 * parts.length
        for (let end = 0; end < bytes.length; end++) {
          const got = partsOf(bytes, 0, end)
          expect(got.failure).toBe('truncated')
          expect(got.whole).toBe(end >= header)
          const expected: string[] = []
          let at = header
          for (const part of parts) {
            at += part.length
            if (at <= end) expected.push(hex(part))
          }
          expect(got.parts).toEqual(expected)
        }
      }),
      { numRuns: 10 },
    )
  })

  it('of no parts is none', () => {
    expect(partsOf(Uint8Array.of(0))).toEqual({ whole: true, parts: [], failure: undefined })
  })

  it('knows how many parts are left', () => {
    const cursor = new CompoundCursor()
    cursor.reset(compound([Uint8Array.of(1), Uint8Array.of(2)]), 0, 7)
    expect(cursor.left).toBe(2)
    cursor.next()
    expect(cursor.left).toBe(1)
  })

  it('has nothing left after a part that is cut off', () => {
    const cursor = new CompoundCursor()
    cursor.reset(Uint8Array.of(2, 0, 9, 0, 1, 7), 0, 6)
    expect(cursor.next()).toBe(false)
    expect(cursor.left).toBe(0)
    expect(cursor.next()).toBe(false)
    expect(cursor.failure).toBe('truncated')
  })

  it('is forgotten when the next one is refused', () => {
    const cursor = new CompoundCursor()
    cursor.reset(compound([Uint8Array.of(1)]), 0, 4)
    expect(cursor.reset(new Uint8Array(0), 0, 0)).toBe(false)
    expect(cursor.next()).toBe(false)
    expect(cursor.failure).toBe('truncated')
  })
})
