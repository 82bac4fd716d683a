import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Timer } from '../../src/core/effects.ts'
import { Timers } from '../../src/shell/timers.ts'
import { Timetable } from '../../src/shell/timetable.ts'

const PROBE = { kind: 'probe' } as const
const GOSSIP = { kind: 'gossip' } as const
const PUSH_PULL = { kind: 'push-pull' } as const

/** Timers whose clock is the test's, and whose sockets are drained when the test says so. */
class Bench {
  clock = 0
  /** What the timers brought about, in order. */
  readonly log: string[] = []
  drained: () => void = () => undefined
  onFire: (timer: Timer) => void = () => undefined
  readonly timetable = new Timetable(() => this.clock)
  readonly timers = new Timers({
    timetable: this.timetable,
    now: () => this.clock,
    latenessThresholdMs: 500,
    drain: () => {
      this.log.push('drain')
      return new Promise((resolve) => {
        this.drained = resolve
      })
    },
    fire: (timer) => {
      this.log.push(timer.kind)
      this.onFire(timer)
    },
    stalled: (pausedMs) => this.log.push(`stalled ${pausedMs}`),
  })

  /** Lets time pass as it should. */
  pass(durationMs: number): void {
    for (let passed = 0; passed < durationMs; passed++) {
      this.clock++
      vi.advanceTimersByTime(1)
    }
  }

  /** The process stands still for so long, and wakes to all timers that came due. */
  stall(durationMs: number): void {
    this.clock += durationMs
    vi.advanceTimersByTime(durationMs)
  }

  async finishDraining(): Promise<void> {
    this.drained()
    await new Promise((resolve) => setImmediate(resolve))
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})

afterEach(() => {
  vi.useRealTimers()
})

describe('timers', () => {
  it('fire when they are due, without any ado', () => {
    const bench = new Bench()
    bench.timers.set(PROBE, 200)
    bench.timers.set(GOSSIP, 100)
    bench.pass(150)
    expect(bench.log).toEqual(['gossip'])
    bench.pass(50)
    expect(bench.log).toEqual(['gossip', 'probe'])
  })

  it('wait for the sockets to be read when they fire late', async () => {
    const bench = new Bench()
    bench.timers.set(PROBE, 100)
    bench.stall(300)
    expect(bench.log).toEqual(['drain'])
    await bench.finishDraining()
    expect(bench.log).toEqual(['drain', 'probe'])
  })

  it('tell of a pause, before any of them fires, when they are later than the threshold', async () => {
    const bench = new Bench()
    bench.timers.set(PROBE, 100)
    bench.stall(3_100)
    await bench.finishDraining()
    expect(bench.log).toEqual(['drain', 'stalled 3000', 'probe'])
  })

  it('all wait while the sockets are read once, and fire in their order', async () => {
    const bench = new Bench()
    bench.timers.set(PUSH_PULL, 300)
    bench.timers.set(PROBE, 100)
    bench.timers.set(GOSSIP, 200)
    bench.stall(3_000)
    bench.timers.set(GOSSIP, 1)
    bench.pass(1)
    expect(bench.log).toEqual(['drain'])
    await bench.finishDraining()
    expect(bench.log).toEqual(['drain', 'stalled 2900', 'probe', 'gossip', 'push-pull', 'gossip'])
  })

  it('set while late ones fire wait for their own time', async () => {
    const bench = new Bench()
    bench.timers.set(PROBE, 100)
    bench.onFire = ({ kind }) => {
      if (kind === 'probe') bench.timers.set(GOSSIP, 50)
    }
    bench.stall(1_000)
    await bench.finishDraining()
    expect(bench.log).toEqual(['drain', 'stalled 900', 'probe'])
    bench.pass(50)
    expect(bench.log.at(-1)).toBe('gossip')
  })

  it('fire also when the sockets could not be read', async () => {
    const bench = new Bench()
    const fired: string[] = []
    const timers = new Timers({
      timetable: bench.timetable,
      now: () => bench.clock,
      latenessThresholdMs: 500,
      drain: () => Promise.reject(new Error('closed')),
      fire: ({ kind }) => fired.push(kind),
      stalled: () => undefined,
    })
    timers.set(PROBE, 100)
    bench.stall(300)
    await new Promise((resolve) => setImmediate(resolve))
    expect(fired).toEqual(['probe'])
  })

  it('do nothing after they were closed, not even those that are late', async () => {
    const bench = new Bench()
    bench.timers.set(PROBE, 100)
    bench.timers.set(GOSSIP, 10_000)
    bench.stall(300)
    bench.timers.close()
    bench.timers.set(PUSH_PULL, 1)
    await bench.finishDraining()
    bench.pass(20_000)
    expect(bench.log).toEqual(['drain'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('stop in the middle when one of them closes the others', async () => {
    const bench = new Bench()
    bench.timers.set(PROBE, 100)
    bench.timers.set(GOSSIP, 200)
    bench.onFire = () => bench.timers.close()
    bench.stall(1_000)
    await bench.finishDraining()
    expect(bench.log).toEqual(['drain', 'stalled 900', 'probe'])
  })

  it('may be further off than the timers of Node reach', () => {
    const bench = new Bench()
    const months = 2 ** 31 + 5_000
    bench.timers.set(PROBE, months)
    bench.pass(10)
    expect(bench.log).toEqual([])
    bench.stall(2 ** 31 - 1 - 10)
    bench.pass(4_900)
    expect(bench.log).toEqual([])
    bench.pass(200)
    expect(bench.log).toEqual(['probe'])
  })
})
