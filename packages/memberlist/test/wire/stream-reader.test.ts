import { describe, expect, it } from 'vitest'
import { compress, writeCompressHeader } from '../../src/wire/compress.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import { lzwCompress } from '../../src/wire/lzw.ts'
import type { RejectionReason } from '../../src/wire/rejection.ts'
import { StreamReader } from '../../src/wire/stream-reader.ts'
import type { StreamRole, StreamSecurity } from '../../src/wire/stream-types.ts'
import { Writer } from '../../src/wire/writer.ts'
import { readGolden } from './golden.ts'
import { samples } from './samples.ts'
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
  toHex,
  userMessage,
} from './stream-samples.ts'

const concat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

function read(bytes: Uint8Array, security: StreamSecurity, role: StreamRole = 'request') {
  const reader = new StreamReader(security, role)
  reader.push(bytes)
  reader.end()
  while (reader.step(65_536) === 'busy') {
    // As many slices as it needs.
  }
  return reader
}

function compressStruct(algorithm: number, buffer: Uint8Array): Uint8Array {
  const writer = new Writer()
  writeCompressHeader(writer, buffer.length)
  writer.bytes[7] = algorithm
  writer.raw(buffer)
  return writer.take()
}

/** Encrypts anything at all: what the sealer would never make. */
const sealRaw = (plain: Uint8Array) => seal(plain, securityOf({ keyring: oneKey() }))

const plain = securityOf()
const keyed = securityOf({ keyring: oneKey() })
const labelled = securityOf({ label: bytesOf('ab') })
const frame = (length: string, rest: Uint8Array) => concat(fromHex(`0a ${length}`), rest)
const ping = pingMessage()

type Case = [
  what: string,
  bytes: Uint8Array,
  security: StreamSecurity,
  reason: RejectionReason,
  reply?: string,
]

