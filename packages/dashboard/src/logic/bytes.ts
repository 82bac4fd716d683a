import type { Bytes } from '../api/types.ts'

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text that bytes are, if a reader can see all of it: no control characters but white space. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = strict.decode(bytes)
    return /[^\P{Cc}\t\n\r]|\p{Bidi_Control}|\uFEFF/u.test(text) ? undefined : text
  } catch {
    return undefined
  }
}

export function bytesOfBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Bytes as the agent tells them, on one line. */
export function shownBytes(bytes: Bytes): string {
  if ('text' in bytes) return bytes.text
  return `0x${hexOf(bytesOfBase64(bytes.base64))}`
}

const bytesInLine = 16

/** Offset, bytes, and the letters among them, sixteen to a line. */
export function hexDump(bytes: Uint8Array, maxBytes: number): string {
  const lines: string[] = []
  for (let offset = 0; offset < Math.min(bytes.length, maxBytes); offset += bytesInLine) {
    const part = bytes.subarray(offset, Math.min(offset + bytesInLine, maxBytes))
    const pairs = hexOf(part).replace(/(..)(?=.)/g, '$1 ')
    const letters = Array.from(part, (byte) =>
      byte > 31 && byte < 127 ? String.fromCharCode(byte) : '.',
    )
    const start = offset.toString(16).padStart(6, '0')
    lines.push(`${start}  ${pairs.padEnd(bytesInLine * 3 - 1)}  ${letters.join('')}`)
  }
  return lines.join('\n')
}

/** Hexadecimal digits, spaced or not, as bytes; undefined where they are none. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  const digits = text.replace(/\s|^0x/g, '')
  if (digits.length % 2 !== 0 || !/^[\da-f]*$/i.test(digits)) return undefined
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
