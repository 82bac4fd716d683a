import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compress } from '../../src/wire/compress.ts'
import { smallestCompressed } from '../../src/wire/packet-compression.ts'

describe('the lower bound of a compressed size', () => {
  it('is never above what compression gives', () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' })
    const letters = fc.array(fc.constantFrom(65, 66, 67), {
      minLength: 1,
      maxLength: 900,
      size: 'max',
    })
    const blocks = fc
      .tuple(fc.nat(255), fc.integer({ min: 1, max: 20_000 }))
      .map(([fill, length]) => new Uint8Array(length).fill(fill))
    fc.assert(
      fc.property(
        fc.oneof(
          noise,
          letters.map((all) => Uint8Array.from(all)),
          blocks,
        ),
        (bytes) => {
          expect(smallestCompressed(bytes)).toBeLessThanOrEqual(compress(bytes).length)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('holds for the longest texts too, past the clear codes', () => {
    for (const length of [4_000, 10_000, 65_000]) {
      const noise = Uint8Array.from(
        { length },
        (_, index) => (index * index * 31 + index * 7) >>> 5,
      )
      expect(smallestCompressed(noise)).toBeLessThanOrEqual(compress(noise).length)
    }
  })

  it('settles a short message without an attempt', () => {
    const ping = Buffer.from(
      '0085a44e6f6465a962656c6c61747269782da55365714e6fce00011170aa536f7572636541646472a40a010009' +
        'aa536f757263654e6f6465a76f72696f6e2d37aa536f75726365506f7274cd1f0a',
      'hex',
    )
    expect(smallestCompressed(ping)).toBeGreaterThanOrEqual(ping.length)
  })
})