/** Each was sent to a Go member of v0.7.0: the text is what came back. */
const refused: Case[] = [
  [
    'encrypted, and there is no key',
    fromHex('0a 00000020'),
    plain,
    'no-key',
    'remote state is encrypted and encryption is not configured',
  ],
  [
    'plain where encryption is required',
    ping,
    keyed,
    'plaintext',
    'encryption is configured but remote state is not encrypted',
  ],
  [
    'longer than 20 MiB by its own account',
    frame('01400001', new Uint8Array(0)),
    keyed,
    'too-large',
    'remote node state is larger than limit (20971521)',
  ],
  ['encrypted nothing', frame('00000000', ping), keyed, 'empty', 'cannot decrypt empty payload'],
  [
    'of an encryption version that there is not',
    frame('00000005', fromHex('0202030405')),
    keyed,
    'encryption-version',
    'unsupported encryption version 2',
  ],
  [
    'too short for a nonce and a tag',
    frame('00000005', fromHex('0102030405')),
    keyed,
    'truncated',
    'payload is too small to decrypt: 5',
  ],
  [
    'too short for a padded block in version 0',
    frame('0000002c', new Uint8Array(44)),
    keyed,
    'truncated',
    'payload is too small to decrypt: 44',
  ],
  [
    'encrypted with another key',
    seal(ping, securityOf({ keyring: new Keyring([keyOf(200)]) })),
    keyed,
    'undecryptable',
    'no installed keys could decrypt the message',
  ],
  [
    'encrypted for another label',
    concat(fromHex('f4026162'), sealRaw(ping)),
    securityOf({ keyring: oneKey(), label: bytesOf('ab') }),
    'undecryptable',
    'no installed keys could decrypt the message',
  ],
  [
    'compressed with an algorithm that there is not',
    compressStruct(3, lzwCompress(ping)),
    plain,
    'compression',
    'cannot decompress unknown algorithm 3',
  ],
  [
    'encrypted, and compressed with an algorithm that there is not',
    sealRaw(compressStruct(3, lzwCompress(ping))),
    keyed,
    'compression',
    'cannot decompress unknown algorithm 3',
  ],
  ['no LZW', compressStruct(0, fromHex('ffffffff')), plain, 'compression', 'lzw: invalid code'],
  [
    'LZW without an end code',
    compressStruct(0, lzwCompress(ping).subarray(0, 10)),
    plain,
    'compression',
    'unexpected EOF',
  ],
  [
    'compressed nothing',
    compress(new Uint8Array(0)),
    plain,
    'empty',
    'decompressed message is empty',
  ],
  [
    'a decompression bomb',
    compress(samples.zeros(40 * 1024 * 1024 + 1)),
    plain,
    'too-large',
    'decompressed message is larger than limit (41943040)',
  ],
  [
    'a compress message that is no map',
    fromHex('0905'),
    plain,
    'malformed',
    'msgpack decode error [pos 1]: malformed',
  ],
  ['nothing at all', new Uint8Array(0), plain, 'empty'],
  ['a frame that is cut off', fromHex('0a0000'), keyed, 'truncated'],
  ['encrypted and cut off', sealRaw(ping).subarray(0, 30), keyed, 'truncated'],
  ['encrypted emptiness', sealRaw(new Uint8Array(0)), keyed, 'empty'],
  ['a compress message that is cut off', compress(ping).subarray(0, 20), plain, 'truncated'],
  ['encryption within encryption', sealRaw(fromHex('0a00000020')), keyed, 'nested'],
  ['compression within compression', compress(compress(ping)), plain, 'nested'],
  ['without our label', ping, labelled, 'label-missing'],
  ['of another label', concat(fromHex('f4026163'), ping), labelled, 'label-mismatch'],
  ['of a longer label', concat(fromHex('f403616263'), ping), labelled, 'label-mismatch'],
  ['labelled, and we are not', concat(fromHex('f4026162'), ping), plain, 'label-unexpected'],
  ['a label that is cut off', fromHex('f40561'), plain, 'label-malformed'],
  ['an empty label', fromHex('f40000'), labelled, 'label-malformed'],
  ['labelled twice', concat(fromHex('f4026162f4026162'), ping), labelled, 'unknown-type'],
  ['a suspicion', fromHex('0383'), plain, 'unknown-type'],
  ['an answer to what nobody asked', ackMessage(), plain, 'unknown-type'],
  ['a user message that is cut off', userMessage(ping).subarray(0, 15), plain, 'truncated'],
  ['a user message of -1 bytes', fromHex('0881aa557365724d73674c656eff'), plain, 'out-of-range'],
  [
    'a user message of more than 20 MiB',
    fromHex('0881aa557365724d73674c656ed201400001'),
    plain,
    'too-large',
  ],
  [
    'a push/pull of more than 1,048,576 nodes',
    fromHex('0681a54e6f646573ce00100001'),
    plain,
    'too-large',
  ],
  ['a push/pull with a node that is none', fromHex('0681a54e6f64657302c005'), plain, 'malformed'],
  [
    'a struct of a million unknown fields',
    concat(fromHex('06df000fffff'), new Uint8Array(100_000).fill(0xa0)),
    plain,
    'malformed',
  ],
  [
    'a struct nested without end',
    concat(fromHex('0681a178'), new Uint8Array(100_000).fill(0x91)),
    plain,
    'malformed',
  ],
]

describe('a stream is refused when it is', () => {
  it.each(refused)('%s', (_, bytes, security, reason, reply) => {
    const { failure, errReply, message } = read(bytes, security)
    expect([failure, errReply, message]).toEqual([reason, reply, undefined])
  })

  it('and an answer is refused for the same, but nothing is sent back', () => {
    const bytes = seal(ackMessage(), securityOf({ keyring: new Keyring([keyOf(200)]) }), 'reply')
    const { failure, errReply } = read(bytes, keyed, 'reply')
    expect([failure, errReply]).toEqual(['undecryptable', undefined])
  })
})

