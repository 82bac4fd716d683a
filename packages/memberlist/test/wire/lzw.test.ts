import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LzwDecoder, LzwEncoder, lzwCompress, lzwDecompress } from '../../src/wire/lzw.ts'
import { type SampleName, samples } from './samples.ts'

const LIMIT = 40 * 1024 * 1024

/** What Go's compress/lzw writes (LSB, 8 bits) for inputs given in hex. */
const shortGoldens: [string, string][] = [
  ['', '000302'],
  ['00', '00010404'],
  ['ff', '00ff0504'],
  ['6161', '00c3840908'],
  ['616161616161', '00c3081c1810'],
  ['f4030a61626306', '00e90d501046cc18030101'],
  ['000102030405060708090a0b0c0d0e0f', '00010410308040010307102450b0804103070f0202'],
]

/**
 * Length and SHA-256 of what Go writes for longer ones. At 3,956 bytes of noise and 10,261
 * letters the last code is the 3,838th: a clear goes out between it and the end code.
 */
const longGoldens: [SampleName, number, number, string][] = [
  ['noise', 3955, 5407, '818ce1777ffe326d'],
  ['noise', 3956, 5410, '0a4f845cd2df4247'],
  ['noise', 3957, 5411, 'fc7bcba6e8927860'],
  ['noise', 4096, 5567, '18122e498b68c4e2'],
  ['noise', 7700, 10530, 'f4deafce53044216'],
  ['noise', 65536, 89595, 'e74df79a91838162'],
  ['noise', 1048576, 1435770, 'df3da72bfbe1aaa3'],
  ['letters', 4095, 2281, 'fc4c7480fb9a810d'],
  ['letters', 10260, 5407, '60d07d4eb0dc6213'],
  ['letters', 10261, 5410, '39acb82ae28635d7'],
  ['letters', 10262, 5410, '526201104f8dc48b'],
  ['letters', 30000, 15855, '01886560378f952d'],
  ['letters', 300000, 158316, '4d807c4f7df71e6b'],
  ['zeros', 100, 18, '1e17d79900e8eef6'],
  ['zeros', 7000, 135, '921c97ea034864b5'],
  ['zeros', 2097152, 2723, '5b837633ae7f959f'],
  ['words', 1400, 800, 'a3c52c76bcb7b8e8'],
  ['words', 20000, 4831, 'dc8f574b94da743b'],
  ['words', 1048576, 246846, '0176c1e43b0348dc'],
]

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16)

/** Codes packed as the format has it, each with its width, for streams that no writer makes. */
function pack(codes: [code: number, width: number][]): Uint8Array {
  let bits = 0n
  let count = 0n
  for (const [code, width] of codes) {
    bits |= BigInt(code) << count
    count += BigInt(width)
  }
  const bytes: number[] = []
  for (; count > 0n; count -= 8n) {
    bytes.push(Number(bits & 255n))
    bits >>= 8n
  }
  return Uint8Array.from(bytes)
}

/** The width at which the code after `codes` codes is read. */
function widthAfter(codes: number): number {
  return Math.min(12, (257 + codes).toString(2).length)
}

/** Input of any length up to a few tables' worth, with as much repetition as wanted. */
const input = fc
  .tuple(fc.integer({ min: 1, max: 256 }), fc.integer({ min: 0, max: 30_000 }), fc.nat())
  .map(([alphabet, length, seed]) => {
    let state = seed | 1
    return Uint8Array.from({ length }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return (state >>> 16) % alphabet
    })
  })

describe('the LZW writer', () => {
  it.each(shortGoldens)('writes what Go writes for %s', (plain, compressed) => {
    expect(Buffer.from(lzwCompress(fromHex(plain))).toString('hex')).toBe(compressed)
  })

  it.each(longGoldens)('writes what Go writes for %s of %i bytes', (name, length, size, hash) => {
    const compressed = lzwCompress(samples[name](length))
    expect([compressed.length, digest(compressed)]).toEqual([size, hash])
  })

  it('gives the same bytes wherever its input is cut', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 7_000 }), { minLength: 1, maxLength: 20 })
    const encoder = new LzwEncoder()
    fc.assert(
      fc.property(input, cuts, (bytes, sizes) => {
        encoder.reset()
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const end = Math.min(bytes.length, at + (sizes[turn % sizes.length] ?? 1))
          encoder.write(bytes, at, end)
          at = end
        }
        expect(Buffer.compare(encoder.finish(), lzwCompress(bytes))).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('takes a part of a buffer', () => {
    const bytes = samples.words(500)
    const encoder = new LzwEncoder()
    encoder.write(bytes, 100, 400)
    expect([...encoder.finish()]).toEqual([...lzwCompress(bytes.slice(100, 400))])
  })
})

