export function bytes(word: string): Uint8Array {
  return new TextEncoder().encode(word)
}

export function text(given: Uint8Array): string {
  return new TextDecoder().decode(given)
}

/** So many bytes that LZW cannot make smaller, the same each time. */
export function noise(length: number): Uint8Array {
  const given = new Uint8Array(length)
  let state = 0x2545f491
  for (let index = 0; index < length; index++) {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    given[index] = state
  }
  return given
}