describe('a stream reader', () => {
  it('takes an answer without a label where requests must have one', () => {
    const security = securityOf({ label: bytesOf('ab'), keyring: oneKey() })
    const bytes = seal(errMessage('no'), security, 'reply')
    expect(bytes[0]).toBe(10)
    expect(read(bytes, security, 'reply').message?.type).toBe(13)
  })

  it('takes plain streams where incoming encryption is not demanded, and encrypted ones too', () => {
    const security = securityOf({ keyring: oneKey(), verifyIncoming: false })
    expect(read(ping, security).message?.type).toBe(0)
    const sealed = read(seal(ping, security), security)
    expect([sealed.message?.type, sealed.encrypted]).toEqual([0, true])
  })

  it('implies the label where somebody in front of it takes labels off', () => {
    const security = securityOf({
      label: bytesOf('ab'),
      keyring: oneKey(),
      skipInboundLabelCheck: true,
    })
    const bytes = seal(ping, security)
    expect(read(bytes.subarray(4), security).message?.type).toBe(0)
    expect(read(bytes, security).failure).toBe('label-unexpected')
  })

  it('knows at the first byte that is wrong, without the rest', () => {
    for (const [bytes, security] of [
      [ping, keyed],
      [fromHex('0a'), plain],
      [fromHex('05'), plain],
      [fromHex('00'), labelled],
      [fromHex('0605'), plain],
    ] as const) {
      const reader = new StreamReader(security, 'request')
      reader.push(bytes)
      expect(reader.step(65_536)).toBe('rejected')
    }
  })

  it('is done at the last byte of the message, though the peer does not end', () => {
    for (const security of [plain, keyed, securityOf({ compression: true })]) {
      const bytes = seal(pushPullMessage(3, samples.words(100)), security)
      const reader = new StreamReader(security, 'request')
      for (let at = 0; at < bytes.length; at++) {
        expect(reader.step(65_536)).toBe('more')
        reader.push(bytes.slice(at, at + 1))
      }
      while (reader.step(65_536) === 'busy');
      expect(reader.message?.type).toBe(6)
    }
  })

  it('ignores what follows the message', () => {
    for (const security of [plain, keyed, securityOf({ compression: true })]) {
      const bytes = concat(seal(ping, security), fromHex('ffffffff'))
      expect(read(bytes, security).failure).toBeUndefined()
    }
  })

  it('does a bounded amount of work in each step', () => {
    const message = pushPullMessage(2_000, samples.words(100_000))
    for (const [compression, keyring] of [
      [false, undefined],
      [true, undefined],
      [true, oneKey()],
    ] as const) {
      const security = securityOf({ compression, keyring })
      const reader = new StreamReader(security, 'request')
      reader.push(seal(message, security))
      let steps = 1
      while (reader.step(8_192) === 'busy') steps++
      expect(reader.message?.type).toBe(6)
      expect(steps).toBeGreaterThan(message.length / 2 / 8_192)
    }
  })

  it('tries every key, whichever is the primary', () => {
    const bytes = seal(ping, keyed)
    const security = securityOf({ keyring: new Keyring([keyOf(7, 32), keyOf(8), keyOf(1)]) })
    expect(read(bytes, security).message?.type).toBe(0)
  })
})

interface Capture {
  channel: string
  hex: string
  key?: string
  label?: string
}

/** The message that a stream carried, with its type byte. */
function wholeMessage({ message }: StreamReader): Uint8Array {
  if (message === undefined) return new Uint8Array(0)
  const { type, bytes, start, end } = message
  return type === 8 ? userMessage(bytes.subarray(start, end)) : bytes.subarray(start - 1, end)
}

describe.each(['v0.1.5', 'v0.2.2', 'v0.5.4', 'v0.7.0'])(
  'streams captured from Go %s',
  (version) => {
    const captures = readGolden<Capture>(version).filter(({ channel }) => channel !== 'packet')

    it('are read, a byte at a time and at once', () => {
      for (const { channel, hex, key, label } of captures) {
        const keyring = key === undefined ? undefined : new Keyring([Buffer.from(key, 'base64')])
        // One of the settings has a key and sends in the clear.
        const security = securityOf({ keyring, label: bytesOf(label ?? ''), verifyIncoming: false })
        const role = channel === 'stream-request' ? 'request' : 'reply'
        const bytes = fromHex(hex)
        const whole = read(bytes, security, role)
        expect([whole.failure, hex]).toEqual([undefined, hex])

        const reader = new StreamReader(security, role)
        for (const byte of bytes) {
          reader.push(Uint8Array.of(byte))
          reader.step(1_000)
        }
        while (reader.step(1_000) === 'busy');
        expect(toHex(wholeMessage(reader))).toBe(toHex(wholeMessage(whole)))
      }
      expect(captures.length).toBeGreaterThan(100)
    })

    it('are written as Go wrote them', () => {
      let count = 0
      for (const { channel, hex, key, label } of captures) {
        // With a random nonce there are no two the same.
        if (key !== undefined) continue
        const role = channel === 'stream-request' ? 'request' : 'reply'
        const security = securityOf({ label: bytesOf(label ?? '') })
        const bytes = fromHex(hex)
        const reader = read(bytes, security, role)
        // Before v0.5.4, lengths were written in unsigned form.
        if (reader.message?.type === 8 && version < 'v0.5') continue
        const headerLength = role === 'request' && label !== undefined ? 2 + label.length : 0
        const compression = bytes[headerLength] === 9
        const again = seal(wholeMessage(reader), { ...security, compression }, role, 100)
        expect(toHex(again)).toBe(hex)
        count++
      }
      expect(count).toBeGreaterThan(50)
    })
  },
)
