import { createHash } from 'node:crypto'
import { Refusal } from './refusal.ts'

const takes = '16, 24 or 32 bytes in base64 or hexadecimal (`hearsay keygen` makes one)'
const lengths = [16, 24, 32]

/**
 * Reads a gossip key. 32 hexadecimal digits could also be the base64 of 24 bytes; a random key of
 * 24 bytes has such a form once in 2^49, so hexadecimal it is.
 */
export function readKey(text: string): Uint8Array {
  const compact = text.trim()
  if (/^[0-9a-f]+$/i.test(compact) && lengths.includes(compact.length / 2)) {
    return Uint8Array.from(Buffer.from(compact, 'hex'))
  }
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(compact)) {
    throw new Refusal(takes, `${compact.length} characters that are not base64`, 'ERR_KEY')
  }
  const bytes = Uint8Array.from(Buffer.from(compact, 'base64'))
  if (!lengths.includes(bytes.length)) {
    throw new Refusal(takes, `a key of ${bytes.length} bytes`, 'ERR_KEY')
  }
  return bytes
}

export function keyText(key: Uint8Array): string {
  return Buffer.from(key).toString('base64')
}

/** What a key is called where the key itself must not be shown. */
export function keyId(key: Uint8Array): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16)
}
