import { describe, expect, it } from 'vitest'
import { backoffMs } from '../../src/logic/backoff.ts'
import {
  isOver,
  pulsePosition,
  pulsesOf,
  summarizeActivity,
  travelMs,
} from '../../src/logic/pulses.ts'
import { nearest, ringLayout } from '../../src/logic/ring-layout.ts'

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n-${index}`)

describe('members on a ring', () => {
  it('start at the top and go clockwise', () => {
    const [top, right] = ringLayout(names(4), 100)
    expect(top).toMatchObject({ name: 'n-0', x: 0, y: -100 })
    expect(right?.x).toBeCloseTo(100)
  })

  it.each([1, 10, 100, 300, 1_000])('do not cover each other: %i of them', (count) => {
    const places = ringLayout(names(count), 230)
    const gaps = places.flatMap((a, index) =>
      places.slice(index + 1).map((b) => Math.hypot(a.x - b.x, a.y - b.y)),
    )
    expect(Math.min(Infinity, ...gaps.slice(0, 100_000))).toBeGreaterThan(7)
    expect(Math.max(...places.map(({ x, y }) => Math.hypot(x, y)))).toBeCloseTo(230)
  })

  it('are found under a pointer, if one is near', () => {
    const places = ringLayout(names(4), 100)
    expect(nearest(places, 3, -95, 14)?.name).toBe('n-0')
    expect(nearest(places, 0, 0, 14)).toBeUndefined()
  })
})

describe('what goes on', () => {
  const batch = {
    time: '',
    pings: [
      { to: 'a', kind: 'ping' as const },
      { to: 'a', kind: 'ack' as const, roundTripMs: 4 },
      { to: 'b', kind: 'answer' as const },
    ],
    gossip: [{ to: 'b' }],
    received: [{ from: 'c' }],
    exchanges: [{ with: 'd', failed: false }],
    leftOut: 0,
  }

  it('is on its way out or in', () => {
    const pulses = pulsesOf(batch, 1_000, 100)
    expect(pulses.map(({ kind }) => kind)).toEqual([
      'ping',
      'ack',
      'ping',
      'stream',
      'gossip',
      'received',
    ])
    const [out, back] = pulses
    if (out === undefined || back === undefined) throw new Error('Nothing.')
    expect(pulsePosition(out, out.startsAt + travelMs / 4)).toBeCloseTo(0.25)
    expect(pulsePosition(back, back.startsAt + travelMs / 4)).toBeCloseTo(0.75)
    expect(pulsePosition(out, out.startsAt - 1)).toBeUndefined()
    expect(isOver(out, out.startsAt + travelMs + 1)).toBe(true)
  })

  it('is no more than there is room for', () => {
    expect(pulsesOf(batch, 0, 2)).toHaveLength(2)
    expect(pulsesOf(batch, 0, -1)).toEqual([])
  })

  it('is summed up in numbers', () => {
    expect(summarizeActivity([batch, batch])).toEqual({
      pings: 2,
      acks: 2,
      medianMs: 4,
      gossip: 2,
      received: 2,
    })
  })
})

describe('a wait before trying again', () => {
  it('doubles up to 15 s, give or take a fifth', () => {
    expect([0, 1, 2, 3, 4, 99].map((attempt) => backoffMs(attempt, 1_000, 0.5))).toEqual([
      1_000, 2_000, 4_000, 8_000, 15_000, 15_000,
    ])
    expect([backoffMs(0, 1_000, 0), backoffMs(0, 1_000, 1)]).toEqual([800, 1_200])
  })
})
