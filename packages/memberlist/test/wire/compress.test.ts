import { describe, expect, it } from 'vitest'
import { CompressView, compress, decodeCompress } from '../../src/wire/compress.ts'
import { lzwDecompress } from '../../src/wire/lzw.ts'
import { Reader } from '../../src/wire/reader.ts'
import { type SampleName, samples } from './samples.ts'

const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'))

describe('a compress message', () => {
  it('is the one that Go writes', () => {
    const message = compress(fromHex('f4030a61626306'))
    expect(Buffer.from(message).toString('hex')).toBe(
      '0982a4416c676f00a3427566ab00e90d501046cc18030101',
    )
  })

  it.each<[SampleName, number, string]>([
    ['letters', 20, 'b9'],
    ['letters', 4_095, 'da08e9'],
    ['noise', 65_536, 'db00015dfb'],
  ])('has the old raw header for %s of %i bytes', (name, length, rawHeader) => {
    const message = compress(samples[name](length))
    expect(Buffer.from(message.subarray(12, 12 + rawHeader.length / 2)).toString('hex')).toBe(
      rawHeader,
    )
    const reader = new Reader()
    const view = new CompressView()
    reader.reset(message, 1)
    expect(decodeCompress(reader, view)).toBe(true)
    expect(view.algorithm).toBe(0)
    const plain = lzwDecompress(message, length, view.buffer.start, view.buffer.end)
    expect(plain).toEqual(samples[name](length))
  })

  it('may have its keys in any order and others between them', () => {
    const reader = new Reader()
    const view = new CompressView()
    reader.reset(fromHex('83a3427566a2beefa15893c0c301a4416c676f07'))
    expect(decodeCompress(reader, view)).toBe(true)
    expect([view.algorithm, Buffer.from(view.buffer.view()).toString('hex')]).toEqual([7, 'beef'])
  })

  it.each([
    ['', 'truncated'],
    ['82a4416c676f00a3427566', 'truncated'],
    ['82a4416c676f00a3427566a5beef', 'truncated'],
    ['82a4416c676fcd0100a3427566a0', 'out-of-range'],
    ['82a4416c676f00a342756607', 'malformed'],
  ])('is refused when it is %s', (hex, reason) => {
    const reader = new Reader()
    reader.reset(fromHex(hex))
    expect(decodeCompress(reader, new CompressView())).toBe(false)
    expect(reader.failure).toBe(reason)
  })
})
