import { describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { alive, dead } from './messages.ts'
import { solo } from './solo.ts'
import type { NodeOptions } from './world-node.ts'

const INTERVAL = 30_000

/** `me` alone with `a`, tried again every 30 s, at 29,999 ms first. */
function bench(options: NodeOptions = {}) {
  const result = solo({
    ...options,
    settings: { reconnectIntervalMs: INTERVAL, ...options.settings },
  })
  result.me.hear([alive('a', { host: '10.0.0.11' })])
  return result
}

const attempts = ({ me }: ReturnType<typeof bench>): string[] =>
  me.streams.map(({ at, request }) => {
    const target = request.kind === 'push-pull' ? ` ${request.record.host}` : ''
    return `${Math.round(at / INTERVAL)} ${request.kind}${target}`
  })

describe('a failed member', () => {
  it('is tried again by push/pull at its last address, rarer and rarer, up to 8 intervals', () => {
    const result = bench()
    result.me.hear([dead('a', 1, 'b')])
    result.world.run(40 * INTERVAL)
    expect(attempts(result)).toEqual(
      [1, 2, 5, 12, 20, 28, 36].map((round) => `${round} push-pull 10.0.0.11`),
    )
  })

  it('is tried again after the table has forgotten it', () => {
    const result = bench({
      settings: { probeIntervalMs: 1_000, gossipToTheDeadMs: 1_000 },
      decisions: { stagger: (below) => below - 1 },
    })
    result.me.hear([dead('a', 1, 'b')])
    result.world.run(INTERVAL)
    expect(result.me.state('a')).toBe('unknown')
    expect(attempts(result)).toEqual(['1 push-pull 10.0.0.11'])
  })

  it('is given up after the stated time', () => {
    const result = bench({ settings: { reconnectTimeoutMs: 4 * INTERVAL } })
    result.me.hear([dead('a', 1, 'b')])
    result.world.run(40 * INTERVAL)
    expect(attempts(result)).toHaveLength(2)
    expect(result.me.engine.core.reconnects.size).toBe(0)
  })

  it('is not tried when it left, nor once it is back', () => {
    const result = bench()
    result.me.hear([alive('b'), dead('b', 1, 'b'), dead('a', 1, 'b')])
    result.me.hear([alive('a', { host: '10.0.0.11', incarnation: 2 })])
    expect(result.me.engine.core.reconnects.size).toBe(0)
    result.world.run(10 * INTERVAL)
    expect(attempts(result)).toEqual([])
  })

  it('is not tried when that is turned off', () => {
    const result = bench({ settings: { reconnectIntervalMs: 0 } })
    result.me.hear([dead('a', 1, 'b')])
    result.world.run(10 * INTERVAL)
    expect(attempts(result)).toEqual([])
    expect(result.me.engine.core.reconnects.size).toBe(0)
  })

  it('begins anew when it fails again', () => {
    const result = bench()
    result.me.hear([dead('a', 1, 'b')])
    result.world.run(12 * INTERVAL)
    result.me.hear([alive('a', { host: '10.0.0.11', incarnation: 2 }), dead('a', 2, 'b')])
    result.world.run(2 * INTERVAL)
    expect(attempts(result).slice(-2)).toEqual(['13 push-pull 10.0.0.11', '14 push-pull 10.0.0.11'])
  })

  it('is tried by about one member of the cluster in an interval, however many those are', () => {
    let tried = 0
    const rounds = 400
    const result = bench({
      settings: { reconnectTimeoutMs: rounds * INTERVAL, reconnectIntervalMs: INTERVAL },
    })
    for (let index = 0; index < 20; index++) result.me.hear([alive(`m${index}`)])
    result.me.hear([dead('a', 1, 'b')])
    result.world.run(rounds * INTERVAL)
    tried = result.me.streams.length
    // 1 in 20 intervals is 20; the backing off only spaces them out.
    expect(tried).toBeGreaterThan(8)
    expect(tried).toBeLessThan(35)
  })

  it('is one of a bounded number: the oldest is given up first', () => {
    const result = bench()
    const count = limits.reconnectTargets + 10
    for (let index = 0; index < count; index++) {
      result.me.hear([alive(`m${index}`, { port: 1_000 + index }), dead(`m${index}`, 1, 'b')])
    }
    expect(result.me.engine.core.reconnects.size).toBe(limits.reconnectTargets)
    result.world.run(60 * INTERVAL)
    const ports = result.me.streams.map(({ request }) =>
      request.kind === 'push-pull' ? request.record.port : 0,
    )
    expect(ports.length).toBeGreaterThan(20)
    expect(Math.min(...ports)).toBeGreaterThanOrEqual(1_010)
  })
})

describe('the addresses that were joined', () => {
  it('are tried again when we are alone', () => {
    const result = solo({ settings: { reconnectIntervalMs: INTERVAL } })
    result.me.join('10.0.0.50:7946')
    result.world.run(3 * INTERVAL)
    expect(attempts(result)).toEqual(['1 rejoin', '2 rejoin', '3 rejoin'])
  })

  it('are tried again while members are failed', () => {
    const result = bench()
    result.me.join('10.0.0.50:7946')
    result.me.hear([dead('a', 1, 'b')])
    result.world.run(INTERVAL)
    expect(attempts(result)).toEqual(['1 rejoin', '1 push-pull 10.0.0.11'])
  })

  it('are looked at by about one of the cluster in an interval when nobody has failed', () => {
    const result = bench()
    for (let index = 0; index < 19; index++) result.me.hear([alive(`m${index}`)])
    result.me.join('10.0.0.50:7946')
    result.world.run(200 * INTERVAL)
    expect(attempts(result).length).toBeGreaterThan(4)
    expect(attempts(result).length).toBeLessThan(20)
  })

  it('are left alone when there are none, and when we are leaving', () => {
    const alone = solo({ settings: { reconnectIntervalMs: INTERVAL } })
    alone.world.run(5 * INTERVAL)
    expect(attempts(alone)).toEqual([])
    const leaving = bench()
    leaving.me.join('10.0.0.50:7946')
    leaving.me.hear([dead('a', 1, 'b')])
    leaving.me.engine.leave(0, () => undefined)
    leaving.world.run(5 * INTERVAL)
    expect(attempts(leaving)).toEqual([])
  })
})
