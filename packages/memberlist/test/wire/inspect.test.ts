import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compress } from '../../src/wire/compress.ts'
import { encrypt } from '../../src/wire/encryption.ts'
import { type InspectOptions, inspect } from '../../src/wire/inspect.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import { MessageCursor, PacketOpener } from '../../src/wire/packet.ts'
import { type RejectionReason, rejectionReasons } from '../../src/wire/rejection.ts'
import { bytesFromText } from '../../src/wire/text.ts'
import { readGolden } from './golden.ts'
import {
  ackMessage,
  bytesOf,
  errMessage,
  fromHex,
  keyOf,
  oneKey,
  pingMessage,
  pushPullMessage,
  seal,
  securityOf,
  userMessage,
} from './stream-samples.ts'

const concat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
const compound = (...parts: Uint8Array[]) => {
  const lengths = parts.map(({ length }) => Uint8Array.of(length >>> 8, length))
  return concat(Uint8Array.of(7, parts.length), ...lengths, ...parts)
}

const request: InspectOptions = { channel: 'stream-request' }
const reply: InspectOptions = { channel: 'stream-reply' }

/** Text of the JSON, since the order of the fields is part of what is promised. */
const jsonOf = (hex: string, options?: InspectOptions) =>
  JSON.stringify(inspect(fromHex(hex), options).messages[0])

describe('an inspected message has the fields of the Go struct, in its order', () => {
  it.each([
    [
      '00 85 a44e6f6465 a162 a55365714e6f 07 aa536f7572636541646472 a40a000001 aa536f757263654e6f6465 a161 aa536f75726365506f7274 cd1f0a',
      '{"type":"ping","SeqNo":7,"Node":"b","SourceAddr":"10.0.0.1","SourcePort":7946,"SourceNode":"a"}',
    ],
    ['00 80', '{"type":"ping","SeqNo":0,"Node":"","SourceAddr":"","SourcePort":0,"SourceNode":""}'],
    [
      '01 83 a44e61636b c3 a6546172676574 b0fe800000000000000000000000000001 a55365714e6f ceffffffff',
      '{"type":"indirectPing","SeqNo":4294967295,"Target":"fe80::1","Port":0,"Node":"","Nack":true,"SourceAddr":"","SourcePort":0,"SourceNode":""}',
    ],
    [
      '02 82 a75061796c6f6164 a3dead00 a55365714e6f cc80',
      '{"type":"ackResp","SeqNo":128,"Payload":"dead00"}',
    ],
    ['02 81 a75061796c6f6164 c0', '{"type":"ackResp","SeqNo":0,"Payload":""}'],
    ['0b 81 a55365714e6f 09', '{"type":"nackResp","SeqNo":9}'],
    [
      '03 83 a446726f6d a161 ab496e6361726e6174696f6e 02 a44e6f6465 a162',
      '{"type":"suspect","Incarnation":2,"Node":"b","From":"a"}',
    ],
    ['05 c0', '{"type":"dead","Incarnation":0,"Node":"","From":""}'],
    [
      '04 86 a441646472 b000000000000000000000ffff0a010009 ab496e6361726e6174696f6e 01 a44d657461 a2ff00 a44e6f6465 a162 a4506f7274 cd1f0a a356736e a6010502000000',
      '{"type":"alive","Incarnation":1,"Node":"b","Addr":"10.1.0.9","Port":7946,"Meta":"ff00","Vsn":[1,5,2,0,0,0]}',
    ],
    [
      '04 81 a441646472 a3010203',
      '{"type":"alive","Incarnation":0,"Node":"","Addr":"?010203","Port":0,"Meta":"","Vsn":[]}',
    ],
    ['08 00ff', '{"type":"user","payload":"00ff"}'],
    ['08', '{"type":"user","payload":""}'],
  ])('%s', (hex, json) => {
    expect(jsonOf(hex)).toBe(json)
  })

  it('on streams too', () => {
    const node = '81 a44e616d65 a162'
    expect(jsonOf(`06 82 a54e6f646573 01 ac5573657253746174654c656e 02 ${node} beef`, reply)).toBe(
      '{"type":"pushPull","Join":false,"Nodes":[{"Name":"b","Addr":"","Port":0,"Meta":"",' +
        '"Incarnation":0,"State":0,"Vsn":[]}],"UserState":"beef"}',
    )
    expect(jsonOf('06 82 a44a6f696e c2 a6446967657374 a80102030405060708', request)).toBe(
      '{"type":"pushPull","Join":false,"Nodes":[],"UserState":"","Digest":"0102030405060708"}',
    )
    expect(jsonOf('08 81 aa557365724d73674c656e 02 beef', request)).toBe(
      '{"type":"user","payload":"beef"}',
    )
    expect(jsonOf('0d 81 a54572726f72 a26e6f', reply)).toBe('{"type":"err","Error":"no"}')
  })

  it('and names that are not UTF-8 survive, also in JSON, and never look like another', () => {
    const name = fc.uint8Array({ maxLength: 20 })
    const nameIn = (bytes: Uint8Array): string => {
      const packet = concat(fromHex(`0381a44e6f6465d9`), Uint8Array.of(bytes.length), bytes)
      const { messages } = JSON.parse(JSON.stringify(inspect(packet))) as {
        messages: [{ Node: string }]
      }
      return messages[0].Node
    }
    fc.assert(
      fc.property(name, (bytes) => {
        expect([...bytesFromText(nameIn(bytes))]).toEqual([...bytes])
      }),
      { numRuns: 300 },
    )
    expect(nameIn(fromHex('61ff'))).toBe('a\udcff')
    expect(nameIn(bytesOf('a\\xff'))).toBe('a\\xff')
    expect(nameIn(bytesOf('zürich'))).toBe('zürich')
  })
})

