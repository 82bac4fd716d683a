import { describe, expect, it } from 'vitest'
import { bytesOfHex, hexDump, shownBytes, textOf } from '../../src/logic/bytes.ts'
import {
  formatAddress,
  formatBytes,
  formatCountdown,
  formatMs,
  formatSpan,
} from '../../src/logic/format.ts'
import { metadataLine, pairsOf } from '../../src/logic/metadata.ts'

describe('numbers for people', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [1_234, '1.23 kB'],
    [999_600, '1.00 MB'],
    [16_777_216, '16.8 MB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(formatBytes(bytes).replace(/^1 /, '1.00 ')).toBe(text)
  })

  it.each([
    [0.004, '<0.01 ms'],
    [0.456, '0.46 ms'],
    [12.34, '12.3 ms'],
    [345.6, '346 ms'],
    [1_500, '1.50 s'],
  ])('%d ms are %s', (ms, text) => {
    expect(formatMs(ms)).toBe(text)
  })

  it.each([
    [-5, '0 s'],
    [59_999, '59 s'],
    [60_000, '1 m'],
    [200_000, '3 m 20 s'],
    [18_120_000, '5 h 2 m'],
    [529_200_000, '6 d 3 h'],
    [86_405_000, '1 d'],
  ])('a span of %i ms is %s', (ms, text) => {
    expect(formatSpan(ms)).toBe(text)
  })

  it('a countdown ends at nothing', () => {
    expect([formatCountdown(1_234), formatCountdown(-1)]).toEqual(['1.2 s', '0.0 s'])
  })

  it('addresses of IPv6 are in brackets', () => {
    expect([formatAddress('10.0.0.1', 1), formatAddress('::1', 2)]).toEqual([
      '10.0.0.1:1',
      '[::1]:2',
    ])
  })
})

describe('bytes', () => {
  it('are text only where a reader can see all of it', () => {
    const bytes = (text: string) => new TextEncoder().encode(text)
    expect(textOf(bytes('größe\n\t1'))).toBe('größe\n\t1')
    expect(textOf(bytes('a\u0000b'))).toBeUndefined()
    expect(textOf(bytes('a\u202eb'))).toBeUndefined()
    expect(textOf(Uint8Array.of(0xff))).toBeUndefined()
  })

  it('are dumped sixteen to a line, up to a bound', () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, index) => index + 60)
    expect(hexDump(bytes, 18)).toBe(
      [
        '000000  3c 3d 3e 3f 40 41 42 43 44 45 46 47 48 49 4a 4b  <=>?@ABCDEFGHIJK',
        `000010  4c 4d${' '.repeat(42)}  LM`,
      ].join('\n'),
    )
  })

  it('are read from hexadecimal, or not at all', () => {
    expect(bytesOfHex('0xDE ad')).toEqual(Uint8Array.of(0xde, 0xad))
    expect([bytesOfHex('abc'), bytesOfHex('zz')]).toEqual([undefined, undefined])
  })

  it('of metadata are pairs in the usual forms, and else as they are', () => {
    expect(pairsOf('{"role":"db","n":1}')).toEqual([
      ['role', 'db'],
      ['n', '1'],
    ])
    expect(pairsOf('a=b, c=d=e')).toEqual([
      ['a', 'b'],
      ['c', 'd=e'],
    ])
    expect([pairsOf('just words'), pairsOf('{broken'), pairsOf('')]).toEqual(
      Array(3).fill(undefined),
    )
    expect(metadataLine({ text: '{"role":"db"}' })).toBe('role=db')
    expect(metadataLine({ base64: '/w==' })).toBe('0xff')
    expect(shownBytes({ text: 'x' })).toBe('x')
  })
})
