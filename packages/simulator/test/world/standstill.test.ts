import { describe, expect, it } from 'vitest'
import type { RunEvent } from '../../src/run.ts'
import { simulate } from '../../src/simulate.ts'
import { smallScenario } from '../small-scenario.ts'

/** What member 0 does while it is stuck, which is from 2,000 to 6,000; another one crashes just before. */
function whileStuck(stops: 'process' | 'traffic') {
  const scenario = smallScenario(
    [
      { at: 1_990, do: 'crash', who: [3] },
      { at: 2_000, do: 'pause', who: [0], forMs: 4_000, stops },
    ],
    { settings: { probeTimeoutMs: 190 } },
  )
  const own: RunEvent[] = []
  const after: RunEvent[] = []
  const { violations } = simulate(scenario, 4, {
    observe: (event) => {
      const isOwn =
        (event.type === 'sent' && event.from === 0) ||
        (event.type === 'timer' && event.member === 0)
      if (!isOwn || event.at <= 2_000) return
      if (event.at < 6_000) own.push(event)
      else if (event.at === 6_000) after.push(event)
    },
  })
  const timers = own.flatMap((event) => (event.type === 'timer' ? [event.kind] : []))
  return { violations, timers, sent: own.filter(({ type }) => type === 'sent'), after }
}

describe('A member whose process stands still', () => {
  it('does nothing until it wakes, and then all that was due', () => {
    const { violations, timers, sent, after } = whileStuck('process')
    expect(violations).toEqual([])
    expect(timers).toEqual([])
    expect(sent).toEqual([])
    expect(after.length).toBeGreaterThan(0)
  })
})

describe('A member whose traffic is stuck', () => {
  it('sends nothing and begins nothing, but its time-outs run on; then it catches up', () => {
    const { violations, timers, sent, after } = whileStuck('traffic')
    expect(violations).toEqual([])
    expect(sent).toEqual([])
    expect(timers.length).toBeGreaterThan(0)
    for (const kind of timers)
      expect(['probe', 'gossip', 'push-pull', 'reconnect']).not.toContain(kind)
    expect(after.some(({ type }) => type === 'sent')).toBe(true)
  })
})