describe('inspected layers', () => {
  const keyring = oneKey()
  const ping = pingMessage()
  const crc = concat(fromHex('0cb0178cef'), ping)
  const both = compound(ping, fromHex('0841'))

  it('stand outermost first', () => {
    const inner = compress(both)
    const checked = concat(fromHex('0c00000000'), inner)
    new DataView(checked.buffer).setUint32(1, crc32(inner))
    const label = bytesOf('blue')
    const packet = concat(fromHex('f404626c7565'), encrypt(keyring, 0, checked, label))
    expect(inspect(packet, { keys: keyring })).toEqual({
      channel: 'packet',
      layers: [
        { type: 'label', label: 'blue' },
        { type: 'encrypt', version: 0 },
        { type: 'crc', ok: true },
        { type: 'compress', algo: 0, bytes: both.length },
        { type: 'compound', count: 2 },
      ],
      messages: [expect.objectContaining({ type: 'ping' }), { type: 'user', payload: '41' }],
    })
  })

  it('of a stream request and its reply', () => {
    const security = securityOf({ keyring, label: bytesOf('blue'), compression: true })
    const keys = [keyOf(5), keyOf(1)]
    const asked = inspect(seal(pushPullMessage(2, bytesOf('s')), security), { ...request, keys })
    expect(asked.layers).toEqual([
      { type: 'label', label: 'blue' },
      { type: 'encrypt', version: 1 },
      { type: 'compress', algo: 0, bytes: expect.any(Number) as number },
    ])
    const answer = seal(errMessage('no'), security, 'reply')
    expect(inspect(answer, { ...reply, keys, label: 'blue' })).toEqual({
      channel: 'stream-reply',
      layers: [
        { type: 'encrypt', version: 1 },
        { type: 'compress', algo: 0, bytes: errMessage('no').length },
      ],
      messages: [{ type: 'err', Error: 'no' }],
    })
    expect(inspect(answer, { ...reply, keys }).messages).toEqual([
      { type: 'error', reason: 'undecryptable', offset: 5 },
    ])
  })

  it('show a checksum that does not match, and nothing from under it', () => {
    expect(inspect(crc)).toEqual({
      channel: 'packet',
      layers: [{ type: 'crc', ok: false }],
      messages: [{ type: 'error', reason: 'checksum', offset: 0 }],
    })
  })

  it('show plaintext as such also where there are keys', () => {
    expect(inspect(ping, { keys: keyring })).toEqual(inspect(ping))
    expect(inspect(ping, { ...request, keys: keyring })).toEqual(inspect(ping, request))
  })
})

