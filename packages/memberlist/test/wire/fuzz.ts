import { createCipheriv } from 'node:crypto'
import { crc32 } from '../../src/wire/checksum.ts'
import { compress } from '../../src/wire/compress.ts'
import { paddingFor } from '../../src/wire/encryption.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import {
  MessageCursor,
  PACKET_DECOMPRESSED_BYTES,
  PacketOpener,
  type PacketSecurity,
} from '../../src/wire/packet.ts'
import { Reader } from '../../src/wire/reader.ts'
import { rejectionReasons } from '../../src/wire/rejection.ts'
import { StreamReader, type StreamRole } from '../../src/wire/stream.ts'
import { Writer } from '../../src/wire/writer.ts'
import { bigEndian, concat } from './any-msgpack.ts'
import { type Codec, codecNamed } from './codecs.ts'
import { Draws, mutate } from './fuzz-mutations.ts'

// Takes sound packets and streams, spoils them at a random layer, wraps them soundly again, and
// looks that what reads them neither throws, nor leaves its bounds, nor contradicts itself.

/** What the layers hold, without any of them. */
export interface FuzzSamples {
  readonly packets: readonly Uint8Array[]
  readonly requests: readonly Uint8Array[]
  readonly replies: readonly Uint8Array[]
}

export interface Finding {
  readonly round: number
  readonly problem: string
  readonly channel: 'packet' | StreamRole
  readonly security: string
  readonly bytes: Uint8Array
}

const KEY = Uint8Array.from({ length: 16 }, (_, index) => index)
const LABEL = Uint8Array.from(Buffer.from('production'))

const plain: PacketSecurity = {
  label: new Uint8Array(0),
  skipInboundLabelCheck: false,
  keyring: undefined,
  verifyIncoming: true,
  verifyOutgoing: true,
  encryptionVersion: 1,
  compression: true,
}
const keyring = new Keyring([new Uint8Array(32), KEY], new Uint8Array(32))
const securities: Readonly<Record<string, PacketSecurity>> = {
  plain,
  label: { ...plain, label: LABEL },
  'label taken off': { ...plain, label: LABEL, skipInboundLabelCheck: true },
  key: { ...plain, keyring },
  'key, version 0': { ...plain, keyring, encryptionVersion: 0 },
  'key and label': { ...plain, keyring, label: LABEL },
  'key, plaintext taken too': { ...plain, keyring, verifyIncoming: false },
}

const typed = new Map<number, Codec>(
  [
    ['ping', 0],
    ['indirectPing', 1],
    ['ackResp', 2],
    ['suspect', 3],
    ['alive', 4],
    ['dead', 5],
    ['nackResp', 11],
    ['err', 13],
  ].map(([name, type]) => [Number(type), codecNamed(String(name))]),
)

class Problem extends Error {}

function check(holds: boolean, problem: string): void {
  if (!holds) throw new Problem(problem)
}

function checkReason(reason: string | undefined): void {
  check((rejectionReasons as readonly (string | undefined)[]).includes(reason), `reason ${reason}`)
}

const reader = new Reader()
const writer = new Writer()

/** Decodes a struct, and once more what we would write for it: both must say the same. */
function checkStruct(codec: Codec, bytes: Uint8Array, start: number, end: number): void {
  reader.reset(bytes, start, end)
  const values = codec.decode(reader)
  check(reader.failureOffset <= end, 'the failure is beyond the end')
  check(reader.position <= end, 'the cursor is beyond the end')
  if (values === undefined) {
    checkReason(reader.failure)
    return
  }
  check(reader.failure === undefined, 'decoded, and yet failed')
  writer.reset()
  codec.write(writer, values)
  const first = writer.take()
  reader.reset(first, codec.typed ? 1 : 0)
  const again = codec.decode(reader)
  check(again !== undefined, `what was decoded and written is refused: ${reader.failure}`)
  writer.reset()
  codec.write(writer, again ?? {})
  check(Buffer.compare(first, writer.view()) === 0, 'decoded, written and decoded differs')
}

