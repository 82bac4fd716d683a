import { limits } from '../limits.ts'
import { CHECKSUM_LENGTH, crc32 } from './checksum.ts'
import { COMPOUND_OVERHEAD, PART_OVERHEAD } from './compound.ts'
import { encryptedLength, encryptInto } from './encryption.ts'
import { labelOverhead, writeLabel } from './label.ts'
import { COMPOUND, HAS_CRC } from './message-type.ts'
import { shrink } from './packet-compression.ts'
import { isSealing, messageBudget, type PacketSecurity } from './packet-security.ts'
import { copyInto, EMPTY } from './span.ts'
import { Writer } from './writer.ts'

/** Room before the messages for every header there may be, so that they are moved once only. */
const HEADROOM =
  2 + limits.labelBytes + CHECKSUM_LENGTH + COMPOUND_OVERHEAD + PART_OVERHEAD * limits.compoundParts

/** Packets are cut from chunks of this size, so that few arrays are made. */
const CHUNK_LENGTH = 64 * 1024

/** The length of a part is a u16, and no datagram is longer either. */
const MAX_MESSAGE_BYTES = 0xffff

// What a packet is made in: one for all builders of the process, since a packet is begun and finished
// in one go. A process may hold a thousand members, and what they share stays in the cache.

/** headroom | the messages so far | what is being written. Bounded by twice the longest packet. */
const body = new Writer(HEADROOM + 2048)
const lengths = new Uint16Array(limits.compoundParts)
/** The number of the packet that was begun last. */
let begun = 0

/**
 * Collects messages and makes one packet of them that is never longer than it was told. One object
 * for all packets: begin, add as long as there is `room`, finish, before another builder begins. A
 * message is added as bytes that are there already, or is written in its place with `writer` and
 * taken in with `addWritten`.
 */
export class PacketBuilder {
  readonly #security: PacketSecurity
  readonly writer = body
  #number = 0
  #bodyEnd = HEADROOM
  #count = 0
  #budget = 0
  #sealing = false
  /** Of the packet that was finished last: its messages, and the type byte of the first of them. */
  finishedCount = 0
  finishedType = 0

  constructor(security: PacketSecurity) {
    this.#security = security
  }

  /** Starts a packet of at most `maxBytes`; what was added and not finished is forgotten. */
  begin(maxBytes: number): void {
    begun = (begun + 1) | 0
    this.#number = begun
    this.#budget = messageBudget(this.#security, maxBytes)
    this.#sealing = isSealing(this.#security)
    this.#empty()
  }

  get count(): number {
    return this.#count
  }

  /** The bytes that one more message may have; 0 when none fits. */
  get room(): number {
    if (this.#count >= limits.compoundParts) return 0
    const taken =
      this.#count === 0
        ? 0
        : COMPOUND_OVERHEAD + PART_OVERHEAD * (this.#count + 1) + this.#bodyEnd - HEADROOM
    return Math.min(MAX_MESSAGE_BYTES, Math.max(0, this.#budget - taken))
  }

  /** Copies a message (type byte and struct). False: it does not fit, and nothing has changed. */
  add(message: Uint8Array): boolean {
    if (message.length > this.room) return false
    this.writer.raw(message)
    return this.addWritten()
  }

  /** The same for what `writer` wrote since the message before; what does not fit is taken back. */
  addWritten(): boolean {
    const length = this.writer.position - this.#bodyEnd
    if (length === 0 || length > this.room) {
      this.writer.position = this.#bodyEnd
      return false
    }
    this.#bodyEnd = this.writer.position
    lengths[this.#count++] = length
    return true
  }

  /**
   * The packet: the receiver's to keep. A single message goes without compound. At least one
   * message must have been added.
   *
   * @param checksum whether the peer is known to read one: its record says protocol 5 or more
   */
  finish(checksum: boolean): Uint8Array {
    if (this.#count === 0) throw new Error('a packet was finished without a message in it')
    if (this.#number !== begun) throw new Error('a packet was finished after another was begun')
    this.finishedCount = this.#count
    this.finishedType = this.writer.bytes[HEADROOM]
    let start = this.#count === 1 ? HEADROOM : this.#writeCompoundHeader()
    if (this.#security.compression) {
      const smaller = shrink(this.writer.bytes, start, this.#bodyEnd)
      if (smaller !== undefined) {
        this.writer.bytes.set(smaller, start)
        this.#bodyEnd = start + smaller.length
      }
    }
    if (checksum) start = this.#writeChecksum(start)
    const packet = this.#wrap(start)
    this.#empty()
    return packet
  }

  #empty(): void {
    this.#count = 0
    this.#bodyEnd = HEADROOM
    this.writer.position = HEADROOM
  }

  #writeCompoundHeader(): number {
    const { bytes } = this.writer
    const start = HEADROOM - COMPOUND_OVERHEAD - PART_OVERHEAD * this.#count
    bytes[start] = COMPOUND
    bytes[start + 1] = this.#count
    for (let part = 0; part < this.#count; part++) {
      const at = start + COMPOUND_OVERHEAD + PART_OVERHEAD * part
      bytes[at] = lengths[part] >>> 8
      bytes[at + 1] = lengths[part]
    }
    return start
  }

  #writeChecksum(start: number): number {
    const { bytes } = this.writer
    const sum = crc32(bytes, start, this.#bodyEnd)
    const at = start - CHECKSUM_LENGTH
    bytes[at] = HAS_CRC
    bytes[at + 1] = sum >>> 24
    bytes[at + 2] = sum >>> 16
    bytes[at + 3] = sum >>> 8
    bytes[at + 4] = sum
    return at
  }

  /** Encryption and label, into a place that is not used again. */
  #wrap(start: number): Uint8Array {
    const { label, keyring, encryptionVersion } = this.#security
    const { bytes } = this.writer
    const end = this.#bodyEnd
    const sealing = this.#sealing && keyring !== undefined
    const length =
      labelOverhead(label) +
      (sealing ? encryptedLength(encryptionVersion, end - start) : end - start)
    const at = allocate(length)
    const position = label.length > 0 ? writeLabel(label, chunk, at) : at
    if (sealing) {
      const content = bytes.subarray(start, end)
      encryptInto(keyring, encryptionVersion, content, label, chunk, position)
    } else copyInto(chunk, position, bytes, start, end)
    return chunk.subarray(at, at + length)
  }
}

/** The chunk that packets are being cut from: one for all builders of the process. */
let chunk: Uint8Array = EMPTY
let chunkUsed = 0

/** A place for a packet in `chunk`, never to be given out again. */
function allocate(length: number): number {
  if (chunkUsed + length > chunk.length) {
    chunk = new Uint8Array(Math.max(CHUNK_LENGTH, length))
    chunkUsed = 0
  }
  const at = chunkUsed
  chunkUsed += length
  return at
}
