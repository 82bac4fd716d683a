import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Reader } from '../../src/wire/reader.ts'
import { rejectionReasons } from '../../src/wire/rejection.ts'
import { Writer } from '../../src/wire/writer.ts'
import { anySpelling, anyValues, bytesForms, concat, valueForms } from './any-msgpack.ts'
import { type Codec, codecNamed, codecs, type Values } from './codecs.ts'

const text = new TextEncoder()
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const fromHex = (digits: string): Uint8Array => Buffer.from(digits.replaceAll(/\s/g, ''), 'hex')

const reader = new Reader()
const writer = new Writer(16)

function write(codec: Codec, values: Values): Uint8Array {
  writer.reset()
  codec.write(writer, values)
  return writer.take()
}

/** The struct of a whole message. */
const structOf = (codec: Codec, message: Uint8Array): Uint8Array =>
  codec.typed ? message.subarray(1) : message

function decode(codec: Codec, struct: Uint8Array): Values {
  reader.reset(struct)
  const values = codec.decode(reader)
  if (values === undefined) throw new Error(`${codec.name}: ${reader.failure}`)
  return values
}

/** Bytes as text: quick to compare, whatever array they are in. */
function shown(values: Values): Record<string, number | boolean | string | undefined> {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [
      field,
      value instanceof Uint8Array ? hex(value) : value,
    ]),
  )
}

/** What a round trip makes of values: nil of a string and of what is left out. */
function normal(codec: Codec, values: Values): Values {
  const out: Values = {}
  for (const field of Object.keys(codec.fields)) {
    const value = values[field]
    const empty = value instanceof Uint8Array && value.length === 0
    out[field] = empty && codec.omitted.includes(field) ? undefined : value
  }
  return out
}

