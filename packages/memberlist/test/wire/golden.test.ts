import { createCipheriv } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { CHECKSUM_LENGTH, crc32 } from '../../src/wire/checksum.ts'
import { CompoundCursor } from '../../src/wire/compound.ts'
import { compress } from '../../src/wire/compress.ts'
import { decrypt, HEADER_LENGTH, paddingFor } from '../../src/wire/encryption.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import {
  COMPOUND,
  COMPRESS,
  ENCRYPT,
  HAS_CRC,
  HAS_LABEL,
  PUSH_PULL,
  USER,
} from '../../src/wire/message-type.ts'
import {
  MessageCursor,
  PacketBuilder,
  PacketOpener,
  type PacketSecurity,
} from '../../src/wire/packet.ts'
import { expand, PACKET_DECOMPRESSED_BYTES } from '../../src/wire/packet-compression.ts'
import {
  type StreamMessage,
  StreamReader,
  type StreamRole,
  StreamSealer,
} from '../../src/wire/stream.ts'
import { FRAME_LENGTH } from '../../src/wire/stream-frame.ts'
import { writeUserStreamHeader } from '../../src/wire/user.ts'
import { Writer } from '../../src/wire/writer.ts'
import { type Reading, readGolden, readMessage } from './golden.ts'

/** One packet or stream, as a real member wrote it. */
interface Capture {
  version: string
  setting: string
  channel: 'packet' | 'stream-request' | 'stream-reply'
  key?: string
  label?: string
  hex: string
}

interface CodecVector {
  message: string
  fields: Record<string, unknown>
  hex: string
}

const VERSIONS = ['v0.7.0', 'v0.5.4', 'v0.2.2', 'v0.1.5']

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'))
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function securityOf(capture: Capture): PacketSecurity {
  const key = capture.key === undefined ? undefined : Buffer.from(capture.key, 'base64')
  return {
    label: new TextEncoder().encode(capture.label ?? ''),
    skipInboundLabelCheck: false,
    keyring: key && new Keyring([new Uint8Array(key)]),
    verifyIncoming: key !== undefined,
    verifyOutgoing: key !== undefined,
    encryptionVersion: capture.setting.includes('protocol 1') ? 0 : 1,
    compression: capture.setting.includes('compression'),
  }
}

/** Encrypts again, with the nonce that was drawn then. */
function sealAgain(
  capture: Capture,
  sealed: Uint8Array,
  text: Uint8Array,
  additional: Uint8Array,
): Uint8Array {
  const key = Buffer.from(capture.key ?? '', 'base64')
  const version = securityOf(capture).encryptionVersion
  const nonce = sealed.subarray(1, HEADER_LENGTH)
  const cipher =
    key.length === 16
      ? createCipheriv('aes-128-gcm', key, nonce)
      : key.length === 24
        ? createCipheriv('aes-192-gcm', key, nonce)
        : createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(additional)
  const parts = [cipher.update(text), cipher.update(paddingFor(version, text.length))]
  cipher.final()
  return Buffer.concat([Uint8Array.of(version), nonce, ...parts, cipher.getAuthTag()])
}

/** The text of what is encrypted, having seen that encrypting it gives the same bytes again. */
function unseal(capture: Capture, sealed: Uint8Array, additional: Uint8Array): Uint8Array {
  const { keyring = new Keyring() } = securityOf(capture)
  const text = decrypt(keyring, sealed, additional)
  if (typeof text === 'string') throw new Error(text)
  expect(hexOf(sealAgain(capture, sealed, text, additional))).toBe(hexOf(sealed))
  return text
}

/** Every message in it read, and put together again from nothing but what was read. */
function rewritePacket(bytes: Uint8Array): Uint8Array {
  switch (bytes[0]) {
    case HAS_CRC: {
      const content = rewritePacket(bytes.subarray(CHECKSUM_LENGTH))
      const sum = Buffer.alloc(4)
      sum.writeUInt32BE(crc32(content))
      return Buffer.concat([Uint8Array.of(HAS_CRC), sum, content])
    }
    case COMPRESS: {
      const content = expand(bytes, 1, bytes.length, PACKET_DECOMPRESSED_BYTES)
      if (typeof content === 'string') throw new Error(content)
      return compress(rewritePacket(content))
    }
    case COMPOUND: {
      const cursor = new CompoundCursor()
      cursor.reset(bytes, 1, bytes.length)
      const parts: Uint8Array[] = []
      while (cursor.next()) parts.push(rewritePacket(bytes.subarray(cursor.start, cursor.end)))
      const lengths = parts.flatMap(({ length }) => [length >>> 8, length & 0xff])
      return Buffer.concat([Uint8Array.of(COMPOUND, parts.length, ...lengths), ...parts])
    }
    default:
      return readMessage(bytes, 0, bytes.length).written
  }
}

