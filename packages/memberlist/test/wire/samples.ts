/** Bytes of several characters that are the same in every run, for codecs and their goldens. */
export const samples = {
  /** No byte follows from those before: LZW makes it larger. */
  noise(length: number): Uint8Array {
    const next = generator(0x9e3779b9)
    return Uint8Array.from({ length }, () => next() >>> 24)
  },
  /** Eleven letters, as digits and separators are. */
  letters(length: number): Uint8Array {
    const next = generator(0x2545f491)
    return Uint8Array.from({ length }, () => 45 + ((next() >>> 20) % 11))
  },
  /** One byte over and over: the longest phrases that there are. */
  zeros(length: number): Uint8Array {
    return new Uint8Array(length)
  },
  /** Words that come back, as the keys of a push/pull do. */
  words(length: number): Uint8Array {
    const next = generator(0x1b873593)
    const bytes = new Uint8Array(length)
    for (let index = 0; index < length; ) {
      const word = next() >>> 27
      for (let at = 0; at < 5 + (word % 7) && index < length; at++) {
        bytes[index++] = word * 7 + at * (word + 3)
      }
    }
    return bytes
  },
}

export type SampleName = keyof typeof samples

function generator(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
