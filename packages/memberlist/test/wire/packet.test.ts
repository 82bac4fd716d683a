import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { crc32 } from '../../src/wire/checksum.ts'
import { compress } from '../../src/wire/compress.ts'
import { encrypt } from '../../src/wire/encryption.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import {
  MessageCursor,
  messageBudget,
  PacketBuilder,
  PacketOpener,
  type PacketSecurity,
} from '../../src/wire/packet.ts'
import { bigEndian, concat } from './any-msgpack.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const key = (fill: number, length = 16): Uint8Array => new Uint8Array(length).fill(fill)
const user = (...payload: readonly number[]): Uint8Array => Uint8Array.of(8, ...payload)
const label = Buffer.from('blue')

function security(change: Partial<PacketSecurity> = {}): PacketSecurity {
  return {
    label: new Uint8Array(0),
    skipInboundLabelCheck: false,
    keyring: undefined,
    verifyIncoming: true,
    verifyOutgoing: true,
    encryptionVersion: 1,
    compression: false,
    ...change,
  }
}

function build(
  settings: PacketSecurity,
  messages: readonly Uint8Array[],
  { maxBytes = 1400, checksum = false } = {},
): Uint8Array {
  const builder = new PacketBuilder(settings)
  builder.begin(maxBytes)
  for (const message of messages) expect(builder.add(message)).toBe(true)
  return builder.finish(checksum)
}

/** The messages in hex, with their types, or the reason. */
function open(settings: PacketSecurity, packet: Uint8Array): string[] | string | undefined {
  const opener = new PacketOpener()
  if (!opener.open(packet, settings)) return opener.failure
  const cursor = new MessageCursor()
  cursor.reset(opener.bytes, opener.start, opener.end)
  const messages: string[] = []
  while (cursor.next()) {
    messages.push(cursor.failure ?? hex(cursor.bytes.subarray(cursor.start - 1, cursor.end)))
  }
  return messages
}

/** One nonce in 65,536 makes it look like a ping in the clear. */
function sealedUnlikePing(keyring: Keyring, text: Uint8Array): Uint8Array {
  for (;;) {
    const sealed = encrypt(keyring, 1, text, new Uint8Array(0))
    if (sealed[2] !== 0xa4) return sealed
  }
}

const withChecksum = (content: Uint8Array): Uint8Array =>
  concat([12], bigEndian(crc32(content), 4), content)

const anySecurity: fc.Arbitrary<PacketSecurity> = fc.record({
  label: fc.oneof(fc.constant(new Uint8Array(0)), fc.uint8Array({ minLength: 1, maxLength: 255 })),
  skipInboundLabelCheck: fc.constant(false),
  keyring: fc.option(
    fc.constantFrom(16, 24, 32).map((length) => new Keyring([key(1, length)])),
    { nil: undefined },
  ),
  verifyIncoming: fc.constant(true),
  verifyOutgoing: fc.constant(true),
  encryptionVersion: fc.constantFrom(0 as const, 1 as const),
  compression: fc.boolean(),
})

/** Words that repeat, so that compression often pays. */
const anyMessage = fc
  .tuple(fc.uint8Array({ maxLength: 30 }), fc.nat(4))
  .map(([words, times]) => concat([8], ...Array.from({ length: times + 1 }, () => words)))