describe('what does not decode is an error with a reason and a place', () => {
  const sealed = encrypt(new Keyring([keyOf(9)]), 1, pingMessage(), new Uint8Array(0))
  // One nonce in a hundred begins as a ping does, and then it counts as a broken one.
  sealed[1] = 0x22
  const cases: [what: string, bytes: Uint8Array, InspectOptions, RejectionReason, number][] = [
    ['nothing', new Uint8Array(0), {}, 'empty', 0],
    ['a cut off label', fromHex('f40561'), {}, 'label-malformed', 0],
    ['an empty label', fromHex('f400'), {}, 'label-malformed', 0],
    ['only a label', fromHex('f40161'), {}, 'empty', 3],
    ['a ping cut off in its keys', pingMessage().subarray(0, 8), {}, 'truncated', 8],
    ['an unknown type', fromHex('f40161 63'), {}, 'unknown-type', 3],
    ['an err message in a packet', fromHex('0d80'), {}, 'unknown-type', 0],
    [
      'a number that is too large',
      fromHex('0b81a55365714e6fcf0000000100000000'),
      {},
      'out-of-range',
      8,
    ],
    ['a compound without its lengths', fromHex('070500'), {}, 'truncated', 1],
    ['encryption without a key', sealed, {}, 'no-key', 0],
    ['encryption with another key', sealed, { keys: [keyOf(1)] }, 'undecryptable', 0],
    ['no LZW', fromHex('0982a4416c676f00a3427566a2ffff'), {}, 'compression', 13],
    ['an unknown compression', fromHex('0982a4416c676f02a3427566a2ffff'), {}, 'compression', 13],
    ['compressed emptiness', compress(new Uint8Array(0)), {}, 'empty', 0],
    ['an encrypted stream without a key', fromHex('0a00000020'), request, 'no-key', 0],
    [
      'an encrypted stream cut off',
      fromHex('0a00000020'),
      { ...request, keys: [keyOf(1)] },
      'truncated',
      5,
    ],
    ['a label on a reply', fromHex('f4016100'), reply, 'label-unexpected', 0],
    [
      'a user message cut off',
      userMessage(bytesOf('abcd')).subarray(0, -1),
      request,
      'truncated',
      17,
    ],
    ['a suspicion on a stream', fromHex('0380'), request, 'unknown-type', 0],
    ['a node that is none', fromHex('0681a54e6f6465730205'), reply, 'malformed', 9],
    ['doubly compressed', compress(compress(ackMessage())), reply, 'nested', 0],
  ]

  it.each(cases)('%s', (_, bytes, options, reason, offset) => {
    expect(inspect(bytes, options).messages).toEqual([{ type: 'error', reason, offset }])
  })

  it('after the messages before it', () => {
    const { messages } = inspect(fromHex('07 03 0001 0000 0005 08 08'))
    expect(messages).toEqual([
      { type: 'user', payload: '' },
      { type: 'error', reason: 'empty', offset: 9 },
      { type: 'error', reason: 'truncated', offset: 9 },
    ])
  })
})

interface Codec {
  message: string
  fields: Record<string, unknown>
  hex: string
}

interface Capture {
  channel: 'packet' | 'stream-request' | 'stream-reply'
  hex: string
  key?: string
  label?: string
}

/** An address in the form of RFC 5952, by another way than ours. */
function addressText(hex: string): string {
  const bytes = fromHex(hex)
  const dotted = [...bytes.subarray(-4)].join('.')
  if (bytes.length === 4) return dotted
  if (bytes.length !== 16) return hex === '' ? '' : `?${hex}`
  if (hex.startsWith('00000000000000000000ffff')) return dotted
  const url = new URL(`http://[${hex.replace(/(.{4})(?!$)/g, '$1:')}]/`)
  return url.hostname.slice(1, -1)
}

/** What Go says of a field, with all bytes in hex, as an inspection has to show it. */
function shown(field: string, value: unknown): unknown {
  if (typeof value !== 'string' && value !== null) return value
  const hex = value ?? ''
  if (['Addr', 'Target', 'SourceAddr'].includes(field)) return addressText(hex)
  if (field === 'Vsn') return [...fromHex(hex)]
  return hex
}

/** Strings back to hex, so that the text form is not compared with itself. */
function withHexNames(message: object): Record<string, unknown> {
  const names = ['Node', 'Name', 'From', 'SourceNode', 'Error']
  const found: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(message) as [string, unknown][]) {
    const isName = names.includes(field) && typeof value === 'string'
    found[field] = isName ? Buffer.from(bytesFromText(value)).toString('hex') : value
  }
  return found
}

const opener = new PacketOpener()
const cursor = new MessageCursor()

/** For each message that a member finds in a packet: why it is refused, or ''. */
function taken(packet: Uint8Array): string[] {
  if (!opener.open(packet, securityOf())) return [opener.failure ?? '']
  const refusals: string[] = []
  cursor.reset(opener.bytes, opener.start, opener.end)
  while (cursor.next()) refusals.push(cursor.failure ?? '')
  return refusals
}

