import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { kvLimits } from '../../src/limits.ts'
import { decodeMessage, encodeMessage, isKvMessage } from '../../src/wire/message.ts'
import type { KvMessage } from '../../src/wire/message-types.ts'
import { decodeRecord, encodeRecord } from '../../src/wire/record.ts'
import { draft, outgoing } from './samples.ts'

/** Without the difference between a Buffer and a Uint8Array. */
function plain(thing: unknown): unknown {
  if (thing instanceof Uint8Array) return [...thing]
  if (Array.isArray(thing)) return thing.map(plain)
  if (typeof thing !== 'object' || thing === null) return thing
  return Object.fromEntries(Object.entries(thing).map(([name, value]) => [name, plain(value)]))
}

describe('messages', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(draft, (sent) => {
        const decoded = decodeMessage(encodeMessage('api-1', sent))
        if ('refusal' in decoded) throw new Error(decoded.refusal)
        expect(decoded.sender).toBe('api-1')
        const { message } = decoded
        if (!('entries' in sent) || !('entries' in message)) {
          expect(plain(message)).toEqual(plain(sent))
          return
        }
        const { entries, ...rest } = sent
        expect(plain({ ...message, entries: [] })).toEqual(plain({ ...rest, entries: [] }))
        expect(
          message.entries.map(({ key, sequence, stamp }) => ({ key, sequence, stamp })),
        ).toEqual(entries.map(({ write: { key, sequence, stamp } }) => ({ key, sequence, stamp })))
      }),
    )
  })

  it('are told from all that an application or the Go example sends', () => {
    expect(isKvMessage(new TextEncoder().encode('d[{"Action":"add"}]'))).toBe(false)
    expect(isKvMessage(new TextEncoder().encode('\u{f5}hkv\u0001'))).toBe(false)
    expect(isKvMessage(new Uint8Array(0))).toBe(false)
    expect(isKvMessage(encodeMessage('a', { type: 'gossip', entries: [] }))).toBe(true)
  })

  it('of another version are refused as such', () => {
    const bytes = encodeMessage('a', { type: 'gossip', entries: [] })
    bytes[4] = 2
    expect(decodeMessage(bytes)).toEqual({ refusal: 'version' })
  })

  it('have the bytes that the grammar says', () => {
    const ack = encodeMessage('ab', {
      type: 'ack',
      originId: '0102030405060708',
      sequences: [1, 300],
    })
    expect(Buffer.from(ack).toString('hex')).toBe('f5686b7601050261620102030405060708' + '0201ac02')
  })

  it('never make the decoder throw, whatever the bytes are', () => {
    const prefix = [0xf5, 0x68, 0x6b, 0x76, 1]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(6), (bytes, type) => {
        decodeMessage(bytes)
        decodeMessage(Uint8Array.from([...prefix, type, ...bytes]))
        decodeRecord(bytes)
      }),
      { numRuns: 1_000 },
    )
  })

  it('that were spoiled or cut off are refused, or are another message within the limits', () => {
    const spoil = fc.record({ at: fc.nat(), byte: fc.nat(255), cut: fc.boolean() })
    fc.assert(
      fc.property(draft, spoil, (sent, { at, byte, cut }) => {
        const whole = encodeMessage('api-1', sent)
        const bytes = Uint8Array.from(cut ? whole.subarray(0, at % whole.length) : whole)
        if (bytes.length > 0) bytes[at % bytes.length] = byte
        const decoded = decodeMessage(bytes)
        if (!('refusal' in decoded)) checkLimits(decoded.message)
      }),
      { numRuns: 1_000 },
    )
  })

  it('that claim more than they have are refused before anything is made of it', () => {
    const claims = [0xf5, 0x68, 0x6b, 0x76, 1, 2, 1, 0x61, 0xff, 0xff, 0xff, 0xff, 0x0f]
    expect(decodeMessage(Uint8Array.from(claims))).toEqual({ refusal: 'malformed' })
  })
})

describe('records', () => {
  it('come out as they went in', () => {
    fc.assert(
      fc.property(outgoing, ({ write, origin }) => {
        const entry = decodeRecord(encodeRecord(write, origin))
        expect(plain(entry)).toEqual(
          plain({ ...write, originId: origin.id, originName: origin.name, isHead: false }),
        )
      }),
    )
  })

  it('of another version, or with more behind them, are not read', () => {
    const write = {
      key: 'a',
      stamp: { ms: 1, counter: 0 },
      sequence: 1,
      kind: 'deleted' as const,
      value: undefined,
      expiresAt: 0,
    }
    const record = encodeRecord(write, { id: '0102030405060708', name: 'a' })
    expect(decodeRecord(Uint8Array.from([...record, 0]))).toBeUndefined()
    expect(decodeRecord(Uint8Array.from([2, ...record.subarray(1)]))).toBeUndefined()
  })
})

function checkLimits(message: KvMessage): void {
  if (!('entries' in message)) return
  for (const { key, value, kind } of message.entries) {
    expect(Buffer.byteLength(key)).toBeLessThanOrEqual(kvLimits.keyBytes)
    expect(key.isWellFormed()).toBe(true)
    if (kind !== 'value') expect(value).toBeUndefined()
  }
}
