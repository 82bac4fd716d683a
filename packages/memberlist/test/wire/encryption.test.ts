import { createCipheriv } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decrypt,
  encrypt,
  encryptedLength,
  encryptInto,
  encryptionOverhead,
} from '../../src/wire/encryption.ts'
import { Keyring } from '../../src/wire/keyring.ts'

const key = (fill: number, length = 16): Uint8Array => new Uint8Array(length).fill(fill)
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const none = new Uint8Array(0)

/** Seals a text as it is, also one that is not padded as it should be. */
function seal(version: number, text: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-gcm', key(1), key(5, 12))
  const sealed = Buffer.concat([cipher.update(text), cipher.final()])
  return Buffer.concat([Uint8Array.of(version), key(5, 12), sealed, cipher.getAuthTag()])
}

describe('encryption', () => {
  it('adds 29 bytes in version 1, and up to 45 in version 0', () => {
    expect(encryptionOverhead(1)).toBe(29)
    expect(encryptionOverhead(0)).toBe(45)
    expect(encryptedLength(1, 100)).toBe(129)
    expect(encryptedLength(0, 0)).toBe(45)
    expect(encryptedLength(0, 15)).toBe(45)
    expect(encryptedLength(0, 16)).toBe(61)
  })

  it('comes back with any key of the ring, in both versions, with and without additional data', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0 as const, 1 as const),
        fc.constantFrom(16, 24, 32),
        fc.uint8Array({ maxLength: 100 }),
        fc.uint8Array({ maxLength: 20 }),
        fc.nat(2),
        (version, length, text, additional, others) => {
          const sealed = encrypt(new Keyring([key(1, length)]), version, text, additional)
          expect(sealed.length).toBe(encryptedLength(version, text.length))
          expect(sealed[0]).toBe(version)
          const keys = [key(2), key(3, 24)].slice(0, others)
          const opened = decrypt(new Keyring([...keys, key(1, length)]), sealed, additional)
          expect(typeof opened === 'string' ? opened : hex(opened)).toBe(hex(text))
        },
      ),
    )
  })

  it('is undone only by the key, the additional data and the bytes that it was made with', () => {
    const keyring = new Keyring([key(1)])
    const sealed = encrypt(keyring, 1, key(7, 40), key(8, 3))
    expect(decrypt(new Keyring([key(2)]), sealed, key(8, 3))).toBe('undecryptable')
    expect(decrypt(keyring, sealed, key(8, 4))).toBe('undecryptable')
    expect(decrypt(keyring, sealed, none)).toBe('undecryptable')
    for (let at = 1; at < sealed.length; at++) {
      const tampered = sealed.slice()
      tampered[at] ^= 1
      expect(decrypt(keyring, tampered, key(8, 3))).toBe('undecryptable')
    }
  })

  it('never uses a nonce twice', () => {
    const keyring = new Keyring([key(1)])
    const nonces = new Set<string>()
    for (let count = 0; count < 2_000; count++) {
      nonces.add(hex(encrypt(keyring, 1, none, none).subarray(1, 13)))
    }
    expect(nonces.size).toBe(2_000)
  })

  it('is the AES-GCM of others: NIST test case 4 cut to its text, key and nonce', () => {
    // The nonce cannot be chosen, so that the check goes by decryption.
    const opened = decrypt(
      new Keyring([Buffer.from('feffe9928665731c6d6a8f9467308308', 'hex')]),
      Buffer.from(
        '01cafebabefacedbaddecaf88842831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca1' +
          '2e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47',
        'hex',
      ),
      Buffer.from('feedfacedeadbeeffeedfacedeadbeefabaddad2', 'hex'),
    )
    expect(typeof opened === 'string' ? opened : hex(opened)).toBe(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525' +
        'b16aedf5aa0de657ba637b39',
    )
  })

  it('is written into a place without touching what is beside it', () => {
    const target = new Uint8Array(100).fill(0xee)
    const end = encryptInto(new Keyring([key(1)]), 0, key(7, 5), none, target, 10)
    expect(end).toBe(55)
    expect(target.subarray(0, 10)).toEqual(key(0xee, 10))
    expect(target.subarray(55)).toEqual(key(0xee, 45))
    const opened = decrypt(new Keyring([key(1)]), target.subarray(10, 55), none)
    expect(typeof opened === 'string' ? opened : hex(opened)).toBe(hex(key(7, 5)))
  })

  it('is not asked for without a key', () => {
    expect(() => encrypt(new Keyring(), 1, none, none)).toThrow('empty keyring')
  })
})

describe('what is refused', () => {
  const keyring = new Keyring([key(1)])

  it('is named before a key is tried', () => {
    expect(decrypt(keyring, none, none)).toBe('empty')
    expect(decrypt(keyring, key(2, 60), none)).toBe('encryption-version')
    expect(decrypt(keyring, key(244, 60), none)).toBe('encryption-version')
    expect(decrypt(new Keyring(), key(1, 60), none)).toBe('no-key')
    expect(decrypt(keyring, key(1, 28), none)).toBe('truncated')
    expect(decrypt(keyring, key(1, 29), none)).toBe('undecryptable')
    expect(decrypt(keyring, key(0, 44), none)).toBe('truncated')
    expect(decrypt(keyring, key(0, 45), none)).toBe('undecryptable')
  })

  it.each([
    ['of 0', [...key(1, 15), 0]],
    ['of more than a block', [...key(17, 32)]],
    ['of more than there is', [...key(16, 15)].concat(200)],
    ['that is not the same throughout', [...key(9, 13), 2, 3, 3]],
  ])('padding %s, which ends a Go process or is not noticed', (_, text) => {
    expect(decrypt(keyring, seal(0, Uint8Array.from(text)), none)).toBe('padding')
  })

  it('is no padding of a whole block', () => {
    const opened = decrypt(keyring, seal(0, key(16, 16)), none)
    expect(typeof opened === 'string' ? opened : opened.length).toBe(0)
  })

  it('is no empty text in version 1', () => {
    const opened = decrypt(keyring, seal(1, none), none)
    expect(typeof opened === 'string' ? opened : opened.length).toBe(0)
  })
})
