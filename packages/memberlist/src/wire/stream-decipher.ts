import { createDecipheriv, type DecipherGCM } from 'node:crypto'
import { HEADER_LENGTH, TAG_LENGTH, unpad } from './encryption.ts'
import type { PreparedKey } from './keyring.ts'
import type { RejectionReason } from './rejection.ts'
import { EMPTY } from './span.ts'

/**
 * `decrypt` in slices, for streams of up to 20 MiB: every key in turn, the primary first. Version
 * and length are checked before it is made. Holds as many bytes of text as there are of
 * ciphertext.
 */
export class StreamDecipher {
  /** The text without padding, once `step` said true and there is no failure. */
  text: Uint8Array = EMPTY
  failure: RejectionReason | undefined = undefined
  readonly #keys: readonly PreparedKey[]
  readonly #sealed: Uint8Array
  readonly #additional: Uint8Array
  readonly #plain: Uint8Array
  #decipher: DecipherGCM | undefined
  #key = 0
  #position = 0

  /** @param sealed version, nonce, ciphertext, tag; not copied */
  constructor(keys: readonly PreparedKey[], sealed: Uint8Array, additional: Uint8Array) {
    this.#keys = keys
    this.#sealed = sealed
    this.#additional = additional
    this.#plain = new Uint8Array(sealed.length - HEADER_LENGTH - TAG_LENGTH)
  }

  /** Bytes of ciphertext. */
  get length(): number {
    return this.#plain.length
  }

  /** Decrypts up to `maxBytes`. True when it is done, well or not. */
  step(maxBytes: number): boolean {
    const key = this.#keys[this.#key]
    if (key === undefined) {
      this.failure = 'undecryptable'
      return true
    }
    this.#decipher ??= this.#start(key)
    const end = Math.min(this.#plain.length, this.#position + maxBytes)
    const from = HEADER_LENGTH + this.#position
    const slice = this.#sealed.subarray(from, HEADER_LENGTH + end)
    this.#plain.set(this.#decipher.update(slice), this.#position)
    this.#position = end
    if (end < this.#plain.length) return false
    if (this.#isGenuine(this.#decipher)) {
      this.#finish()
      return true
    }
    this.#decipher = undefined
    this.#key++
    this.#position = 0
    return this.#key < this.#keys.length ? false : this.step(0)
  }

  #start(key: PreparedKey): DecipherGCM {
    const sealed = this.#sealed
    const decipher = createDecipheriv(key.cipher, key.secret, sealed.subarray(1, HEADER_LENGTH))
    decipher.setAAD(this.#additional)
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_LENGTH))
    return decipher
  }

  #isGenuine(decipher: DecipherGCM): boolean {
    try {
      decipher.final()
      return true
    } catch {
      return false
    }
  }

  #finish(): void {
    const text = this.#sealed[0] === 0 ? unpad(this.#plain) : this.#plain
    if (typeof text === 'string') this.failure = text
    else if (text.length === 0) this.failure = 'empty'
    else this.text = text
  }
}