describe('a packet', () => {
  it('comes back through every combination of layers', () => {
    fc.assert(
      fc.property(
        anySecurity,
        fc.array(anyMessage, { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        (settings, messages, checksum) => {
          const packet = build(settings, messages, { maxBytes: 4096, checksum })
          expect(open(settings, packet)).toEqual(messages.map(hex))
        },
      ),
      { numRuns: 300 },
    )
  })

  it('has label, encryption, checksum, compression and compound in this order', () => {
    const keyring = new Keyring([key(1)])
    const words = Array.from({ length: 4 }, () => user(...key(7, 40)))
    const content = concat([7, 4], [0, 41, 0, 41, 0, 41, 0, 41], ...words)
    const packet = build(security({ label, keyring, compression: true }), words, { checksum: true })
    expect(hex(packet.subarray(0, 7))).toBe(`f404${hex(label)}01`)
    const opened = new PacketOpener()
    expect(opened.open(packet, security({ label, keyring }))).toBe(true)
    expect(opened.encrypted).toBe(true)
    expect(hex(opened.bytes.subarray(opened.start, opened.end))).toBe(hex(content))

    const clear = build(security({ compression: true }), words, { checksum: true })
    expect(hex(clear)).toBe(hex(withChecksum(compress(content))))
    expect(clear.length + 29 + 6).toBe(packet.length)
  })

  it('of a single message has no compound', () => {
    expect(hex(build(security(), [user(1, 2)]))).toBe('080102')
    expect(hex(build(security(), [user(1), user(2)]))).toBe('07020002000208010802')
  })

  it('is compressed only where that makes it smaller', () => {
    const settings = security({ compression: true })
    const noise = user(...Array.from({ length: 60 }, (_, index) => (index * 73 + 11) & 0xff))
    expect(build(settings, [noise])).toEqual(noise)
    const same = user(...key(1, 60))
    expect(build(settings, [same])).toEqual(compress(same))
  })

  it('is kept by whom it is given to: the next one is somewhere else', () => {
    const builder = new PacketBuilder(security())
    const packets: Uint8Array[] = []
    for (let count = 0; count < 300; count++) {
      builder.begin(1400)
      builder.add(new Uint8Array(1000).fill(count))
      packets.push(builder.finish(false))
    }
    for (const [count, packet] of packets.entries()) {
      expect(packet.length).toBe(1000)
      expect(packet.every((byte) => byte === (count & 0xff))).toBe(true)
    }
  })

  it('has a copy of what was added', () => {
    const builder = new PacketBuilder(security())
    builder.begin(100)
    const buffer = Uint8Array.of(2, 3)
    expect(builder.add(buffer)).toBe(true)
    buffer.fill(0)
    expect(hex(builder.finish(false))).toBe('0203')
  })

  it('is the same where a message is written in its place', () => {
    const written = new PacketBuilder(security())
    written.begin(100)
    for (const message of [user(1), user(2, 3)]) {
      written.writer.raw(message)
      expect(written.addWritten()).toBe(true)
    }
    expect(hex(written.finish(true))).toBe(
      hex(build(security(), [user(1), user(2, 3)], { checksum: true })),
    )
  })

  it('is begun and finished before another one is', () => {
    const first = new PacketBuilder(security())
    first.begin(100)
    first.add(user(1))
    new PacketBuilder(security()).begin(100)
    expect(() => first.finish(false)).toThrow('after another was begun')
  })

  it('takes back what was written and does not fit', () => {
    const builder = new PacketBuilder(security())
    builder.begin(10)
    expect(builder.addWritten()).toBe(false)
    builder.writer.raw(new Uint8Array(11))
    expect(builder.addWritten()).toBe(false)
    builder.writer.raw(user(1))
    expect(builder.addWritten()).toBe(true)
    expect(hex(builder.finish(false))).toBe('0801')
  })
})

describe('the packet budget', () => {
  it('is kept to the byte, whatever the layers', () => {
    fc.assert(
      fc.property(
        anySecurity,
        fc.integer({ min: 0, max: 2000 }),
        fc.array(fc.nat(700), { minLength: 1, maxLength: 200 }),
        fc.boolean(),
        (settings, maxBytes, lengths, checksum) => {
          const builder = new PacketBuilder(settings)
          builder.begin(maxBytes)
          expect(builder.room).toBe(messageBudget(settings, maxBytes))
          let count = 0
          for (const length of lengths) {
            const room = builder.room
            const message = new Uint8Array(length).fill(length * 7 + count)
            const added = builder.add(message)
            expect(added).toBe(length > 0 && length <= room)
            if (added) count++
            expect(builder.count).toBe(count)
          }
          if (count === 0) return
          expect(builder.finish(checksum).length).toBeLessThanOrEqual(maxBytes)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is used up: what fills the room fills the packet', () => {
    for (const [settings, slack] of [
      [security(), 0],
      [security({ label }), 0],
      [security({ keyring: new Keyring([key(1)]) }), 0],
      [security({ keyring: new Keyring([key(1)]), encryptionVersion: 0, label }), 15],
    ] as const) {
      for (const first of [1, 2, 100]) {
        const builder = new PacketBuilder(settings)
        builder.begin(1400)
        builder.add(new Uint8Array(first))
        builder.add(new Uint8Array(builder.room))
        expect(builder.room).toBe(0)
        expect(builder.add(new Uint8Array(1))).toBe(false)
        const { length } = builder.finish(true)
        expect(length).toBeGreaterThanOrEqual(1400 - slack)
        expect(length).toBeLessThanOrEqual(1400)
      }
    }
  })

  it('leaves room for the checksum that Go forgets', () => {
    expect(messageBudget(security(), 1400)).toBe(1395)
    expect(messageBudget(security({ label }), 1400)).toBe(1389)
    const keyring = new Keyring([key(1)])
    expect(messageBudget(security({ keyring }), 1400)).toBe(1366)
    expect(messageBudget(security({ keyring, encryptionVersion: 0 }), 1400)).toBe(1350)
    expect(messageBudget(security({ keyring, verifyOutgoing: false }), 1400)).toBe(1395)
    expect(messageBudget(security({ keyring: new Keyring() }), 1400)).toBe(1395)
    expect(messageBudget(security({ keyring }), 10)).toBe(0)
  })

  it('is never more than 127 messages, which the oldest releases can read', () => {
    const builder = new PacketBuilder(security())
    builder.begin(65_000)
    let count = 0
    while (builder.add(user(1))) count++
    expect(count).toBe(127)
    expect(builder.room).toBe(0)
    expect(builder.finish(false)[1]).toBe(127)
  })

  it('is not for a message that the length field cannot hold', () => {
    const builder = new PacketBuilder(security())
    builder.begin(200_000)
    expect(builder.room).toBe(65_535)
    expect(builder.add(new Uint8Array(65_536))).toBe(false)
    expect(builder.add(new Uint8Array(65_535))).toBe(true)
    expect(builder.add(new Uint8Array(65_535))).toBe(true)
    const packet = builder.finish(true)
    expect(open(security(), packet)).toEqual(['00'.repeat(65_535), '00'.repeat(65_535)])
  })

  it('starts anew with each packet', () => {
    const builder = new PacketBuilder(security())
    builder.begin(100)
    builder.add(user(1))
    builder.begin(100)
    builder.add(user(2))
    expect(hex(builder.finish(false))).toBe('0802')
    expect(() => builder.finish(false)).toThrow('without a message')
  })
})

describe('a packet is refused', () => {
  const keyring = new Keyring([key(1)])
  const plain = user(1, 2, 3)
  const sealed = sealedUnlikePing(keyring, plain)
  const ping = Buffer.from('0082a44e6f6465a162a55365714e6f01', 'hex')

  it.each<[string, Partial<PacketSecurity>, Uint8Array, string]>([
    ['nothing', {}, new Uint8Array(0), 'empty'],
    ['nothing under its label', { label }, concat([0xf4, 4], label), 'empty'],
    ['a label cut short', { label }, concat([0xf4, 4], label.subarray(1)), 'label-malformed'],
    ['no label', { label }, plain, 'label-missing'],
    ['a label of others', { label }, concat([0xf4, 1, 0x61], plain), 'label-mismatch'],
    ['a label, having none', {}, concat([0xf4, 1, 0x61], plain), 'label-unexpected'],
    ['a wrong checksum', {}, concat([12, 1, 2, 3, 4], plain), 'checksum'],
    ['nothing under its checksum', {}, withChecksum(new Uint8Array(0)), 'empty'],
    ['another compression', {}, Buffer.from('0982a4416c676f01a3427566a0', 'hex'), 'compression'],
    ['a compression cut short', {}, compress(plain).subarray(0, 9), 'truncated'],
    ['a compression of nothing', {}, compress(new Uint8Array(0)), 'empty'],
    ['a compression over the limit', {}, compress(new Uint8Array(2 ** 20 + 1)), 'too-large'],
    ['encrypted, having no key', {}, concat([1, 0x22], sealed.subarray(2)), 'no-key'],
    // The nonce begins as an empty map does, as nothing, and as a map without a text in it.
    ['encrypted as a ping is not', {}, concat([0, 0x80, 0xa4], sealed.subarray(3)), 'no-key'],
    ['encrypted as nothing is not', {}, concat([1, 0xc0, 0xa4], sealed.subarray(3)), 'no-key'],
    ['encrypted as no key begins', {}, concat([1, 0x82, 0x44], sealed.subarray(3)), 'no-key'],
    [
      'encrypted, having an empty ring',
      { keyring: new Keyring() },
      concat([1, 0x22], sealed.subarray(2)),
      'no-key',
    ],
    ['encrypted with another key', { keyring: new Keyring([key(2)]) }, sealed, 'undecryptable'],
    [
      'encrypted for another label',
      { keyring, label },
      concat([0xf4, 4], label, sealed),
      'undecryptable',
    ],
    ['an unknown version', { keyring }, concat([0x20], sealed.subarray(1)), 'encryption-version'],
    ['plain, having a key', { keyring }, plain, 'plaintext'],
    ['plain with a checksum, having a key', { keyring }, withChecksum(plain), 'plaintext'],
    ['a plain ping, having a key', { keyring }, ping, 'plaintext'],
    [
      'encrypted nothing',
      { keyring },
      encrypt(keyring, 1, new Uint8Array(0), new Uint8Array(0)),
      'empty',
    ],
    ['too short to be encrypted', { keyring }, sealed.subarray(0, 20), 'truncated'],
  ])('that is %s', (_, settings, packet, reason) => {
    const opener = new PacketOpener()
    expect(opener.open(packet, security(settings))).toBe(false)
    expect(opener.failure).toBe(reason)
    expect(opener.failureOffset).toBeLessThanOrEqual(opener.bytes.length)
  })

  it('wherever it is cut off or a bit of it is turned, when it is encrypted', () => {
    const settings = security({ keyring, label })
    const opener = new PacketOpener()
    const packet = build(settings, [user(1, 2, 3)], { checksum: true })
    for (let end = 0; end < packet.length; end++) {
      expect(opener.open(packet.subarray(0, end), settings)).toBe(false)
      const turned = packet.slice()
      turned[end] ^= 1
      expect(opener.open(turned, settings)).toBe(false)
    }
    expect(opener.open(packet, settings)).toBe(true)
    expect(opener.failure).toBe(undefined)
  })
})

describe('a member that does not insist on encryption', () => {
  const settings = security({ keyring: new Keyring([key(1)]), verifyIncoming: false })

  it('reads plaintext and what is encrypted', () => {
    expect(open(settings, user(1))).toEqual(['0801'])
    const ping = Buffer.from('0082a44e6f6465a162a55365714e6f01', 'hex')
    expect(open(settings, ping)).toEqual([hex(ping)])
    expect(open(settings, build(settings, [user(1)]))).toEqual(['0801'])
  })

  it('still says so when the key is another', () => {
    const sealed = encrypt(new Keyring([key(2)]), 1, user(1, 2), new Uint8Array(0))
    sealed[1] = 0x22
    expect(open(settings, sealed)).toBe('undecryptable')
  })

  it('takes nothing for plaintext that one of its keys decrypts', () => {
    // A nonce that begins as a ping's map does, and a text whose padding is impossible.
    const nonce = Uint8Array.of(0x82, 0xa4, 0x4e, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    const cipher = createCipheriv('aes-128-gcm', key(1), nonce)
    const text = Buffer.concat([cipher.update(new Uint8Array(16)), cipher.final()])
    const packet = concat([0], nonce, text, cipher.getAuthTag())
    expect(open(settings, packet)).toBe('padding')
  })

  it('sends in the clear when outgoing verification is off', () => {
    expect(hex(build({ ...settings, verifyOutgoing: false }, [user(5)]))).toBe('0805')
  })
})

describe('settings', () => {
  it('count from the next packet on', () => {
    const settings = security()
    const builder = new PacketBuilder(settings)
    const opener = new PacketOpener()
    const exchange = (): number => {
      builder.begin(1400)
      builder.add(user(1))
      const packet = builder.finish(true)
      expect(opener.open(packet, settings)).toBe(true)
      return packet.length
    }
    expect(exchange()).toBe(7)
    settings.label = label
    expect(exchange()).toBe(13)
    settings.keyring = new Keyring([key(1)])
    expect(exchange()).toBe(42)
    settings.encryptionVersion = 0
    expect(exchange()).toBe(51)
  })
})
