import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_STRUCT_VALUES, ValueWalker } from '../../src/wire/value-walker.ts'
import { anyValue, concat } from './any-msgpack.ts'
import { fromHex } from './stream-samples.ts'

describe('a value that is still coming', () => {
  it('is passed exactly when its last byte is there', () => {
    fc.assert(
      fc.property(anyValue, fc.uint8Array({ maxLength: 3 }), (value, rest) => {
        const bytes = concat([0x55], value, rest)
        const walker = new ValueWalker()
        walker.reset(1)
        for (let end = 1; end < 1 + value.length; end++) {
          expect(walker.walk(bytes, end)).toBe('more')
        }
        expect(walker.walk(bytes, bytes.length)).toBe('done')
        expect(walker.position).toBe(1 + value.length)
      }),
      { numRuns: 400 },
    )
  })

  it('is refused when it has more values than a struct may have', () => {
    const walker = new ValueWalker()
    const nested = new Uint8Array(MAX_STRUCT_VALUES - 1).fill(0x91)
    walker.reset(0)
    expect(walker.walk(nested, nested.length)).toBe('more')
    const deeper = concat(nested, [0x91])
    expect(walker.walk(deeper, deeper.length)).toBe('malformed')
  })

  it.each([
    ['c1', 'malformed'],
    ['dfffffffff', 'malformed'],
    ['dd00100000', 'malformed'],
    ['dbffffffff', 'too-large'],
    ['c6ffffffff', 'too-large'],
    ['c9ffffffff', 'too-large'],
    ['de0002', 'more'],
    ['da', 'more'],
    ['db03c00000', 'more'],
  ])('is judged by its first bytes: %s', (hex, outcome) => {
    const bytes = fromHex(hex)
    expect(new ValueWalker().walk(bytes, bytes.length)).toBe(outcome)
  })
})
