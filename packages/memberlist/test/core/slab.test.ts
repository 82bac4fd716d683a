import { describe, expect, it } from 'vitest'
import { Slab } from '../../src/core/slab.ts'

describe('a slab', () => {
  it('keeps copies that neither the source nor each other changes', () => {
    const slab = new Slab()
    const source = Buffer.alloc(200)
    const kept: Uint8Array[] = []
    for (let round = 0; round < 100; round++) {
      source.fill(round)
      kept.push(slab.copy(source, 10, 10 + (round % 90)))
    }
    kept[50].fill(0xff)
    for (const [round, bytes] of kept.entries()) {
      expect(bytes.length).toBe(round % 90)
      expect(bytes.every((each) => each === (round === 50 ? 0xff : round))).toBe(true)
    }
  })

  it('puts many short copies into one block, and a block is never more than a kilobyte', () => {
    const slab = new Slab()
    const name = Buffer.from('web-0001.example')
    const blocks = new Set<ArrayBufferLike>()
    for (let index = 0; index < 640; index++) blocks.add(slab.copy(name, 0, name.length).buffer)
    expect(blocks.size).toBe(10)
    for (const block of blocks) expect(block.byteLength).toBe(1_024)
  })

  it('gives what is long memory of its own, which holds nothing else', () => {
    const slab = new Slab()
    const short = slab.copy(Buffer.from('short'), 0, 5)
    const long = slab.copy(Buffer.alloc(600, 7), 50, 550)
    expect(long).toEqual(new Uint8Array(500).fill(7))
    expect(long.buffer.byteLength).toBe(500)
    expect(Buffer.from(short).toString()).toBe('short')
  })
})