const cursor = new MessageCursor()

/** Opens a packet; says what was found in it, for curiosity. */
export function checkPacket(security: PacketSecurity, packet: Uint8Array): string {
  const opener = new PacketOpener()
  if (!opener.open(packet, security)) {
    checkReason(opener.failure)
    check(opener.failureOffset <= opener.bytes.length, 'the failure is beyond the end')
    return `refused: ${opener.failure}`
  }
  const { bytes, start, end } = opener
  check(opener.failure === undefined, 'opened, and yet failed')
  check(start < end && end <= bytes.length, 'the content is out of bounds')
  check(bytes.length <= Math.max(packet.length, PACKET_DECOMPRESSED_BYTES), 'too much came out')
  cursor.reset(bytes, start, end)
  let messages = 0
  while (cursor.next()) {
    check(++messages <= PACKET_DECOMPRESSED_BYTES, 'more messages than bytes')
    if (cursor.failure !== undefined) {
      checkReason(cursor.failure)
      continue
    }
    check(cursor.start <= cursor.end && cursor.end <= cursor.bytes.length, 'a part out of bounds')
    const codec = typed.get(cursor.type)
    if (codec !== undefined) checkStruct(codec, cursor.bytes, cursor.start, cursor.end)
  }
  return 'read'
}

/** What becomes of a stream that comes in pieces of up to so many bytes. */
function outcome(
  draws: Draws,
  security: PacketSecurity,
  role: StreamRole,
  bytes: Uint8Array,
  pieceBytes: number,
): string {
  const stream = new StreamReader(security, role)
  let sent = 0
  for (let steps = 0; ; steps++) {
    check(steps < 4 * bytes.length + 1_000_000, 'a stream without end')
    const progress = stream.step(1 + draws.below(2 * pieceBytes))
    if (progress === 'done') break
    if (progress === 'rejected') break
    if (progress === 'busy') continue
    check(sent <= bytes.length, 'more is wanted after the end')
    const end = Math.min(bytes.length, sent + 1 + draws.below(pieceBytes))
    if (sent === bytes.length) {
      stream.end()
      sent++
    } else {
      stream.push(bytes.slice(sent, end))
      sent = end
    }
  }
  const { message, failure } = stream
  if (message === undefined) {
    checkReason(failure)
    return `refused: ${failure}, ${stream.errReply}`
  }
  check(failure === undefined, 'read, and yet refused')
  const { type, start, end } = message
  check(start <= end && end <= message.bytes.length, 'the message is out of bounds')
  return `read: ${type}, ${end - start}, ${crc32(message.bytes, start, end)}`
}

/**
 * Reads a stream in large pieces and in small ones: they must come to the same. Of two things that
 * are wrong with it, which one is told may depend on what had come by then.
 */
export function checkStream(
  draws: Draws,
  security: PacketSecurity,
  role: StreamRole,
  bytes: Uint8Array,
): string {
  const whole = outcome(draws, security, role, bytes, bytes.length + 1)
  const pieces = outcome(draws, security, role, bytes, 1 + draws.below(64))
  const bothRefused = whole.startsWith('refused') && pieces.startsWith('refused')
  check(whole === pieces || bothRefused, `in one piece ${whole}; in pieces ${pieces}`)
  return whole
}

function seal(
  draws: Draws,
  security: PacketSecurity,
  text: Uint8Array,
  additional: Uint8Array,
): Uint8Array {
  const nonce = draws.bytes(12)
  const cipher = createCipheriv('aes-128-gcm', KEY, nonce).setAAD(additional)
  const { encryptionVersion } = security
  // A writer that pads wrongly holds the key, and may be broken or worse.
  const padding = draws.percent(10) ? draws.bytes(3) : paddingFor(encryptionVersion, text.length)
  const sealed = Buffer.concat([cipher.update(text), cipher.update(padding), cipher.final()])
  return concat([encryptionVersion], nonce, sealed, cipher.getAuthTag())
}

