import { type CipherGCM, createCipheriv } from 'node:crypto'
import { limits } from '../limits.ts'
import { compress, writeCompressHeader } from './compress.ts'
import {
  type EncryptionVersion,
  encryptedLength,
  HEADER_LENGTH,
  paddingFor,
  takeNonce,
} from './encryption.ts'
import type { PreparedKey } from './keyring.ts'
import { labelOverhead, writeLabel } from './label.ts'
import { LzwEncoder } from './lzw-encoder.ts'
import { isSealing } from './packet-security.ts'
import type { RejectionReason } from './rejection.ts'
import { EMPTY } from './span.ts'
import { FRAME_LENGTH, streamAdditional, writeFrame } from './stream-frame.ts'
import type { StreamRole, StreamSecurity } from './stream-types.ts'
import { Writer } from './writer.ts'

// stream = label?                                      requests only, in the clear
//          ( 0a length u32 encrypted | plain )         encrypted holds plain
// plain  = 09 compress struct | message                compress struct holds message
//
// The length counts all of `encrypted`. Its additional data are 0a, the length, and the label
// bytes; in replies too, which carry no label.

/**
 * Makes the bytes of one stream out of a message with its type byte, in slices, so that a push/pull
 * of a megabyte never holds up the event loop. What the security says when it is made is what
 * counts. Holds the compressed message and the encrypted one, each once.
 */
export class StreamSealer {
  /** 'too-large': peers would refuse it, so nothing comes out. */
  failure: RejectionReason | undefined = undefined
  readonly #message: Uint8Array
  readonly #label: Uint8Array
  readonly #additionalLabel: Uint8Array
  readonly #key: PreparedKey | undefined
  readonly #version: EncryptionVersion
  #compressing: boolean
  #encoder: LzwEncoder | undefined
  #taken = 0
  /** The message as it is to be encrypted or sent: header of the compress struct, and the rest. */
  #plain: Uint8Array[]
  #cipher: CipherGCM | undefined
  #target: Uint8Array = EMPTY
  #position = 0
  #done = false
  #output: Uint8Array[] = []

  constructor(message: Uint8Array, security: StreamSecurity, role: StreamRole) {
    this.#message = message
    this.#plain = [message]
    this.#label = role === 'request' ? security.label : EMPTY
    this.#additionalLabel = security.label
    this.#key = isSealing(security) ? security.keyring?.prepared[0] : undefined
    this.#version = security.encryptionVersion
    this.#compressing = security.compression
    if (message.length > limits.decompressedBytes) this.#refuse()
  }

  /** Works on up to about `maxBytes` of the message. True when it is done. */
  step(maxBytes: number): boolean {
    if (this.#done) return true
    if (this.#compressing) {
      if (!this.#compress(maxBytes)) return false
      this.#compressing = false
      // The bytes are counted once more for their encryption, so that leaves no time for it now.
      if (this.#key !== undefined && this.#message.length > maxBytes) return false
    }
    if (this.#key === undefined) {
      const prefix = new Uint8Array(labelOverhead(this.#label))
      if (prefix.length > 0) writeLabel(this.#label, prefix, 0)
      this.#output = [prefix, ...this.#plain].filter((chunk) => chunk.length > 0)
      this.#done = true
      return true
    }
    return this.#encrypt(this.#key, maxBytes)
  }

  /** What to write, in this order, once `step` said true. The message may be one of the chunks. */
  output(): Uint8Array[] {
    return this.#output
  }

  #compress(maxBytes: number): boolean {
    const message = this.#message
    if (message.length <= maxBytes) {
      this.#plain = [compress(message)]
      return true
    }
    this.#encoder ??= new LzwEncoder()
    const end = Math.min(message.length, this.#taken + maxBytes)
    this.#encoder.write(message, this.#taken, end)
    this.#taken = end
    if (end < message.length) return false
    const chunks = this.#encoder.finishChunks()
    const header = new Writer(32)
    writeCompressHeader(header, lengthOf(chunks))
    this.#plain = [header.take(), ...chunks]
    this.#encoder = undefined
    return true
  }

  #encrypt(key: PreparedKey, maxBytes: number): boolean {
    const cipher = this.#cipher ?? this.#startCipher(key)
    if (cipher === undefined) return true
    const pauseAt = this.#position + maxBytes
    for (let part = this.#plain[0]; part !== undefined; part = this.#plain[0]) {
      const length = Math.min(part.length, pauseAt - this.#position)
      this.#put(cipher.update(part.subarray(0, length)))
      if (length < part.length) {
        this.#plain[0] = part.subarray(length)
        return false
      }
      this.#plain.shift()
    }
    cipher.final()
    this.#put(cipher.getAuthTag())
    this.#output = [this.#target]
    this.#done = true
    return true
  }

  #startCipher(key: PreparedKey): CipherGCM | undefined {
    const length = lengthOf(this.#plain)
    const sealedLength = encryptedLength(this.#version, length)
    if (sealedLength > limits.encryptedStreamBytes) {
      this.#refuse()
      return undefined
    }
    this.#plain.push(paddingFor(this.#version, length))
    const nonce = takeNonce()
    const labelLength = labelOverhead(this.#label)
    const headerLength = labelLength + FRAME_LENGTH
    const target = new Uint8Array(headerLength + sealedLength)
    if (labelLength > 0) writeLabel(this.#label, target, 0)
    writeFrame(sealedLength, target, labelLength)
    target[headerLength] = this.#version
    target.set(nonce, headerLength + 1)
    this.#target = target
    this.#position = headerLength + HEADER_LENGTH

    const cipher = createCipheriv(key.cipher, key.secret, nonce)
    cipher.setAAD(streamAdditional(sealedLength, this.#additionalLabel))
    this.#cipher = cipher
    return cipher
  }

  #put(bytes: Uint8Array): void {
    this.#target.set(bytes, this.#position)
    this.#position += bytes.length
  }

  #refuse(): void {
    this.failure = 'too-large'
    this.#done = true
    this.#output = []
  }
}

function lengthOf(chunks: readonly Uint8Array[]): number {
  return chunks.reduce((sum, chunk) => sum + chunk.length, 0)
}
