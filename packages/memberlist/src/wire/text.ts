import type { Span } from './span.ts'

/**
 * Names are bytes on the wire; Go never checks that they are UTF-8. Their text form here is the
 * UTF-8 reading where there is one. A byte that belongs to no valid sequence becomes the lone
 * surrogate U+DC80 + (byte - 0x80), as Python's `surrogateescape` has it: every name has a text,
 * two different names have two different texts, and the way back gives the same bytes.
 */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

export function textFromBytes(bytes: Uint8Array, start = 0, end = bytes.length): string {
  if (end - start <= 64) {
    let index = start
    while (index < end && bytes[index] < 0x80) index++
    // In one go: a string put together byte by byte stays a tree that takes ten times the memory.
    if (index === end) return String.fromCharCode(...bytes.subarray(start, end))
  }
  try {
    return strict.decode(bytes.subarray(start, end))
  } catch {
    return escapedText(bytes, start, end)
  }
}

export function spanText({ bytes, start, end }: Span): string {
  return textFromBytes(bytes, start, end)
}

export function bytesFromText(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text) || text.isWellFormed()) return encoder.encode(text)
  const parts: number[] = []
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if (code >= 0xdc80 && code <= 0xdcff) parts.push(code - 0xdc00)
    else parts.push(...encoder.encode(character))
  }
  return Uint8Array.from(parts)
}

function escapedText(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let index = start
  while (index < end) {
    const length = sequenceLength(bytes, index, end)
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + bytes[index])
      index++
    } else {
      text += strict.decode(bytes.subarray(index, index + length))
      index += length
    }
  }
  return text
}

/** Bytes of the valid UTF-8 sequence that starts here, or 0. */
function sequenceLength(bytes: Uint8Array, index: number, end: number): number {
  const lead = bytes[index]
  const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
  if (length === 0 || lead > 0xf4 || index + length > end) return 0
  try {
    strict.decode(bytes.subarray(index, index + length))
    return length
  } catch {
    return 0
  }
}
