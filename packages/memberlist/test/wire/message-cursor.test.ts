import { describe, expect, it } from 'vitest'
import { compress } from '../../src/wire/compress.ts'
import { lzwCompress } from '../../src/wire/lzw.ts'
import { MAX_NESTED_LAYERS, MessageCursor } from '../../src/wire/message-cursor.ts'
import { PACKET_DECOMPRESSED_BYTES } from '../../src/wire/packet.ts'
import { concat } from './any-msgpack.ts'

const user = (...payload: readonly number[]): Uint8Array => Uint8Array.of(8, ...payload)

function compound(...parts: readonly Uint8Array[]): Uint8Array {
  const lengths = parts.flatMap((part) => [part.length >>> 8, part.length & 0xff])
  return concat([7, parts.length], lengths, ...parts)
}

/** Messages as type:payload, refusals by their reason. */
function walk(bytes: Uint8Array, cursor = new MessageCursor()): string[] {
  const seen: string[] = []
  cursor.reset(bytes, 0, bytes.length)
  while (cursor.next()) {
    const payload = Buffer.from(cursor.bytes).toString('hex', cursor.start, cursor.end)
    seen.push(cursor.failure ?? `${cursor.type}:${payload}`)
  }
  return seen
}

describe('the messages of a packet', () => {
  it('are one where there is no compound', () => {
    expect(walk(user(1, 2))).toEqual(['8:0102'])
    expect(walk(user())).toEqual(['8:'])
  })

  it('are the parts of a compound, each standing alone', () => {
    expect(walk(compound(user(1), new Uint8Array(0), user(2)))).toEqual(['8:01', 'empty', '8:02'])
    expect(walk(compound())).toEqual([])
  })

  it('are those that are whole of a compound that is cut off', () => {
    const bytes = compound(user(1), user(2))
    expect(walk(bytes.subarray(0, bytes.length - 1))).toEqual(['8:01', 'truncated'])
    expect(walk(bytes.subarray(0, 5))).toEqual(['truncated'])
  })

  it('are also those of a compound, or of a compression, within one', () => {
    expect(walk(compound(user(1), compound(user(2), user(3)), user(4)))).toEqual([
      '8:01',
      '8:02',
      '8:03',
      '8:04',
    ])
    expect(walk(compound(user(1), compress(compound(user(2), user(3))), user(4)))).toEqual([
      '8:01',
      '8:02',
      '8:03',
      '8:04',
    ])
    expect(walk(compress(compress(user(1))))).toEqual(['8:01'])
  })

  it('are not affected by a broken part beside them', () => {
    const broken = compound(user(9), user(9)).subarray(0, 7)
    const unreadable = Uint8Array.of(9, 0x81)
    expect(walk(compound(user(1), broken, unreadable, user(4)))).toEqual([
      '8:01',
      'truncated',
      'truncated',
      '8:04',
    ])
  })

  it('are looked for through so many layers and no more', () => {
    let compounds = user(1)
    let compressions = user(1)
    let mixed = user(1)
    for (let layers = 1; layers <= MAX_NESTED_LAYERS; layers++) {
      compounds = compound(compounds)
      compressions = compress(compressions)
      mixed = layers % 2 === 0 ? compress(mixed) : compound(mixed)
    }
    expect(walk(compounds)).toEqual(['8:01'])
    expect(walk(compressions)).toEqual(['8:01'])
    expect(walk(mixed)).toEqual(['8:01'])
    expect(walk(compound(compounds, user(2)))).toEqual(['nested', '8:02'])
    expect(walk(compress(compressions))).toEqual(['nested'])
    expect(walk(compress(mixed))).toEqual(['nested'])
  })

  it('are what was decompressed up to a limit for all parts together', () => {
    const half = compress(new Uint8Array(PACKET_DECOMPRESSED_BYTES / 2).fill(8))
    expect(
      walk(compound(half, half, compress(user(1)), user(2))).map((each) => each.slice(0, 9)),
    ).toEqual(['8:0808080', '8:0808080', 'too-large', '8:02'])
  })

  it('are not read from a compression that is unknown, broken or empty', () => {
    const algorithm = compress(user(1))
    algorithm[7] = 1
    expect(walk(compound(algorithm, user(2)))).toEqual(['compression', '8:02'])
    const cut = compress(user(1))
    cut[cut.length - 1] = 0xff
    expect(walk(compound(cut, user(2)))).toEqual(['compression', '8:02'])
    expect(lzwCompress(new Uint8Array(0)).length).toBeGreaterThan(0)
    expect(walk(compress(new Uint8Array(0)))).toEqual(['empty'])
  })

  it('are those of the last reset, wherever the walk before stopped', () => {
    const cursor = new MessageCursor()
    const nested = compound(compound(user(1), user(2)), user(3))
    cursor.reset(nested, 0, nested.length)
    cursor.next()
    expect(walk(user(7), cursor)).toEqual(['8:07'])
    expect(cursor.next()).toBe(false)
  })

  it('are none of nothing', () => {
    expect(walk(new Uint8Array(0))).toEqual(['empty'])
  })
})