export class Fuzzer {
  readonly #draws: Draws
  readonly #samples: FuzzSamples
  #round = 0
  /** How often what came out of it. */
  readonly outcomes = new Map<string, number>()

  constructor(seed: number, samples: FuzzSamples) {
    this.#draws = new Draws(seed)
    this.#samples = samples
  }

  /** One packet or stream; undefined when all is as it should be. */
  round(): Finding | undefined {
    this.#round++
    const draws = this.#draws
    const name = draws.pick(Object.keys(securities))
    const security = securities[name]
    const channel = draws.pick(['packet', 'packet', 'request', 'reply'] as const)
    const bytes = channel === 'packet' ? this.#packet(security) : this.#stream(security, channel)
    try {
      const found =
        channel === 'packet'
          ? checkPacket(security, bytes)
          : checkStream(draws, security, channel, bytes)
      const key = `${channel} ${found.split(',')[0]}`
      this.outcomes.set(key, (this.outcomes.get(key) ?? 0) + 1)
      return undefined
    } catch (error) {
      const problem = error instanceof Problem ? error.message : `threw ${String(error)}`
      return { round: this.#round, problem, channel, security: name, bytes }
    }
  }

  #spoiled(samples: readonly Uint8Array[]): Uint8Array {
    const draws = this.#draws
    if (draws.percent(3)) return draws.bytes(draws.below(80))
    return mutate(draws, draws.pick(samples), draws.pick(samples))
  }

  #compressed(content: Uint8Array): Uint8Array {
    const compressed = compress(content)
    return this.#draws.percent(30) ? mutate(this.#draws, compressed, content) : compressed
  }

  #packet(security: PacketSecurity): Uint8Array {
    const draws = this.#draws
    let content = this.#spoiled(this.#samples.packets)
    for (let layers = draws.percent(20) ? 1 + draws.below(6) : 0; layers > 0; layers--) {
      content = draws.percent(60) ? this.#compound(content) : this.#compressed(content)
    }
    if (draws.percent(25)) content = this.#compressed(content)
    if (draws.percent(40)) content = concat([12], bigEndian(crc32(content), 4), content)
    if (security.keyring !== undefined && draws.percent(90)) {
      content = seal(draws, security, content, security.label)
    }
    return this.#labelled(security, content)
  }

  #compound(content: Uint8Array): Uint8Array {
    const parts = Array.from({ length: this.#draws.below(4) }, () =>
      this.#draws.pick(this.#samples.packets),
    )
    parts.splice(this.#draws.below(parts.length + 1), 0, content)
    const short = parts.filter((part) => part.length < 0x10000)
    return concat([7, short.length], ...short.map(({ length }) => bigEndian(length, 2)), ...short)
  }

  #stream(security: PacketSecurity, role: StreamRole): Uint8Array {
    const draws = this.#draws
    const { requests, replies } = this.#samples
    let content = this.#spoiled(role === 'request' ? requests : replies)
    if (draws.percent(40)) content = this.#compressed(content)
    if (security.keyring !== undefined && draws.percent(90)) {
      const padding = paddingFor(security.encryptionVersion, content.length).length
      const frame = concat([10], bigEndian(29 + content.length + padding, 4))
      const sealed = seal(draws, security, content, concat(frame, security.label))
      content = concat(frame, sealed)
    }
    return role === 'request' ? this.#labelled(security, content) : this.#lastTouch(content)
  }

  #labelled(security: PacketSecurity, content: Uint8Array): Uint8Array {
    const { label, skipInboundLabelCheck } = security
    const wanted = label.length > 0 && !skipInboundLabelCheck
    const labelled = wanted !== this.#draws.percent(5)
    const header = labelled ? concat([0xf4, LABEL.length], LABEL) : new Uint8Array(0)
    return this.#lastTouch(concat(header, content))
  }

  #lastTouch(bytes: Uint8Array): Uint8Array {
    return this.#draws.percent(15) ? mutate(this.#draws, bytes, bytes) : bytes
  }
}