function without(bytes: Uint8Array, label: Uint8Array): Uint8Array {
  if (label.length === 0) return bytes
  const header = Buffer.concat([Uint8Array.of(HAS_LABEL, label.length), label])
  expect(hexOf(bytes.subarray(0, header.length))).toBe(hexOf(header))
  return bytes.subarray(header.length)
}

/** The messages that the opener and the cursor of the packet path find. */
function openedMessages(capture: Capture): Uint8Array[] {
  const opener = new PacketOpener()
  expect(opener.open(bytesOf(capture.hex), securityOf(capture)), opener.failure).toBe(true)
  const cursor = new MessageCursor()
  cursor.reset(opener.bytes, opener.start, opener.end)
  const messages: Uint8Array[] = []
  while (cursor.next()) {
    expect(cursor.failure).toBeUndefined()
    // `start` is after the type byte.
    messages.push(cursor.bytes.slice(cursor.start - 1, cursor.end))
  }
  return messages
}

function roleOf(capture: Capture): StreamRole {
  return capture.channel === 'stream-reply' ? 'reply' : 'request'
}

/** Without label and encryption; each of the two seen to be what we would write. */
function plainOf(capture: Capture, bytes: Uint8Array): Uint8Array {
  const { label } = securityOf(capture)
  const content = roleOf(capture) === 'request' ? without(bytes, label) : bytes
  if (capture.key === undefined) return content
  expect(content[0]).toBe(ENCRYPT)
  const frame = content.subarray(0, FRAME_LENGTH)
  expect(Buffer.from(frame).readUInt32BE(1)).toBe(content.length - FRAME_LENGTH)
  return unseal(capture, content.subarray(FRAME_LENGTH), Buffer.concat([frame, label]))
}

/** What the reader of streams finds, the bytes coming in pieces and worked on in slices. */
function readStream(capture: Capture): StreamMessage {
  const reader = new StreamReader(securityOf(capture), roleOf(capture))
  const bytes = bytesOf(capture.hex)
  for (let start = 0; start < bytes.length; start += 1_000) {
    reader.push(bytes.slice(start, start + 1_000))
    while (reader.step(3_000) === 'busy');
  }
  reader.end()
  while (reader.step(3_000) === 'busy');
  if (reader.message === undefined) throw new Error(`${capture.setting}: ${reader.failure}`)
  return reader.message
}

function readingOf(message: StreamMessage): Reading {
  const writer = new Writer()
  if (message.type === USER) writeUserStreamHeader(writer, message.end - message.start)
  else writer.u8(message.type)
  writer.raw(message.bytes, message.start, message.end)
  return readMessage(writer.bytes, 0, writer.position, true)
}

function sealed(capture: Capture, message: Uint8Array): Uint8Array {
  const sealer = new StreamSealer(message, securityOf(capture), roleOf(capture))
  while (!sealer.step(3_000));
  return Buffer.concat(sealer.output())
}

/** Whether a number is in it whose form changed with v0.5.4: a Go `int` above 127. */
function hasLongInteger({ type, fields }: Reading): boolean {
  const { Nodes, UserState, UserMsgLen } = fields
  if (type === USER) return Number(UserMsgLen) > 127
  if (type !== PUSH_PULL) return false
  return (Nodes as unknown[]).length > 127 || String(UserState).length / 2 > 127
}

describe.each(VERSIONS)('what memberlist %s writes', (version) => {
  const captures = readGolden<Capture>(version)
  const packets = captures.filter(({ channel }) => channel === 'packet')
  const streams = captures.filter(({ channel }) => channel !== 'packet')

  test('in packets, encodes back to the same bytes from what was decoded', () => {
    expect(packets.length).toBeGreaterThan(500)
    for (const capture of packets) {
      const { label } = securityOf(capture)
      let content = without(bytesOf(capture.hex), label)
      if (capture.key !== undefined) content = unseal(capture, content, label)
      expect(hexOf(rewritePacket(content)), capture.setting).toBe(hexOf(content))
    }
  })

  test('in packets, comes from the builder when it is given the same messages', () => {
    for (const capture of packets) {
      const security = securityOf(capture)
      const original = bytesOf(capture.hex)
      let plain = without(original, security.label)
      if (capture.key !== undefined) plain = unseal(capture, plain, security.label)
      const builder = new PacketBuilder(security)
      builder.begin(0xffff)
      for (const message of openedMessages(capture)) expect(builder.add(message)).toBe(true)
      const built = builder.finish(plain[0] === HAS_CRC)
      expect(built.length, capture.setting).toBe(original.length)
      let content = without(built, security.label)
      if (capture.key !== undefined) content = unseal(capture, content, security.label)
      expect(hexOf(content), capture.setting).toBe(hexOf(plain))
    }
  })

  test('on streams, encodes back to the same bytes from what was decoded', () => {
    const signed = version >= 'v0.5.4'
    const kinds = new Set<string>()
    expect(streams.length).toBeGreaterThan(200)
    for (const capture of streams) {
      const bytes = bytesOf(capture.hex)
      const plain = plainOf(capture, bytes)
      const reading = readingOf(readStream(capture))
      kinds.add(`${capture.channel} ${reading.type}`)
      if (!signed && hasLongInteger(reading)) {
        const again = readMessage(reading.written, 0, reading.written.length, true)
        expect(again.fields).toEqual(reading.fields)
        continue
      }
      const written = sealed(capture, reading.written)
      expect(written.length, capture.setting).toBe(bytes.length)
      expect(hexOf(plainOf(capture, written)), capture.setting).toBe(hexOf(plain))
    }
    const requests = ['stream-request 0', 'stream-request 6', 'stream-request 8']
    const replies = ['stream-reply 13', 'stream-reply 2', 'stream-reply 6']
    expect([...kinds].sort()).toEqual([...replies, ...requests])
  })
})

