import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Name, type NodeRecord, Registry, recordOf } from '../../src/core/registry.ts'
import { Span } from '../../src/wire/span.ts'

function intern(registry: Registry, text: string): Name {
  const bytes = Buffer.from(text, 'latin1')
  const name = registry.intern(bytes, 0, bytes.length)
  registry.retain(name)
  return name
}

const find = (registry: Registry, text: string): Name | undefined =>
  registry.find(Buffer.from(text, 'latin1'), 0, text.length)

function span(bytes: Uint8Array | undefined): Span {
  const result = new Span()
  if (bytes !== undefined) result.set(bytes, 0, bytes.length)
  return result
}

describe('Registry', () => {
  it('gives the same name for the same bytes, wherever in a packet they are', () => {
    const registry = new Registry(1)
    const name = intern(registry, 'web-1')
    const packet = Buffer.from('..web-1..')
    expect(registry.intern(packet, 2, 7)).toBe(name)
    expect(registry.size).toBe(1)
  })

  it('keeps names apart that differ only in bytes that are no UTF-8', () => {
    const registry = new Registry(1)
    const one = intern(registry, 'a\xff')
    const other = intern(registry, 'a\xfe')
    expect(one).not.toBe(other)
    expect(one.text).not.toBe(other.text)
  })

  it('keeps a name as long as it is held as often as it was let go of', () => {
    const registry = new Registry(1)
    const name = intern(registry, 'a')
    registry.retain(name)
    registry.release(name)
    expect(find(registry, 'a')).toBe(name)
    registry.release(name)
    expect(find(registry, 'a')).toBeUndefined()
    expect(registry.size).toBe(0)
  })

  it('does no harm when a name is let go of once too often', () => {
    const registry = new Registry(1)
    const name = intern(registry, 'a')
    const other = intern(registry, 'b')
    registry.release(name)
    registry.release(name)
    expect(registry.size).toBe(1)
    expect(intern(registry, 'c').id).not.toBe(intern(registry, 'd').id)
    expect(find(registry, 'b')).toBe(other)
  })

  it('gives the ids of released names out again, so that they stay dense', () => {
    const registry = new Registry(1)
    for (let round = 0; round < 50; round++) {
      const names = Array.from({ length: 20 }, (_, index) => intern(registry, `${round}.${index}`))
      expect(Math.max(...names.map(({ id }) => id))).toBeLessThan(20)
      for (const name of names) registry.release(name)
    }
  })

  it('copies a name out of the packet, also when the packet is a Buffer', () => {
    const registry = new Registry(1)
    const packet = Buffer.from('web-1')
    const name = registry.intern(packet, 0, 5)
    packet.fill(0)
    expect(name.text).toBe('web-1')
    expect(name.bytes.buffer).not.toBe(packet.buffer)
    expect(name.bytes.buffer.byteLength).toBeLessThanOrEqual(1_024)
  })

  it('finds each of many names, whatever was let go of in between', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 300 })), { maxLength: 600 }),
        (seed, steps) => {
          const registry = new Registry(seed)
          const held = new Map<string, Name>()
          for (const [take, number] of steps) {
            const text = `name ${number}`
            const name = held.get(text)
            if (take && name === undefined) held.set(text, intern(registry, text))
            if (!take && name !== undefined) {
              registry.release(name)
              held.delete(text)
            }
          }
          expect(registry.size).toBe(held.size)
          for (const [text, name] of held) expect(find(registry, text)).toBe(name)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('spreads names evenly over its buckets, seed by seed in another way', () => {
    const hashes = (seed: number): number[] =>
      Array.from({ length: 64 }, (_, index) => intern(new Registry(seed), `web-${index}`).hash & 63)
    expect(new Set(hashes(1)).size).toBeGreaterThan(30)
    expect(hashes(1)).not.toEqual(hashes(2))
  })
})

describe('recordOf', () => {
  const registry = new Registry(1)
  const name = intern(registry, 'a')
  const versions = Uint8Array.of(1, 5, 2, 0, 0, 0)

  function record(change: {
    address?: number[]
    port?: number
    meta?: Uint8Array | undefined
    versions?: Uint8Array
  }): NodeRecord {
    return recordOf(
      registry.bytes,
      name,
      span(Uint8Array.from(change.address ?? [10, 0, 0, 1])),
      change.port ?? 7946,
      span('meta' in change ? change.meta : Buffer.from('m')),
      span(change.versions ?? versions),
    )
  }

  it('gives the record that is there already when all is the same', () => {
    expect(record({})).toBe(record({}))
  })

  it.each([
    ['address', { address: [10, 0, 0, 2] }],
    ['form of the address', { address: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1] }],
    ['port', { port: 7947 }],
    ['metadata', { meta: Buffer.from('n') }],
    ['nil metadata', { meta: undefined }],
    ['versions', { versions: Uint8Array.of(1, 5, 3, 0, 0, 0) }],
    ['missing versions', { versions: Uint8Array.of(1, 5) }],
  ])('makes another for another %s', (_what, change) => {
    const before = record({})
    expect(record(change)).not.toBe(before)
  })

  it('tells nil metadata from empty metadata, so that each is passed on as it came', () => {
    expect(record({ meta: undefined }).meta).toBeUndefined()
    expect(record({ meta: new Uint8Array(0) }).meta).toEqual(new Uint8Array(0))
  })

  it('reads a mapped address as IPv4, and keeps its sixteen bytes', () => {
    const mapped = record({ address: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 1] })
    expect(mapped.host).toBe('10.0.0.1')
    expect(mapped.address).toHaveLength(16)
  })

  it('has no versions to pass on where none came', () => {
    expect(record({ versions: Uint8Array.of(1, 5) }).versionsOnWire).toBeUndefined()
    expect(record({}).versionsOnWire).toEqual(versions)
  })
})
