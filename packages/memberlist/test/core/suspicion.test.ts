import { describe, expect, it } from 'vitest'
import { NodeRecord, Registry } from '../../src/core/registry.ts'
import { Suspicion } from '../../src/core/suspicion.ts'
import { Span } from '../../src/wire/span.ts'

const registry = new Registry(1)

function span(text: string): Span {
  const bytes = Buffer.from(text)
  const result = new Span()
  result.set(bytes, 0, bytes.length)
  return result
}

function begin({ expected = 2, from = 'a', now = 100 } = {}): Suspicion {
  const name = registry.intern(Buffer.from('x'), 0, 1)
  const record = new NodeRecord(name, new Uint8Array(4), 1, undefined, new Uint8Array(6), '0.0.0.0')
  return new Suspicion(0, record, 7, span(from), expected, 4_000, 24_000, now)
}

describe('Suspicion', () => {
  it('ends after its longest time when nobody confirms it', () => {
    expect(begin().deadline).toBe(24_100)
  })

  it('ends after its shortest time when no confirmation is waited for', () => {
    expect(begin({ expected: 0 }).deadline).toBe(4_100)
  })

  it('gets shorter with each confirmation, and is shortest with all that are waited for', () => {
    const suspicion = begin()
    expect(suspicion.confirm(span('b'))).toBe(true)
    expect(suspicion.deadline).toBe(100 + 11_381)
    expect(suspicion.confirm(span('c'))).toBe(true)
    expect(suspicion.deadline).toBe(100 + 4_000)
  })

  it('counts each accuser once, and the first of them never', () => {
    const suspicion = begin()
    expect(suspicion.confirm(span('a'))).toBe(false)
    expect(suspicion.confirm(span('b'))).toBe(true)
    expect(suspicion.confirm(span('b'))).toBe(false)
    expect(suspicion.confirmations).toBe(1)
  })

  it('takes no more confirmations than it waits for, which bounds what it keeps', () => {
    const suspicion = begin()
    for (let accuser = 0; accuser < 1_000; accuser++) suspicion.confirm(span(`b${accuser}`))
    expect(suspicion.confirmations).toBe(2)
    expect(suspicion.from.map((name) => Buffer.from(name).toString())).toEqual(['a', 'b0', 'b1'])
  })

  it('keeps its own copy of the accusers, not the packet that they came in', () => {
    const packet = Buffer.from('ab')
    const from = new Span()
    from.set(packet, 0, 1)
    const suspicion = begin()
    from.set(packet, 1, 2)
    suspicion.confirm(from)
    packet.fill(0)
    expect(Buffer.from(suspicion.from[1]).toString()).toBe('b')
  })
})
