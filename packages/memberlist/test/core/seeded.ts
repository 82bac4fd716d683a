import type { Draw, Random } from '../../src/core/random.ts'

/** 32 bits at a time, the same for the same seed (splitmix32). */
export function seededBits(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
}

/** Draws that a test decides itself; the others come from the seed. */
export type Decisions = { readonly [Name in Draw]?: (below: number) => number }

export function seededRandom(seed: number, decisions: Decisions = {}): Random {
  const bits = seededBits(seed)
  return (draw, below) => {
    const decide = decisions[draw]
    return decide === undefined ? Math.floor((bits() / 2 ** 32) * below) : decide(below)
  }
}
