import { createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { MemberlistError } from '../errors.ts'
import { copyBytes } from './span.ts'

export type AesCipher = 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'

/** A key made ready once, so that a packet costs no key import. */
export interface PreparedKey {
  readonly cipher: AesCipher
  readonly secret: KeyObject
}

interface Entry extends PreparedKey {
  readonly bytes: Uint8Array
}

/**
 * The keys of a cluster. The primary encrypts; every key decrypts, the primary tried first. A key
 * is rotated without a gap by three rounds over all members: add the new one everywhere, use it
 * everywhere, remove the old one everywhere. Go's `Keyring`.
 *
 * What bounds it: whoever holds it. Each further key costs a failed decryption for packets that
 * are in none of the earlier ones.
 */
export class Keyring {
  /** Primary first, then in the order of adding. */
  #entries: readonly Entry[] = []

  /**
   * @param keys each 16, 24 or 32 bytes, for AES-128, -192 or -256; copied
   * @param primary the one to encrypt with, added if it is not among them; by default the first
   * @throws MemberlistError ERR_KEY: a key of another length
   */
  constructor(keys: readonly Uint8Array[] = [], primary: Uint8Array | undefined = keys[0]) {
    if (primary !== undefined) this.add(primary)
    for (const key of keys) this.add(key)
  }

  get size(): number {
    return this.#entries.length
  }

  /** Copies, the primary first. */
  get keys(): readonly Uint8Array[] {
    return this.#entries.map((entry) => entry.bytes.slice())
  }

  /** A copy; undefined when there is no key. */
  get primary(): Uint8Array | undefined {
    return this.#entries[0]?.bytes.slice()
  }

  /** For the ciphers; primary first. Replaced, never changed, when the keys change. */
  get prepared(): readonly PreparedKey[] {
    return this.#entries
  }

  has(key: Uint8Array): boolean {
    return this.#find(key) !== undefined
  }

  /**
   * Adds a key, after those that are there; the very first becomes the primary. A key that is
   * there already changes nothing.
   *
   * @throws MemberlistError ERR_KEY: not 16, 24 or 32 bytes
   */
  add(key: Uint8Array): void {
    const cipher = cipherFor(key)
    if (this.has(key)) return
    const bytes = copyBytes(key)
    this.#entries = [...this.#entries, { cipher, secret: createSecretKey(bytes), bytes }]
  }

  /**
   * Makes a key of the ring the primary.
   *
   * @throws MemberlistError ERR_KEY: it is not in the ring
   */
  use(key: Uint8Array): void {
    const found = this.#find(key)
    if (found === undefined) {
      throw new MemberlistError(
        'ERR_KEY',
        'This key is not in the keyring, so it cannot become the primary. ' +
          'Add it first, on every member.',
        { data: { keys: this.size } },
      )
    }
    this.#entries = [found, ...this.#entries.filter((entry) => entry !== found)]
  }

  /**
   * Removes a key; one that is not there changes nothing.
   *
   * @throws MemberlistError ERR_KEY: it is the primary
   */
  remove(key: Uint8Array): void {
    const found = this.#find(key)
    if (found === undefined) return
    if (found === this.#entries[0]) {
      throw new MemberlistError(
        'ERR_KEY',
        'The primary key cannot be removed: nothing could be encrypted. ' +
          'Make another key the primary first, on every member.',
        { data: { keys: this.size } },
      )
    }
    this.#entries = this.#entries.filter((entry) => entry !== found)
  }

  #find(key: Uint8Array): Entry | undefined {
    return this.#entries.find(
      (entry) => entry.bytes.length === key.length && timingSafeEqual(entry.bytes, key),
    )
  }
}

function cipherFor(key: Uint8Array): AesCipher {
  switch (key.length) {
    case 16:
      return 'aes-128-gcm'
    case 24:
      return 'aes-192-gcm'
    case 32:
      return 'aes-256-gcm'
    default:
      throw new MemberlistError(
        'ERR_KEY',
        `A key of ${key.length} bytes was given; AES takes 16, 24 or 32. ` +
          'Generate one with `hearsay keygen`, and decode its base64 before passing it.',
        { data: { length: key.length, expected: [16, 24, 32] } },
      )
  }
}
