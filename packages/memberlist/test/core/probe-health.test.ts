import { describe, expect, it } from 'vitest'
import { ack, alive, dead, nack } from './messages.ts'
import { at, bench, pingOf, pingsIn } from './probe-bench.ts'

describe('local health', () => {
  /** Health after a failed probe of `a` in which so many nacks came. */
  function after(nacks: number, from = ['b', 'c', 'd']): number {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(1_900)
    for (const name of from.slice(0, nacks)) me.hear([nack(sequence)], at(name))
    advance(2_000)
    expect(me.state('a')).toBe('suspect')
    return me.health
  }

  it.each([
    [0, 3],
    [1, 2],
    [2, 1],
    [3, 0],
  ])('with %d of 3 nacks gets worse by %d', (nacks, worse) => {
    expect(after(nacks)).toBe(worse)
  })

  it('does not take more nacks than were asked for', () => {
    expect(after(5, ['b', 'b', 'c', 'd', 'd'])).toBe(0)
  })

  it('gets worse by one where nobody could send a nack', () => {
    const { me, advance } = bench({ names: ['a'] })
    advance(2_000)
    expect(me.health).toBe(1)
  })

  it('gets better by one with each good probe', () => {
    const { me, advance } = bench()
    me.engine.core.changeHealth(2)
    advance(1_000)
    me.hear([ack(pingOf(me).sequence)], at('a'))
    expect(me.health).toBe(1)
  })

  it('stays between 0 and 7', () => {
    const { me, advance } = bench()
    advance(200_000)
    expect(me.health).toBe(7)
    expect(Math.max(...me.events.map(({ event }) => ('score' in event ? event.score : 0)))).toBe(7)
  })

  it('makes a probe last health + 1 intervals, but waits for the first ack no longer', () => {
    const { me, advance } = bench()
    me.engine.core.changeHealth(2)
    advance(1_500)
    expect(me.engine.core.counters.degradedProbes).toBe(1)
    expect(me.streams[0].request).toMatchObject({ timeoutMs: 2_500 })
    advance(3_999)
    expect(me.state('a')).toBe('alive')
    advance(4_000)
    expect(me.state('a')).toBe('suspect')
  })
})

describe('a tick that comes while a probe lasts', () => {
  it('is remembered, one of them: the next probe begins right after', () => {
    const { me, advance } = bench()
    me.engine.core.changeHealth(2)
    advance(3_900)
    expect(pingsIn(me.said()).map(({ node }) => node)).toEqual(['a'])
    advance(4_000)
    expect(pingsIn(me.said()).map(({ node }) => node)).toEqual(['b'])
    advance(4_400)
    expect(pingsIn(me.said())).toEqual([])
  })

  it('is not lost when the ack ends the probe early', () => {
    const { me, advance } = bench()
    me.engine.core.changeHealth(2)
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(2_500)
    me.sent()
    me.hear([ack(sequence)], at('a'))
    advance(2_500)
    expect(pingsIn(me.said()).map(({ node }) => node)).toEqual(['b'])
    advance(3_000)
    expect(pingsIn(me.said())).toEqual([])
  })
})

describe('a member that is forgotten', () => {
  const forgetful = (): ReturnType<typeof bench> =>
    bench({ names: ['a', 'b'], settings: { gossipToTheDeadMs: 3_000 } })

  it('is dead or left for longer than gossip reaches it when the list wraps', () => {
    const { me, advance } = forgetful()
    me.hear([dead('a', 5, 'b')])
    advance(3_000)
    expect(me.state('a')).toBe('dead')
    advance(4_000)
    expect(me.state('a')).toBe('unknown')
    expect(me.told().at(-1)).toBe('forget a')
    expect(me.engine.core.registry.size).toBe(2)
  })

  it('is not one that only just died', () => {
    const { me, advance } = forgetful()
    advance(2_500)
    me.hear([dead('a', 5, 'b')])
    advance(5_000)
    expect(me.state('a')).toBe('dead')
  })

  it('is never ourselves, also when we have left and go on', () => {
    const { me, world, advance } = forgetful()
    me.engine.leave(world.now, () => undefined)
    advance(60_000)
    expect(me.state('me')).toBe('left')
    expect(me.engine.core.selfRecord.name.text).toBe('me')
  })

  it('does not trouble its probe, nor the member that has its slot now', () => {
    const { me, world, advance } = forgetful()
    advance(1_000)
    expect(pingOf(me).node).toBe('a')
    me.engine.core.members.forget(
      (slot) => slot === me.slot('a'),
      () => undefined,
    )
    me.hear([alive('z', { host: '10.0.0.77', incarnation: 5 })])
    advance(1_500)
    const { request } = me.streams[0]
    if (request.kind !== 'ping') throw new Error('it is no ping')
    expect(request.probe.slot).toBe(me.slot('z'))
    advance(2_000)
    expect(me.state('z')).toBe('alive')
    expect(world.now).toBe(2_000)
  })
})
