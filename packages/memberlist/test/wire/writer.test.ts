import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Writer } from '../../src/wire/writer.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

function written(write: (writer: Writer) => void): string {
  const writer = new Writer(16)
  write(writer)
  return hex(writer.take())
}

describe('an unsigned field takes the shortest unsigned form', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, 'cc80'],
    [255, 'ccff'],
    [256, 'cd0100'],
    [65_535, 'cdffff'],
    [65_536, 'ce00010000'],
    [4_294_967_295, 'ceffffffff'],
  ])('%d', (value, expected) => {
    expect(written((writer) => writer.unsigned(value))).toBe(expected)
  })
})

describe('an int field takes signed forms, though positive', () => {
  it.each([
    [0, '00'],
    [127, '7f'],
    [128, 'd10080'],
    [32_767, 'd17fff'],
    [32_768, 'd200008000'],
    [2_147_483_647, 'd27fffffff'],
    [2_147_483_648, 'd30000000080000000'],
    [Number.MAX_SAFE_INTEGER, 'd3001fffffffffffff'],
  ])('%d', (value, expected) => {
    expect(written((writer) => writer.integer(value))).toBe(expected)
  })
})

describe('strings and bytes are both raw, in the forms from before 2013', () => {
  it.each([
    [0, 'a0'],
    [1, 'a1'],
    [24, 'b8'],
    [25, 'b9'],
    [31, 'bf'],
    [32, 'da0020'],
    [65_535, 'daffff'],
    [65_536, 'db00010000'],
  ])('%d bytes', (length, header) => {
    const value = new Uint8Array(length).fill(0x61)
    expect(written((writer) => writer.string(value))).toBe(header + '61'.repeat(length))
    expect(written((writer) => writer.optional(value))).toBe(header + '61'.repeat(length))
  })

  it('and nil is not empty', () => {
    expect(written((writer) => writer.optional(undefined))).toBe('c0')
    expect(written((writer) => writer.optional(new Uint8Array(0)))).toBe('a0')
  })
})

describe('a writer', () => {
  it('grows to what is written, and keeps what was', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }), (parts) => {
        const writer = new Writer(1)
        for (const part of parts) writer.raw(part)
        expect(hex(writer.take())).toBe(hex(Buffer.concat(parts)))
      }),
    )
  })

  it('writes a part of an array', () => {
    const source = Uint8Array.from({ length: 100 }, (_, index) => index)
    expect(written((writer) => writer.raw(source, 2, 5))).toBe('020304')
    expect(written((writer) => writer.raw(source, 60))).toBe(hex(source.subarray(60)))
  })

  it('gives a view that the next message overwrites, or a copy that it does not', () => {
    const writer = new Writer()
    writer.u8(1)
    const view = writer.view()
    const copy = writer.take()
    writer.reset()
    writer.u8(2)
    expect(hex(view)).toBe('02')
    expect(hex(copy)).toBe('01')
  })
})