// By hand, from the grammar above each codec: the type byte, a map, its keys in byte order.
const table: readonly [codec: string, values: Values, digits: string][] = [
  ['ping', { SeqNo: 1, Node: text.encode('b') }, `00 82 a4 4e6f6465 a1 62 a5 5365714e6f 01`],
  [
    'ping',
    {
      SeqNo: 70_000,
      Node: text.encode('b'),
      SourceAddr: Uint8Array.of(10, 1, 0, 9),
      SourcePort: 7946,
      SourceNode: text.encode('a'),
    },
    `00 85 a4 4e6f6465 a1 62 a5 5365714e6f ce00011170 aa 536f7572636541646472 a4 0a010009
     aa 536f757263654e6f6465 a1 61 aa 536f75726365506f7274 cd1f0a`,
  ],
  [
    'ping',
    { SeqNo: 255, Node: new Uint8Array(0), SourcePort: 200 },
    `00 83 a4 4e6f6465 a0 a5 5365714e6f ccff aa 536f75726365506f7274 ccc8`,
  ],
  [
    'indirectPing',
    {
      SeqNo: 256,
      Target: Uint8Array.of(10, 1, 0, 9),
      Port: 7946,
      Node: text.encode('b'),
      Nack: true,
    },
    `01 85 a4 4e61636b c3 a4 4e6f6465 a1 62 a4 506f7274 cd1f0a a5 5365714e6f cd0100
     a6 546172676574 a4 0a010009`,
  ],
  [
    'indirectPing',
    {
      SeqNo: 0,
      Target: new Uint8Array(0),
      Port: 0,
      Node: new Uint8Array(0),
      Nack: false,
      SourceAddr: Uint8Array.of(1, 2, 3, 4),
      SourcePort: 5,
      SourceNode: text.encode('c'),
    },
    `01 88 a4 4e61636b c2 a4 4e6f6465 a0 a4 506f7274 00 a5 5365714e6f 00
     aa 536f7572636541646472 a4 01020304 aa 536f757263654e6f6465 a1 63
     aa 536f75726365506f7274 05 a6 546172676574 a0`,
  ],
  ['ackResp', { SeqNo: 127 }, `02 82 a7 5061796c6f6164 c0 a5 5365714e6f 7f`],
  [
    'ackResp',
    { SeqNo: 128, Payload: new Uint8Array(0) },
    `02 82 a7 5061796c6f6164 a0 a5 5365714e6f cc80`,
  ],
  [
    'suspect',
    { Incarnation: 0xffffffff, Node: text.encode('b'), From: text.encode('a') },
    `03 83 a4 46726f6d a1 61 ab 496e6361726e6174696f6e ceffffffff a4 4e6f6465 a1 62`,
  ],
  [
    'dead',
    { Incarnation: 65_535, Node: Uint8Array.of(0xff), From: Uint8Array.of(0xff) },
    `05 83 a4 46726f6d a1 ff ab 496e6361726e6174696f6e cdffff a4 4e6f6465 a1 ff`,
  ],
  [
    'alive',
    {
      Incarnation: 1,
      Node: text.encode('b'),
      Addr: Uint8Array.of(10, 1, 0, 9),
      Port: 7946,
      Vsn: Uint8Array.of(1, 5, 2, 0, 0, 0),
    },
    `04 86 a4 41646472 a4 0a010009 ab 496e6361726e6174696f6e 01 a4 4d657461 c0
     a4 4e6f6465 a1 62 a4 506f7274 cd1f0a a3 56736e a6 010502000000`,
  ],
  [
    'alive',
    {
      Incarnation: 1,
      Node: new Uint8Array(32).fill(0x6e),
      Port: 0,
      Meta: new Uint8Array(31).fill(0x6d),
    },
    `04 86 a4 41646472 c0 ab 496e6361726e6174696f6e 01 a4 4d657461 bf ${'6d'.repeat(31)}
     a4 4e6f6465 da0020 ${'6e'.repeat(32)} a4 506f7274 00 a3 56736e c0`,
  ],
  ['nackResp', { SeqNo: 65_536 }, `0b 81 a5 5365714e6f ce00010000`],
  ['err', { Error: text.encode('no') }, `0d 81 a5 4572726f72 a2 6e6f`],
  ['userStream', { UserMsgLen: 127 }, `08 81 aa 557365724d73674c656e 7f`],
  ['userStream', { UserMsgLen: 128 }, `08 81 aa 557365724d73674c656e d10080`],
  ['userStream', { UserMsgLen: 32_768 }, `08 81 aa 557365724d73674c656e d200008000`],
  [
    'pushPull header',
    { Nodes: 3, UserStateLen: 32_767, Join: true },
    `06 83 a4 4a6f696e c3 a5 4e6f646573 03 ac 5573657253746174654c656e d17fff`,
  ],
  [
    'pushPull node',
    {
      Name: text.encode('b'),
      Addr: new Uint8Array(16).fill(1),
      Port: 65_535,
      Meta: new Uint8Array(0),
      Incarnation: 300,
      State: 3,
      Vsn: Uint8Array.of(1, 5, 2, 2, 5, 4),
    },
    `87 a4 41646472 b0 ${'01'.repeat(16)} ab 496e6361726e6174696f6e cd012c a4 4d657461 a0
     a4 4e616d65 a1 62 a4 506f7274 cdffff a5 5374617465 03 a3 56736e a6 010502020504`,
  ],
]

describe('a message is written as Go writes it', () => {
  it.each(table)('%s %#', (name, values, digits) => {
    const codec = codecNamed(name)
    expect(hex(write(codec, values))).toBe(hex(fromHex(digits)))
  })

  it.each(table)('and read back: %s %#', (name, values, digits) => {
    const codec = codecNamed(name)
    const expected: Values = {}
    for (const [field, kind] of Object.entries(codec.fields)) {
      const absent = kind === 'string' || kind === 'bytes' ? undefined : 0
      expected[field] = values[field] ?? (kind === 'bool' ? false : absent)
    }
    expect(shown(decode(codec, structOf(codec, fromHex(digits))))).toEqual(shown(expected))
  })
})

