const TWO_32 = 2 ** 32

/**
 * Random numbers that are the same on every machine: sfc32 (Chris Doty-Humphrey's Small Fast
 * Counting generator, 128 bits of state), in whole 32-bit arithmetic. What is made of them uses
 * only + - * / and comparisons of doubles, which IEEE 754 fixes to the last bit.
 */
export class Generator {
  private a: number
  private b: number
  private c: number
  private counter = 1

  /**
   * @param seed a whole number from 0 to 2^53 - 1
   * @param purpose every purpose has its own numbers, so that one more draw for the one leaves the
   * others as they are
   */
  constructor(seed: number, purpose: string, index = 0) {
    this.a = seed | 0
    this.b = Math.floor(seed / TWO_32) | 0
    this.c = mix(hashOfText(purpose), index)
    for (let round = 0; round < 12; round++) this.bits()
  }

  /** 32 random bits as a whole number from 0. */
  bits(): number {
    const sum = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = ((this.c << 21) | (this.c >>> 11)) + sum
    this.c |= 0
    return sum >>> 0
  }

  /** From 0 up to, but without, 1. */
  share(): number {
    return this.bits() / TWO_32
  }

  /** A whole number from 0 to below - 1. */
  below(below: number): number {
    return Math.floor((this.bits() / TWO_32) * below)
  }

  between(min: number, max: number): number {
    return min + this.share() * (max - min)
  }

  /** A whole number from min to max. */
  whole(min: number, max: number): number {
    return min + this.below(max - min + 1)
  }

  chance(probability: number): boolean {
    return probability > 0 && this.share() < probability
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]
  }

  /** So many different ones of these, in a drawn order. */
  sample<Item>(items: readonly Item[], count: number): Item[] {
    const urn = [...items]
    const wanted = Math.min(count, urn.length)
    for (let index = 0; index < wanted; index++) {
      const other = index + this.below(urn.length - index)
      const drawn = urn[other]
      urn[other] = urn[index]
      urn[index] = drawn
    }
    urn.length = wanted
    return urn
  }
}

function hashOfText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash
}

function mix(hash: number, index: number): number {
  let mixed = (hash + Math.imul(index + 1, 0x9e3779b9)) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return mixed ^ (mixed >>> 15)
}