describe('a message of memberlist v0.7.0 of known values', () => {
  const vectors = readGolden<CodecVector>('codecs-v0.7.0').map(({ message, ...rest }) => ({
    message: message === 'user' ? 'userPacket' : message,
    ...rest,
  }))
  const plain = ['ping', 'indirectPing', 'ackResp', 'nackResp', 'suspect', 'dead', 'alive', 'err']

  test.each(plain)('%s decodes to them and encodes to the same bytes', (name) => {
    const some = vectors.filter(({ message }) => message === name)
    expect(some.length).toBeGreaterThan(1)
    for (const { fields, hex } of some) {
      const bytes = bytesOf(hex)
      const reading = readMessage(bytes, 0, bytes.length)
      expect(reading.fields).toEqual(fields)
      expect(hexOf(reading.written)).toBe(hex)
    }
  })

  test('pushPull decodes to them and encodes to the same bytes', () => {
    const some = vectors.filter(({ message }) => message === 'pushPull')
    expect(some.length).toBeGreaterThan(1)
    for (const { fields, hex } of some) {
      const bytes = bytesOf(hex)
      const reading = readMessage(bytes, 0, bytes.length, true)
      const { Nodes } = reading.fields
      ;(Nodes as { Name: string }[]).sort((a, b) => (a.Name < b.Name ? -1 : 1))
      expect(reading.fields).toEqual(fields)
      expect(hexOf(reading.written)).toBe(hex)
    }
  })

  test.each(['userPacket', 'userStream'])('%s decodes and encodes to the same bytes', (name) => {
    const some = vectors.filter(({ message }) => message === name)
    expect(some.length).toBeGreaterThan(1)
    for (const { fields, hex } of some) {
      const bytes = bytesOf(hex)
      const reading = readMessage(bytes, 0, bytes.length, name === 'userStream')
      const { UserMsgLen, Fill } = fields
      const { payload } = reading.fields
      const sent = new Uint8Array(Number(UserMsgLen)).fill(Number(Fill))
      expect(hexOf(payload as Uint8Array)).toBe(hexOf(sent))
      expect(hexOf(reading.written)).toBe(hex)
    }
  })

  test('compress decodes to a user message and encodes to the same bytes', () => {
    const some = vectors.filter(({ message }) => message === 'compress')
    expect(some.length).toBeGreaterThan(1)
    for (const { fields, hex } of some) {
      const { Payload } = fields
      const bytes = bytesOf(hex)
      const content = expand(bytes, 1, bytes.length, PACKET_DECOMPRESSED_BYTES)
      if (typeof content === 'string') throw new Error(content)
      const reading = readMessage(content, 0, content.length, true)
      const { payload } = reading.fields
      expect(hexOf(payload as Uint8Array)).toBe(Payload)
      expect(hexOf(compress(reading.written))).toBe(hex)
    }
  })

  test('refusal is told in the same words, and where Go is silent so are we', () => {
    const some = vectors.filter(({ message }) => message === 'refusal')
    expect(some.length).toBeGreaterThan(1)
    for (const { fields, hex } of some) {
      const { Request, Key } = fields
      const key = typeof Key === 'string' ? { key: Key } : {}
      const request = { version: 'v0.7.0', setting: '', hex: String(Request), ...key }
      const security = securityOf({ ...request, channel: 'stream-request' })
      const reader = new StreamReader(security, 'request')
      reader.push(bytesOf(request.hex))
      reader.end()
      while (reader.step(3_000) === 'busy');
      const reply = bytesOf(hex)
      const told = reply.length === 0 ? undefined : readMessage(reply, 0, reply.length).fields
      const { Error: words } = told ?? {}
      const text = told && Buffer.from(String(words), 'hex').toString()
      expect(withoutDetail(reader.errReply), request.hex).toBe(withoutDetail(text))
    }
  })
})

/** Of what is wrong inside a struct only the place is told alike. */
function withoutDetail(text: string | undefined): string | undefined {
  return text?.replace(/^(msgpack decode error \[pos \d+\]).*/, '$1')
}
