import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Timer } from '../../src/core/effects.ts'
import { type Sleeper, Timetable } from '../../src/shell/timetable.ts'

const PROBE = { kind: 'probe' } as const
const GOSSIP = { kind: 'gossip' } as const

/** A timetable whose clock is the test's. */
class Bench {
  clock = 0.25
  readonly log: string[] = []
  readonly timetable = new Timetable(() => this.clock)

  /** One that notes when its timers come, and for when they were. */
  sleeper(name: string, onDue: (timer: Timer) => void = () => undefined): Sleeper {
    return {
      due: (timer, dueAt) => {
        this.log.push(`${name} ${timer.kind} ${dueAt}`)
        onDue(timer)
      },
    }
  }

  pass(durationMs: number): void {
    for (let passed = 0; passed < durationMs; passed++) {
      this.clock++
      vi.advanceTimersByTime(1)
    }
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('the timetable', () => {
  it.each([
    [0, 1],
    [1, 1],
    [99, 1],
    [100, 2],
    [200, 2],
    [250, 5],
    [500, 10],
    [999, 10],
    [1_000, 20],
    [3_000, 20],
  ])('moves a wait of %i ms to the nearest moment of a grid of %i ms', (delayMs, grain) => {
    for (let offset = 0; offset < 20; offset++) {
      const bench = new Bench()
      bench.clock = 5_000 + offset
      bench.timetable.set(bench.sleeper('a'), PROBE, delayMs)
      bench.pass(delayMs + 20)
      const dueAt = Number(bench.log[0].split(' ')[2])
      expect(dueAt % grain).toBe(0)
      expect(Math.abs(dueAt - (5_000 + offset + delayMs))).toBeLessThanOrEqual(grain / 2)
    }
  })

  it('has one timer of Node for all that come due together, in the order of setting', () => {
    const bench = new Bench()
    const [one, other] = [bench.sleeper('one'), bench.sleeper('other')]
    bench.timetable.set(one, PROBE, 1_000)
    bench.pass(5)
    bench.timetable.set(other, PROBE, 1_000)
    bench.timetable.set(one, GOSSIP, 994)
    expect(vi.getTimerCount()).toBe(1)
    bench.pass(1_000)
    expect(bench.log).toEqual(['one probe 1000', 'other probe 1000', 'one gossip 1000'])
  })

  it('keeps the period of one that is set again when it fires', () => {
    const bench = new Bench()
    const again = bench.sleeper('a', () => {
      // What it does takes a while each time, and the clock moves on.
      bench.clock += 3
      bench.timetable.set(again, PROBE, 1_000)
    })
    bench.timetable.set(again, PROBE, 1_000)
    bench.pass(5_000)
    expect(bench.log.map((line) => Number(line.split(' ')[2]))).toEqual([
      1_000, 2_000, 3_000, 4_000, 5_000,
    ])
  })

  it('waits for the rest when the timer of Node is early', () => {
    const bench = new Bench()
    bench.timetable.set(bench.sleeper('a'), PROBE, 50)
    bench.clock -= 10
    bench.pass(55)
    expect(bench.log).toEqual([])
    bench.pass(5)
    expect(bench.log).toEqual(['a probe 50'])
  })

  it('sets nothing to a moment that is just being told, also when there is no wait', () => {
    const bench = new Bench()
    let left = 3
    const eager = bench.sleeper('a', () => {
      if (left-- > 0) bench.timetable.set(eager, PROBE, 0)
    })
    bench.clock = 0
    bench.timetable.set(eager, PROBE, 10)
    bench.pass(10)
    expect(bench.log).toHaveLength(1)
    bench.pass(3)
    expect(bench.log).toHaveLength(4)
  })

  it('forgets the timers of one and leaves those of others', () => {
    const bench = new Bench()
    const [one, other] = [bench.sleeper('one'), bench.sleeper('other')]
    bench.timetable.set(one, PROBE, 1_000)
    bench.timetable.set(other, PROBE, 1_000)
    bench.timetable.set(one, GOSSIP, 200)
    bench.timetable.set(one, GOSSIP, 1_000)
    bench.timetable.forget(one)
    expect(vi.getTimerCount()).toBe(1)
    bench.pass(1_020)
    expect(bench.log).toEqual(['other probe 1000'])
    bench.timetable.set(one, GOSSIP, 200)
    bench.timetable.forget(one)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tells all of theirs although one of them throws', async () => {
    const bench = new Bench()
    const broken = bench.sleeper('broken', () => {
      throw new Error('a mistake')
    })
    bench.timetable.set(broken, PROBE, 100)
    bench.timetable.set(bench.sleeper('other'), PROBE, 100)
    expect(() => bench.pass(100)).toThrow('a mistake')
    await setImmediate()
    expect(bench.log).toEqual(['broken probe 100', 'other probe 100'])
  })
})
