import { Buffer } from 'node:buffer'

/**
 * Compares by the bytes of the UTF-8, without making them. Code units compare the same, but that a
 * surrogate (U+D800…U+DFFF, half of a character beyond U+FFFF) stands after U+E000…U+FFFF.
 */
export function compareKeys(one: string, other: string): number {
  const shared = Math.min(one.length, other.length)
  for (let index = 0; index < shared; index++) {
    const left = one.charCodeAt(index)
    const right = other.charCodeAt(index)
    if (left !== right) return rank(left) - rank(right)
  }
  return one.length - other.length
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000
}

/** Length of the key's UTF-8. */
export function keyBytes(key: string): number {
  return Buffer.byteLength(key)
}