describe.each(codecs.map((codec) => [codec.name, codec] as const))('%s', (_, codec) => {
  const runs = { numRuns: 100 }

  it('comes back as it was written', () => {
    fc.assert(
      fc.property(anyValues(codec), (values) => {
        const struct = structOf(codec, write(codec, values))
        expect(shown(decode(codec, struct))).toEqual(shown(normal(codec, values)))
        expect(reader.position).toBe(struct.length)
      }),
      runs,
    )
  })

  it('is read in any order and form, past unknown keys, the last of a key counting', () => {
    fc.assert(
      fc.property(anySpelling(codec), ({ values, bytes }) => {
        expect(shown(decode(codec, bytes))).toEqual(shown(values))
        expect(reader.position).toBe(bytes.length)
      }),
      runs,
    )
  })

  it('is the zero value where it is nil or has no keys, also after another message', () => {
    fc.assert(
      fc.property(anyValues(codec), (values) => {
        decode(codec, structOf(codec, write(codec, values)))
        const zero = decode(codec, Uint8Array.of(0x80))
        expect(decode(codec, Uint8Array.of(0xc0))).toEqual(zero)
        for (const value of Object.values(zero)) expect([undefined, 0, false]).toContain(value)
      }),
      { numRuns: 5 },
    )
  })

  it('is read wherever it stands in a buffer, and no further', () => {
    fc.assert(
      fc.property(
        anyValues(codec),
        fc.uint8Array({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 9 }),
        (values, before, after) => {
          const struct = structOf(codec, write(codec, values))
          const buffer = concat(before, struct, after)
          reader.reset(buffer, before.length)
          expect(shown(codec.decode(reader) ?? {})).toEqual(shown(normal(codec, values)))
          expect(reader.position).toBe(before.length + struct.length)
        },
      ),
      { numRuns: 20 },
    )
  })

  it('is truncated, and nothing else, wherever it is cut off', () => {
    fc.assert(
      fc.property(anySpelling(codec), ({ bytes }) => {
        // Every place in what is short, and some three hundred in what is long.
        const step = Math.max(1, Math.floor(bytes.length / 300))
        for (let end = 0; end < bytes.length; end += step) {
          reader.reset(bytes, 0, end)
          expect(codec.decode(reader)).toBe(undefined)
          expect(reader.failure).toBe('truncated')
          expect(reader.failureOffset).toBeLessThanOrEqual(end)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('is refused with a reason, or read, but never throws, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        reader.reset(bytes)
        const read = codec.decode(reader)
        expect(read === undefined).toBe(reader.failure !== undefined)
        if (reader.failure !== undefined) expect(rejectionReasons).toContain(reader.failure)
        expect(reader.position).toBeLessThanOrEqual(bytes.length)
      }),
      runs,
    )
  })

  for (const [field, kind] of Object.entries(codec.fields)) {
    const entry = (value: Uint8Array): Uint8Array =>
      concat([0x81], bytesForms(text.encode(field))[0], value)
    const failureOf = (value: Uint8Array): string | undefined => {
      reader.reset(entry(value))
      expect(codec.decode(reader) === undefined).toBe(reader.failure !== undefined)
      return reader.failure
    }

    it(`takes no other type for ${field}`, () => {
      const container = [Uint8Array.of(0x80), Uint8Array.of(0x90), Uint8Array.of(0xdc, 0, 0)]
      const others = [...container, Uint8Array.of(0xc1), concat([0xca], new Uint8Array(4))]
      if (kind !== 'bool') others.push(Uint8Array.of(0xc3))
      if (kind === 'string' || kind === 'bytes') others.push(...valueForms(1))
      else others.push(...valueForms(text.encode('1')))
      if (kind === 'bool') others.push(Uint8Array.of(2), Uint8Array.of(0xcc, 1))
      for (const other of others) expect(failureOf(other)).toBe('malformed')
    })

    if (kind === 'u16' || kind === 'u32' || kind === 'int') {
      it(`takes no number for ${field} that it cannot hold`, () => {
        const top = kind === 'u16' ? 0xffff : 0xffffffff
        const holds = codec.limits[field] ?? top
        for (const form of valueForms(holds)) expect(failureOf(form)).toBe(undefined)
        const over = kind === 'int' && holds < 2 ** 53 - 1 ? 'too-large' : 'out-of-range'
        for (const form of valueForms(holds + 1)) expect(failureOf(form)).toBe(over)
        for (const negative of ['ff', 'e0', 'd0ff', 'd1ffff', 'd2ffffffff', 'd3ffffffffffffffff']) {
          expect(failureOf(fromHex(negative))).toBe('out-of-range')
        }
        expect(failureOf(fromHex('cfffffffffffffffff'))).toBe('out-of-range')
      })
    }
  }
})
