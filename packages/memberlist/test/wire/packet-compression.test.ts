import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compress } from '../../src/wire/compress.ts'
import { smallestCompressed } from '../../src/wire/packet-compression.ts'
import { writePing } from '../../src/wire/ping.ts'
import { Writer } from '../../src/wire/writer.ts'

describe('the lower bound of a compressed size', () => {
  it('is never above what compression gives', () => {
    const noise = fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' })
    const letters = fc.array(fc.constantFrom(65, 66, 67), {
      minLength: 1,
      maxLength: 900,
      size: 'max',
    })
    const words = fc
      .tuple(fc.array(fc.string({ minLength: 1, maxLength: 9 }), { minLength: 1, maxLength: 5 }))
      .chain(([each]) => fc.array(fc.constantFrom(...each), { minLength: 1, maxLength: 200 }))
      .map((all) => Buffer.from(all.join('')))
    const blocks = fc
      .tuple(fc.nat(255), fc.integer({ min: 1, max: 20_000 }))
      .map(([fill, length]) => new Uint8Array(length).fill(fill))
    fc.assert(
      fc.property(
        fc.oneof(
          noise,
          letters.map((all) => Uint8Array.from(all)),
          words,
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

  it('settles a ping without an attempt, also where names are much alike', () => {
    for (const [node, source] of [
      ['bellatrix-', 'orion-7'],
      ['member-0932', 'member-0931'],
    ]) {
      const writer = new Writer(128)
      const address = Uint8Array.of(10, 1, 0, 9)
      writePing(writer, 70_000, Buffer.from(node), address, 7_946, Buffer.from(source))
      const ping = writer.take()
      expect(smallestCompressed(ping)).toBeGreaterThanOrEqual(ping.length)
    }
  })
})