function nested(wrap: (inner: Uint8Array) => Uint8Array, times: number): Uint8Array {
  let packet = ackMessage()
  for (let count = 0; count < times; count++) packet = wrap(packet)
  return packet
}

const large = compress(concat(fromHex('08'), new Uint8Array(600_000)))
const nestings: [string, Uint8Array][] = [
  ...[1, 3, 4, 5, 6].flatMap((times): [string, Uint8Array][] => [
    [`${times} compounds`, nested(compound, times)],
    [`${times} compressions`, nested(compress, times)],
    [`${times} compressed compounds`, nested((inner) => compress(compound(inner)), times)],
  ]),
  ['a compression of 600,000 bytes', large],
  ['two of them in a compound', compound(large, large, ackMessage())],
  ['two of them in a compressed compound', compress(compound(large, large, ackMessage()))],
  ['a compression of more than a packet may have', compress(new Uint8Array(1_100_000))],
]

describe('an inspection', () => {
  it('says of a message what Go had put into it', () => {
    const structs = [
      'ping',
      'indirectPing',
      'ackResp',
      'nackResp',
      'suspect',
      'dead',
      'alive',
      'err',
    ]
    let count = 0
    for (const { message, fields, hex } of readGolden<Codec>('codecs-v0.7.0')) {
      if (!structs.includes(message)) continue
      const options = message === 'err' ? reply : {}
      const found = inspect(fromHex(hex), options).messages[0]
      const expected = Object.entries(fields).map(([field, value]) => [field, shown(field, value)])
      expect(withHexNames(found)).toEqual({ type: message, ...Object.fromEntries(expected) })
      count++
    }
    expect(count).toBeGreaterThan(300)
  })

  it.each(['v0.1.5', 'v0.2.2', 'v0.5.4', 'v0.7.0'])('decodes all that Go %s sends', (version) => {
    for (const { channel, hex, key, label } of readGolden<Capture>(version)) {
      const keys = key === undefined ? [] : [Buffer.from(key, 'base64')]
      const found = inspect(fromHex(hex), { channel, keys, label })
      expect([hex, found.messages.filter(({ type }) => type === 'error')]).toEqual([hex, []])
      const encrypted = found.layers.some(({ type }) => type === 'encrypt')
      expect([hex, encrypted]).toEqual([hex, key !== undefined])
    }
  })

  it.each(nestings)('finds in a packet what a member finds: %s', (_, packet) => {
    const found = inspect(packet).messages.map((m) => (m.type === 'error' ? m.reason : ''))
    expect(found).toEqual(taken(packet))
  })

  it('finds in a packet what a member finds, whatever became of the bytes', () => {
    const captures = readGolden<Capture>('v0.7.0').filter(
      ({ channel, key, label }) => channel === 'packet' && key === undefined && label === undefined,
    )
    const mutation = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(
        fc.constantFrom(...captures),
        fc.array(mutation, { maxLength: 3 }),
        fc.option(fc.nat(), { nil: undefined, freq: 3 }),
        ({ hex }, mutations, length) => {
          const bytes = fromHex(hex)
          for (const { at, value } of mutations) bytes[at % bytes.length] = value
          const packet = bytes.subarray(0, length === undefined ? undefined : length % bytes.length)
          // A label of any kind is shown here, and is unexpected there.
          if (packet[0] === 0xf4) return
          const found = inspect(packet).messages
          const refusals = taken(packet)
          expect(found.length).toBe(refusals.length)
          for (const [index, refusal] of refusals.entries()) {
            // A member looks into the structs later; an inspection does at once.
            if (refusal !== '') expect(found[index]).toMatchObject({ reason: refusal })
          }
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('never throws, and gives a reason of the closed set', () => {
    const channel = fc.constantFrom<Capture['channel'][]>(
      'packet',
      'stream-request',
      'stream-reply',
    )
    const lead = fc.constantFrom(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 244)
    const bytes = fc.tuple(lead, fc.uint8Array({ maxLength: 80 }))
    const keys = fc.constantFrom([], [keyOf(1)], [keyOf(1), keyOf(2, 32)])
    fc.assert(
      fc.property(bytes, channel, keys, ([first, rest], where, known) => {
        const options = { channel: where, keys: known, label: 'x' }
        for (const message of inspect(Uint8Array.from([first, ...rest]), options).messages) {
          if (message.type === 'error') expect(rejectionReasons).toContain(message.reason)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
