import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../src/run.ts'
import { Run, simulate } from '../src/simulate.ts'
import { drawScenario } from '../src/swarm/draw-scenario.ts'
import { smallScenario } from './small-scenario.ts'

const crash = [{ at: 2_000, do: 'crash', who: [3] }] as const

describe('a run', () => {
  it('is the same to the byte for the same seed, and another for another', () => {
    const scenario = { ...drawScenario(12), safetyMs: 20_000, endsAfterMs: 0, livenessMs: 0 }
    const first = simulate(scenario, 12)
    expect(simulate(scenario, 12)).toEqual(first)
    expect(simulate(scenario, 13).hash).not.toBe(first.hash)
  })

  it('is not changed by who looks on', () => {
    const events: RunEvent[] = []
    const observed = simulate(smallScenario(crash), 1, { observe: (event) => events.push(event) })
    expect(observed.hash).toBe(simulate(smallScenario(crash), 1).hash)
    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['sent', 'arrived', 'lost', 'stream', 'timer', 'told', 'fault']),
    )
  })

  it('has a hash over all events: one more event is another hash', () => {
    const plain = simulate(smallScenario(), 1)
    const withFault = simulate(
      smallScenario([{ at: 9_999, do: 'clock-jump', who: [0], byMs: 1 }]),
      1,
    )
    expect(withFault.hash).not.toBe(plain.hash)
  })

  it('tells when a crash was first suspected, first seen, and seen by all', () => {
    const { measures, violations } = simulate(smallScenario(crash), 1)
    expect(violations).toEqual([])
    const [{ member, at, firstSuspectedAt = 0, firstFailedAt = 0, failedByAllAt = 0 }] =
      measures.crashes
    expect({ member, at }).toEqual({ member: 3, at: 2_000 })
    expect(firstSuspectedAt).toBeGreaterThan(2_000)
    expect(firstFailedAt).toBeGreaterThan(firstSuspectedAt)
    expect(failedByAllAt).toBeGreaterThanOrEqual(firstFailedAt)
    expect(failedByAllAt).toBeLessThan(6_000)
    expect(measures.convergenceMs).toBeDefined()
  })

  it('counts a failure of one that lives as a false one, by whether the two were disturbed', () => {
    const partition = { at: 0, do: 'partition', who: [0], kind: 'whole' } as const
    const { measures } = simulate(smallScenario([partition]), 1)
    const { falsePositives, wronglyFailed } = measures
    expect(falsePositives.aboutDisturbedAtHealthy).toBe(4)
    expect(falsePositives.aboutHealthyAtDisturbed).toBe(4)
    expect(falsePositives.aboutHealthyAtHealthy).toBe(0)
    expect([...wronglyFailed]).toEqual([4, 1, 1, 1, 1])
  })

  it('measures how a broadcast spreads, and what is sent', () => {
    const scenario = smallScenario([{ at: 1_000, do: 'broadcast', who: [2], bytes: 100 }])
    const { measures } = simulate(scenario, 1)
    const [{ of, reachedMs }] = measures.spreads
    expect(of).toBe(4)
    expect(reachedMs).toHaveLength(4)
    expect(reachedMs[3]).toBeLessThan(1_000)
    const { traffic } = measures
    const sum = (column: Uint32Array): number => column.reduce((total, each) => total + each, 0)
    expect(sum(traffic.packetsOut)).toBe(sum(traffic.packetsIn))
    expect(sum(traffic.packetBytesOut)).toBe(sum(traffic.packetBytesIn))
    expect(sum(traffic.streamBytesOut)).toBeGreaterThan(0)
  })

  it('says how long a bootstrap takes until all know all', () => {
    const scenario = smallScenario([], { nodes: 20, start: 'bootstrap' })
    const { measures, violations } = simulate(scenario, 1)
    expect(violations).toEqual([])
    expect(measures.bootstrapMs).toBeGreaterThan(0)
    expect(measures.bootstrapMs).toBeLessThan(5_000)
  })

  it('ends where it is told to', () => {
    const result = simulate(smallScenario(), 1, { progress: (virtualMs) => virtualMs < 3_000 })
    expect(result.complete).toBe(false)
    expect(result.virtualMs).toBe(3_000)
  })
})

describe('a push/pull that tells nothing new', () => {
  it('leaves everything as it is: a run that takes it for real is the same', () => {
    const scenario = smallScenario([{ at: 3_000, do: 'crash', who: { draw: 3 } }], {
      nodes: 70,
      checkers: [],
      safetyMs: 5_000,
      livenessMs: 0,
    })
    const skipping = new Run(scenario, 1, {}).run()
    const real = new Run(scenario, 1, {})
    real.world.skipsKnownStates = false
    expect(real.run()).toEqual(skipping)
  })
})

describe('fast mode', () => {
  it('is the same run, event for event, with other sizes of streams', () => {
    const bytes: RunEvent[] = []
    const messages: RunEvent[] = []
    const scenario = { ...drawScenario(3), safetyMs: 20_000, endsAfterMs: 0, livenessMs: 0 }
    const first = simulate(scenario, 3, { observe: (event) => bytes.push(event) })
    const fast = { ...scenario, mode: 'messages' } as const
    const second = simulate(fast, 3, { observe: (event) => messages.push(event) })
    expect(second.hash).toBe(first.hash)
    expect(messages).toEqual(bytes)
  })
})