describe('the LZW reader', () => {
  it('gives back whatever was written', () => {
    fc.assert(
      fc.property(input, (bytes) => {
        const back = lzwDecompress(lzwCompress(bytes), LIMIT)
        expect(typeof back === 'string' ? back : Buffer.compare(back, bytes)).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('gives the same bytes wherever its input is cut and its output is paused', () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(input, cuts, fc.integer({ min: 1, max: 5_000 }), (bytes, sizes, outputBytes) => {
        const compressed = lzwCompress(bytes)
        const decoder = new LzwDecoder(LIMIT, 1)
        for (let at = 0, turn = 0; at < compressed.length; turn++) {
          const end = Math.min(compressed.length, at + (sizes[turn % sizes.length] ?? 1))
          while (at < end) {
            const before = decoder.length
            at = decoder.decode(compressed, at, end, outputBytes)
            expect(decoder.length - before).toBeLessThan(outputBytes + 3_839)
          }
        }
        expect(decoder.finished).toBe(true)
        expect(Buffer.compare(decoder.output(), bytes)).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('needs no clear at the start', () => {
    expect(
      lzwDecompress(
        pack([
          [97, 9],
          [258, 9],
          [257, 9],
        ]),
        LIMIT,
      ),
    ).toEqual(fromHex('616161'))
  })

  it('ignores what follows the end code', () => {
    const bytes = Buffer.concat([lzwCompress(fromHex('010203')), Buffer.from('ffffff', 'hex')])
    expect(lzwDecompress(bytes, LIMIT)).toEqual(fromHex('010203'))
  })

  it('adds no phrase to a full table until a clear', () => {
    const codes: [number, number][] = []
    for (let index = 0; index < 4_500; index++) codes.push([index & 255, widthAfter(index)])
    // 3,838 codes make 3,837 phrases and the byte of one more; phrase 4,095 is the last there is.
    codes.push([4_095, 12], [4_095, 12], [256, 12], [1, 9], [258, 9], [257, 9])
    const expected = Array.from({ length: 4_500 }, (_, index) => index & 255)
    const last = 4_095 - 258
    const phrase = [last & 255, (last + 1) & 255]
    expected.push(...phrase, ...phrase, 1, 1, 1)
    expect(lzwDecompress(pack(codes), LIMIT)).toEqual(Uint8Array.from(expected))
  })

  it('refuses a code that nothing has defined yet', () => {
    const streams: [number, number][][] = [
      [[258, 9]],
      [
        [256, 9],
        [258, 9],
        [257, 9],
      ],
      [
        [97, 9],
        [259, 9],
        [257, 9],
      ],
      [
        [97, 9],
        [258, 9],
        [256, 9],
        [97, 9],
        [259, 9],
        [257, 9],
      ],
    ]
    for (const codes of streams) expect(lzwDecompress(pack(codes), LIMIT)).toBe('compression')
  })

  it('refuses a stream that stops before its end code, at every byte', () => {
    const compressed = lzwCompress(samples.words(300))
    for (let length = 0; length < compressed.length - 1; length++) {
      expect(lzwDecompress(compressed.subarray(0, length), LIMIT)).toBe('compression')
    }
  })

  it('allows output up to its limit and not a byte more', () => {
    const compressed = lzwCompress(samples.zeros(100_000))
    expect(lzwDecompress(compressed, 100_000)).toEqual(samples.zeros(100_000))
    expect(lzwDecompress(compressed, 99_999)).toBe('too-large')
  })

  it('makes room for twice what came out and a phrase, and never for more than its limit', () => {
    const bomb = lzwCompress(samples.zeros(3_000_000))
    const decoder = new LzwDecoder(2_000_000)
    expect(decoder.capacity).toBeLessThanOrEqual(4_096)
    for (let at = 0; at < bomb.length && decoder.failure === undefined; ) {
      at = decoder.decode(bomb, at, bomb.length, 10_000)
      expect(decoder.capacity).toBeLessThanOrEqual(Math.max(4_096, decoder.length * 2 + 7_676))
    }
    expect(decoder.failure).toBe('too-large')
    expect(decoder.capacity).toBeLessThanOrEqual(2_000_000)
  })

  it('answers any bytes with output or a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const output = lzwDecompress(bytes, 10_000)
        if (typeof output === 'string') expect(['compression', 'too-large']).toContain(output)
        else expect(output.length).toBeLessThanOrEqual(10_000)
      }),
      { numRuns: 500 },
    )
  })
})
