import { CHECKSUM_LENGTH, crc32 } from './checksum.ts'
import { decrypt, looksEncrypted } from './encryption.ts'
import { checkLabel } from './label.ts'
import { COMPRESS, ERR, HAS_CRC, INDIRECT_PING } from './message-type.ts'
import { expand, PACKET_DECOMPRESSED_BYTES } from './packet-compression.ts'
import type { PacketSecurity } from './packet-security.ts'
import type { RejectionReason } from './rejection.ts'
import { EMPTY } from './span.ts'

// packet = label? ( encrypted | plain )         encrypted holds plain
// plain  = checksum? ( compressed | content )   compressed holds content
// content is a message or a compound

/**
 * Takes the layers off a packet, one object for all packets. In the clear and uncompressed that
 * allocates nothing and copies nothing.
 */
export class PacketOpener {
  /** Where the content is: the packet itself, or what came out of it. */
  bytes: Uint8Array = EMPTY
  start = 0
  end = 0
  failure: RejectionReason | undefined = undefined
  /** Where in `bytes` the failure was found. */
  failureOffset = 0
  /** Whether it was encrypted, with one of our keys. */
  encrypted = false

  /** False: refused, `failure` says why. Never throws. */
  open(packet: Uint8Array, security: PacketSecurity): boolean {
    this.bytes = packet
    this.start = 0
    this.end = packet.length
    this.failure = undefined
    this.failureOffset = 0
    this.encrypted = false
    if (!this.#takeOffLabel(security) || !this.#decrypt(security) || !this.#checkSum()) return false
    if (this.bytes[this.start] === COMPRESS && !this.#expand()) return false
    return this.start < this.end || this.#reject('empty')
  }

  #reject(reason: RejectionReason): boolean {
    this.failure = reason
    this.failureOffset = this.start
    return false
  }

  #replace(bytes: Uint8Array): boolean {
    this.bytes = bytes
    this.start = 0
    this.end = bytes.length
    return bytes.length > 0 || this.#reject('empty')
  }

  #takeOffLabel(security: PacketSecurity): boolean {
    const length = checkLabel(this.bytes, this.start, this.end, security)
    if (typeof length === 'string') {
      return this.#reject(length === 'truncated' ? 'label-malformed' : length)
    }
    this.start += length
    return this.start < this.end || this.#reject('empty')
  }

  #decrypt({ keyring, label, verifyIncoming }: PacketSecurity): boolean {
    if (keyring === undefined || keyring.size === 0) {
      return !looksEncrypted(this.bytes, this.start, this.end) || this.#reject('no-key')
    }
    const sealed =
      this.start === 0 && this.end === this.bytes.length
        ? this.bytes
        : this.bytes.subarray(this.start, this.end)
    const text = decrypt(keyring, sealed, label)
    if (typeof text !== 'string') {
      this.encrypted = true
      return this.#replace(text)
    }
    if (text === 'padding') return this.#reject(text)
    // As in Go, whatever does not decrypt is plaintext to a member that may take it.
    if (!verifyIncoming) {
      return !looksEncrypted(this.bytes, this.start, this.end) || this.#reject(text)
    }
    return this.#reject(this.#looksPlain() ? 'plaintext' : text)
  }

  /** Other than by chance: a ping as every writer has it, or a first byte that is no version. */
  #looksPlain(): boolean {
    const { bytes, start, end } = this
    if (bytes[start] > INDIRECT_PING) return bytes[start] <= ERR
    return end - start > 3 && bytes[start + 2] === 0xa4 && bytes[start + 3] === 0x4e
  }

  #checkSum(): boolean {
    const { bytes, start, end } = this
    if (bytes[start] !== HAS_CRC || end - start < CHECKSUM_LENGTH) return true
    const expected =
      ((bytes[start + 1] << 24) |
        (bytes[start + 2] << 16) |
        (bytes[start + 3] << 8) |
        bytes[start + 4]) >>>
      0
    if (crc32(bytes, start + CHECKSUM_LENGTH, end) !== expected) return this.#reject('checksum')
    this.start += CHECKSUM_LENGTH
    return this.start < end || this.#reject('empty')
  }

  #expand(): boolean {
    const content = expand(this.bytes, this.start + 1, this.end, PACKET_DECOMPRESSED_BYTES)
    return typeof content === 'string' ? this.#reject(content) : this.#replace(content)
  }
}
