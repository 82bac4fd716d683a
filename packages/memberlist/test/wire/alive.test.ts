import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aliveLength, writeAlive } from '../../src/wire/alive.ts'
import { Writer } from '../../src/wire/writer.ts'

const bytes = (maxLength: number) => fc.uint8Array({ maxLength, size: 'max' })
const optional = (maxLength: number) => fc.option(bytes(maxLength), { nil: undefined })

describe('the length of an alive message', () => {
  it('is that of what is written', () => {
    const contents = fc.property(
      fc.integer({ min: 0, max: 0xffffffff }),
      bytes(70),
      optional(16),
      fc.integer({ min: 0, max: 0xffff }),
      optional(600),
      optional(6),
      (...content) => {
        const writer = new Writer()
        writeAlive(writer, ...content)
        expect(aliveLength(...content)).toBe(writer.position)
      },
    )
    fc.assert(contents)
  })

  it.each([0, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0xffffffff])('fits for %i', (number) => {
    const writer = new Writer()
    const content = [number, new Uint8Array(number & 0x3f), undefined, number & 0xffff] as const
    const meta = new Uint8Array(Math.min(number, 70_000))
    writeAlive(writer, ...content, meta, undefined)
    expect(aliveLength(...content, meta, undefined)).toBe(writer.position)
  })
})
