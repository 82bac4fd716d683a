import { crc32 as crc32OfZlib } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../src/wire/checksum.ts'

describe('the checksum', () => {
  it('of the usual digits is the usual one', () => {
    expect(crc32(Buffer.from('123456789')).toString(16)).toBe('cbf43926')
    expect(crc32(new Uint8Array(0))).toBe(0)
  })

  it("is zlib's at every length and place, short and long", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400, size: 'max' }), fc.nat(20), (bytes, start) => {
        const from = Math.min(start, bytes.length)
        expect(crc32(bytes, from)).toBe(crc32OfZlib(bytes.subarray(from)))
        const to = bytes.length - Math.min(start, bytes.length - from)
        expect(crc32(bytes, from, to)).toBe(crc32OfZlib(bytes.subarray(from, to)))
      }),
      { numRuns: 300 },
    )
  })
})
