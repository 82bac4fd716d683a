import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Awareness } from '../../src/core/awareness.ts'

describe('Awareness', () => {
  it.each([
    { deltas: [], score: 0 },
    { deltas: [-1], score: 0 },
    { deltas: [1, 1], score: 2 },
    { deltas: [1, -1], score: 0 },
    { deltas: [10], score: 7 },
    { deltas: [10, -1], score: 6 },
    { deltas: [10, -20], score: 0 },
  ])('after $deltas with a multiplier of 8 the score is $score', ({ deltas, score }) => {
    const awareness = new Awareness(8)
    for (const delta of deltas) awareness.apply(delta)
    expect(awareness.score).toBe(score)
  })

  it('says whether the score changed', () => {
    const awareness = new Awareness(3)
    expect(awareness.apply(-1)).toBe(false)
    expect(awareness.apply(5)).toBe(true)
    expect(awareness.apply(1)).toBe(false)
    expect(awareness.apply(-1)).toBe(true)
  })

  it('makes a time score + 1 times as long', () => {
    const awareness = new Awareness(8)
    expect(awareness.scale(1_000)).toBe(1_000)
    awareness.apply(7)
    expect(awareness.scale(1_000)).toBe(8_000)
  })

  it('with a multiplier of 1 stays healthy whatever happens', () => {
    const awareness = new Awareness(1)
    expect(awareness.apply(5)).toBe(false)
    expect(awareness.scale(1_000)).toBe(1_000)
  })

  it('stays within 0 and one less than the multiplier', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer()), (most, deltas) => {
        const awareness = new Awareness(most)
        for (const delta of deltas) {
          awareness.apply(delta)
          expect(awareness.score).toBeGreaterThanOrEqual(0)
          expect(awareness.score).toBeLessThan(most)
        }
      }),
      { numRuns: 50 },
    )
  })
})
