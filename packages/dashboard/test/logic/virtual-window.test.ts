import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scrollToShow, virtualWindow } from '../../src/logic/virtual-window.ts'

const base = { rowHeight: 32, viewportHeight: 320, overscan: 2, pinned: -1 }

function rows(input: Parameters<typeof virtualWindow>[0]): number[] {
  return virtualWindow(input).flatMap((each) => (each.kind === 'row' ? [each.index] : []))
}

describe('the window on a long list', () => {
  it('has what is in sight and a little more', () => {
    expect(rows({ ...base, count: 1_000, scrollTop: 3_200 })).toEqual(
      Array.from({ length: 14 }, (_, index) => 98 + index),
    )
  })

  it('has all of a short list, and nothing of an empty one', () => {
    expect(rows({ ...base, count: 3, scrollTop: 0 })).toEqual([0, 1, 2])
    expect(virtualWindow({ ...base, count: 0, scrollTop: 0 })).toEqual([])
  })

  it('shows the end when the list became shorter than where it was scrolled to', () => {
    expect(rows({ ...base, count: 20, scrollTop: 30_000 }).at(-1)).toBe(19)
  })

  it('keeps the row that has the focus', () => {
    expect(rows({ ...base, count: 1_000, scrollTop: 16_000, pinned: 3 })[0]).toBe(3)
    expect(rows({ ...base, count: 1_000, scrollTop: 0, pinned: 900 }).at(-1)).toBe(900)
  })

  it('is always as high as the list, in order, without doubles, and bounded', () => {
    const any = fc.record({
      count: fc.nat(2_000),
      scrollTop: fc.nat(70_000),
      viewportHeight: fc.integer({ min: 32, max: 2_000 }),
      pinned: fc.integer({ min: -1, max: 2_100 }),
    })
    fc.assert(
      fc.property(any, (input) => {
        const all = { ...base, ...input }
        const segments = virtualWindow(all)
        const height = segments.reduce(
          (sum, each) => sum + (each.kind === 'row' ? base.rowHeight : each.height),
          0,
        )
        expect(height).toBe(input.count * base.rowHeight)
        const indexes = rows(all)
        expect(indexes).toEqual([...new Set(indexes)].sort((a, b) => a - b))
        expect(indexes.length).toBeLessThanOrEqual(Math.ceil(input.viewportHeight / 32) + 6)
      }),
    )
  })
})

describe('scrolling to a row', () => {
  it.each([
    ['above', 2, 320, 64],
    ['in sight', 12, 320, 320],
    ['below', 30, 320, 672],
  ])('%s moves as little as it takes', (_where, index, scrollTop, expected) => {
    expect(scrollToShow(index, { ...base, scrollTop })).toBe(expected)
  })
})
