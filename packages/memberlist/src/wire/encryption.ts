import { createCipheriv, createDecipheriv, randomFillSync } from 'node:crypto'
import type { Keyring, PreparedKey } from './keyring.ts'
import { INDIRECT_PING } from './message-type.ts'
import type { RejectionReason } from './rejection.ts'

// encrypted = version u8, nonce 12, ciphertext, tag 16
//   version 1: the ciphertext is as long as the text
//   version 0: the text is padded as in PKCS#7 to a multiple of 16, by 1 to 16 bytes
//
// AES-GCM. The additional data are the label (packets), or the stream's first five bytes and the
// label (streams).

export type EncryptionVersion = 0 | 1

const NONCE_LENGTH = 12
export const TAG_LENGTH = 16
/** Version and nonce. */
export const HEADER_LENGTH = 1 + NONCE_LENGTH
const BLOCK_LENGTH = 16

/** The most that encryption adds: 45 bytes in version 0 (of which 1 to 16 are padding), else 29. */
export function encryptionOverhead(version: EncryptionVersion): number {
  return HEADER_LENGTH + TAG_LENGTH + (version === 0 ? BLOCK_LENGTH : 0)
}

/** What `length` bytes of text become. */
export function encryptedLength(version: EncryptionVersion, length: number): number {
  return HEADER_LENGTH + length + TAG_LENGTH + paddingLength(version, length)
}

function paddingLength(version: EncryptionVersion, length: number): number {
  return version === 0 ? BLOCK_LENGTH - (length % BLOCK_LENGTH) : 0
}

/**
 * Whether what we cannot decrypt is nevertheless encrypted rather than plain: as a message it would
 * be a ping or indirect ping (their types are the numbers of the encryption versions) without the
 * map, and the text of its first key, that these begin with. It says nothing in any case: this
 * tells the operator that a key is missing. One in a hundred nonces begins like a map with a key;
 * such a packet counts as a broken ping.
 */
export function looksEncrypted(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[start] > INDIRECT_PING || end - start < encryptedLength(1, 0)) return false
  const lead = bytes[start + 1]
  if (lead === 0xde || lead === 0xdf) return false
  const isMap = lead > 0x80 && lead <= 0x8f
  return !isMap || !isTextLead(bytes[start + 2])
}

/** The first byte of a text in any of the forms that a reader takes. */
function isTextLead(lead: number): boolean {
  return (lead & 0xe0) === 0xa0 || (lead >= 0xd9 && lead <= 0xdb) || (lead >= 0xc4 && lead <= 0xc6)
}

const paddings = Array.from({ length: BLOCK_LENGTH + 1 }, (_, n) => new Uint8Array(n).fill(n))

/** What is to be encrypted after `length` bytes of text: nothing in version 1. */
export function paddingFor(version: EncryptionVersion, length: number): Uint8Array {
  return paddings[paddingLength(version, length)]
}

/**
 * Random nonces, drawn many at a time: one draw costs as much as 12 bytes or 6,000. Each is used
 * once. As in Go they are random, not counted, since the members share a key.
 */
const nonces = new Uint8Array(512 * NONCE_LENGTH)
let nextNonce = nonces.length

/** 12 bytes; used at once or copied. */
export function takeNonce(): Uint8Array {
  if (nextNonce === nonces.length) {
    randomFillSync(nonces)
    nextNonce = 0
  }
  const nonce = nonces.subarray(nextNonce, nextNonce + NONCE_LENGTH)
  nextNonce += NONCE_LENGTH
  return nonce
}

/**
 * Encrypts with the primary key into `target` at `offset`, where `encryptedLength` bytes must be
 * free, and returns the position after them. The text and the place may not overlap.
 */
export function encryptInto(
  keyring: Keyring,
  version: EncryptionVersion,
  text: Uint8Array,
  additional: Uint8Array,
  target: Uint8Array,
  offset: number,
): number {
  const key = keyring.prepared[0]
  if (key === undefined) throw new Error('encryption was asked for with an empty keyring')
  const nonce = takeNonce()
  const cipher = createCipheriv(key.cipher, key.secret, nonce)
  if (additional.length > 0) cipher.setAAD(additional)
  target[offset] = version
  target.set(nonce, offset + 1)
  let position = offset + HEADER_LENGTH
  target.set(cipher.update(text), position)
  position += text.length
  const padding = paddingFor(version, text.length)
  if (padding.length > 0) {
    target.set(cipher.update(padding), position)
    position += padding.length
  }
  cipher.final()
  target.set(cipher.getAuthTag(), position)
  return position + TAG_LENGTH
}

/** Encrypts with the primary key. */
export function encrypt(
  keyring: Keyring,
  version: EncryptionVersion,
  text: Uint8Array,
  additional: Uint8Array,
): Uint8Array {
  const target = new Uint8Array(encryptedLength(version, text.length))
  encryptInto(keyring, version, text, additional, target, 0)
  return target
}

/**
 * Decrypts with whichever key fits, the primary tried first. Bounded by the number of keys. Unlike
 * Go, the padding of version 0 is checked: there, an impossible one ends the process.
 */
export function decrypt(
  keyring: Keyring,
  bytes: Uint8Array,
  additional: Uint8Array,
): Uint8Array | RejectionReason {
  if (bytes.length === 0) return 'empty'
  const version = bytes[0]
  if (version !== 0 && version !== 1) return 'encryption-version'
  if (keyring.size === 0) return 'no-key'
  if (bytes.length < encryptedLength(version, 0)) return 'truncated'
  for (const key of keyring.prepared) {
    const text = decryptWith(key, bytes, additional)
    if (text !== undefined) return version === 1 ? text : unpad(text)
  }
  return 'undecryptable'
}

function decryptWith(
  key: PreparedKey,
  bytes: Uint8Array,
  additional: Uint8Array,
): Uint8Array | undefined {
  const tagStart = bytes.length - TAG_LENGTH
  const decipher = createDecipheriv(key.cipher, key.secret, bytes.subarray(1, HEADER_LENGTH))
  if (additional.length > 0) decipher.setAAD(additional)
  decipher.setAuthTag(bytes.subarray(tagStart))
  const text = decipher.update(bytes.subarray(HEADER_LENGTH, tagStart))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return text
}

/** The text without the padding of version 0. */
export function unpad(text: Uint8Array): Uint8Array | RejectionReason {
  const padding = text[text.length - 1]
  const length = text.length - padding
  if (padding < 1 || padding > BLOCK_LENGTH || length < 0) return 'padding'
  for (let index = length; index < text.length; index++) {
    if (text[index] !== padding) return 'padding'
  }
  return text.subarray(0, length)
}
