import { describe, expect, it } from 'vitest'
import { copyBytes, Span } from '../../src/wire/span.ts'

describe('a span', () => {
  it('gives a view of the bytes that it lies in, and a copy that is none, also of a Buffer', () => {
    for (const bytes of [Uint8Array.of(1, 2, 3), Buffer.from([1, 2, 3])]) {
      const span = new Span()
      span.set(bytes, 1, 3)
      const view = span.view()
      const copy = span.copy()
      const other = copyBytes(bytes)
      bytes.fill(9)
      expect([...view]).toEqual([9, 9])
      expect([...copy]).toEqual([2, 3])
      expect([...other]).toEqual([1, 2, 3])
    }
  })

  it('equals the same bytes elsewhere, and no shorter or longer ones', () => {
    const span = new Span()
    span.set(Uint8Array.of(0, 1, 2, 0), 1, 3)
    expect(span.length).toBe(2)
    expect(span.equals(Uint8Array.of(1, 2))).toBe(true)
    expect(span.equals(Uint8Array.of(1, 3))).toBe(false)
    expect(span.equals(Uint8Array.of(1))).toBe(false)
    expect(span.equals(Uint8Array.of(1, 2, 0))).toBe(false)
  })

  it('is nil and empty when cleared', () => {
    const span = new Span()
    span.set(Uint8Array.of(1), 0, 1)
    span.clear()
    expect(span.isNil).toBe(true)
    expect(span.length).toBe(0)
    expect(span.copy().length).toBe(0)
  })
})
