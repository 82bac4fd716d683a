/** The same numbers for the same seed (splitmix32): an integer below the given one. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0
  const bits = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) >>> 0
  }
  return (below) => Math.floor((bits() / 2 ** 32) * below)
}
