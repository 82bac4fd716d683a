import { describe, expect, it } from 'vitest'
import { goRules } from '../../src/core/rules.ts'
import { limits } from '../../src/limits.ts'
import { alive, dead, suspect } from './messages.ts'
import { LONGEST_MS, SHORTEST_MS, solo } from './solo.ts'
import type { WorldNode } from './world-node.ts'

/** `me` and so many others, all alive with incarnation 5. */
function among(count: number): ReturnType<typeof solo> {
  const result = solo()
  for (const name of others(count)) result.me.hear([alive(name, { incarnation: 5 })])
  result.me.told()
  result.me.queued()
  result.me.engine.core.membership.clear()
  return result
}

const others = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index))

/** Virtual time from now until it is told that `a` failed. */
function timeToFailure({ world, me }: ReturnType<typeof solo>): number {
  return world.runUntil(() => me.state('a') === 'dead', 2 * LONGEST_MS, 1_000)
}

describe('suspect about another', () => {
  it('makes it a suspect, tells so, and passes it on with who said it', () => {
    const { me } = among(3)
    me.hear([suspect('a', 5, 'b')])
    expect(me.state('a')).toBe('suspect')
    expect(me.told()).toEqual(['suspect a by b'])
    expect(me.queued()).toEqual([{ type: 'suspect', node: 'a', incarnation: 5, from: 'b' }])
  })

  it('takes a newer incarnation over', () => {
    const { me } = among(3)
    me.hear([suspect('a', 9, 'b')])
    expect(me.incarnation('a')).toBe(9)
  })

  it.each([
    ['a member that is not known', suspect('z', 5, 'b')],
    ['an older incarnation', suspect('a', 4, 'b')],
  ])('says nothing about %s', (_what, message) => {
    const { me } = among(3)
    me.hear([message])
    expect(me.told()).toEqual([])
    expect(me.queued()).toEqual([])
    expect(me.state('a')).toBe('alive')
  })

  it.each([
    ['dead', dead('a', 5, 'b')],
    ['left', dead('a', 5, 'a')],
  ])('says nothing about one that is %s', (state, message) => {
    const { me } = among(3)
    me.hear([message])
    me.told()
    me.hear([suspect('a', 7, 'c')])
    expect(me.state('a')).toBe(state)
    expect(me.incarnation('a')).toBe(5)
    expect(me.told()).toEqual([])
  })

  it('is refused from an accuser whose name is longer than any, since it would fit no packet', () => {
    const { me } = among(3)
    me.hear([suspect('a', 5, 'n'.repeat(limits.nameBytes + 1))])
    expect(me.rejectedFor('bad-member')).toBe(1)
    expect(me.state('a')).toBe('alive')
    me.hear([suspect('a', 5, 'n'.repeat(limits.nameBytes))])
    expect(me.state('a')).toBe('suspect')
  })
})

describe('the time of a suspicion', () => {
  it('is the longest without a confirmation', () => {
    const bench = among(4)
    bench.me.hear([suspect('a', 5, 'b')])
    expect(timeToFailure(bench)).toBe(LONGEST_MS)
    expect(bench.me.told()).toEqual(['suspect a by b', 'fail a by me'])
    expect(bench.me.engine.core.counters.degradedTimeouts).toBe(1)
  })

  it('is the shortest with all confirmations', () => {
    const bench = among(4)
    bench.me.hear([suspect('a', 5, 'b'), suspect('a', 5, 'c'), suspect('a', 5, 'd')])
    expect(timeToFailure(bench)).toBe(SHORTEST_MS)
    expect(bench.me.engine.core.counters.degradedTimeouts).toBe(0)
  })

  it('is in between with one of two confirmations, less the time that has passed', () => {
    const bench = among(4)
    bench.me.hear([suspect('a', 5, 'b')])
    bench.world.run(100_000)
    bench.me.hear([suspect('a', 5, 'c')])
    const whole = Math.floor(LONGEST_MS - (Math.log(2) / Math.log(3)) * (LONGEST_MS - SHORTEST_MS))
    expect(timeToFailure(bench)).toBe(Math.ceil((whole - 100_000) / 1_000) * 1_000)
  })

  it('ends at once when the confirmation comes after the shorter time', () => {
    const bench = among(4)
    bench.me.hear([suspect('a', 5, 'b'), suspect('a', 5, 'c')])
    bench.world.run(SHORTEST_MS + 5_000)
    bench.me.hear([suspect('a', 5, 'd')])
    bench.world.run(0)
    expect(bench.me.state('a')).toBe('dead')
  })

  it('is the shortest from the start where there are too few others to confirm', () => {
    const bench = among(2)
    bench.me.hear([suspect('a', 5, 'b')])
    expect(timeToFailure(bench)).toBe(SHORTEST_MS)
  })

  it('waits for as many confirmations as the multiplier less two', () => {
    const bench = solo({ settings: { suspicionMultiplier: 5 } })
    for (const name of others(6)) bench.me.hear([alive(name, { incarnation: 5 })])
    bench.me.hear([suspect('a', 5, 'b')])
    expect(bench.me.engine.core.suspicions.get(bench.me.slot('a'))?.expected).toBe(3)
  })

  it('waits for two also with a smaller multiplier, so that one accuser is no judge', () => {
    const bench = solo({ settings: { suspicionMultiplier: 1 } })
    for (const name of others(6)) bench.me.hear([alive(name, { incarnation: 5 })])
    bench.me.hear([suspect('a', 5, 'b')])
    expect(bench.me.engine.core.suspicions.get(bench.me.slot('a'))?.expected).toBe(2)
    expect(timeToFailure(bench)).toBe(6 * 60_000)
  })

  it("waits for none with a multiplier of two or less by Go's rules", () => {
    const bench = solo({ rules: goRules, settings: { suspicionMultiplier: 1 } })
    for (const name of others(6)) bench.me.hear([alive(name, { incarnation: 5 })])
    bench.me.hear([suspect('a', 5, 'b')])
    expect(bench.me.engine.core.suspicions.get(bench.me.slot('a'))?.expected).toBe(0)
    expect(timeToFailure(bench)).toBe(60_000)
  })

  it('counts the gone among the members that it grows with', () => {
    const bench = among(20)
    for (const name of others(20).slice(5)) bench.me.hear([dead(name, 5, 'b')])
    bench.me.hear([suspect('a', 5, 'b'), suspect('a', 5, 'c'), suspect('a', 5, 'd')])
    // log10(21), cut to three decimals
    expect(timeToFailure(bench)).toBe(Math.ceil(SHORTEST_MS * 1.322) + 720)
  })
})

describe('a confirmation', () => {
  const confirmed = (me: WorldNode): number =>
    me.engine.core.suspicions.get(me.slot('a'))?.confirmations ?? -1

  it('is passed on, and tells nothing by itself', () => {
    const { me } = among(4)
    me.hear([suspect('a', 5, 'b')])
    me.told()
    me.hear([suspect('a', 5, 'c')])
    expect(me.queued()).toEqual([{ type: 'suspect', node: 'a', incarnation: 5, from: 'c' }])
    expect(me.told()).toEqual([])
    expect(confirmed(me)).toBe(1)
  })

  it('does not come from the first accuser, nor twice from the same, and is not passed on then', () => {
    const { me } = among(5)
    me.hear([suspect('a', 5, 'b'), suspect('a', 5, 'c')])
    me.engine.core.membership.clear()
    me.hear([suspect('a', 5, 'b'), suspect('a', 5, 'c')])
    expect(confirmed(me)).toBe(1)
    expect(me.queued()).toEqual([])
  })

  it('is not counted beyond those that are waited for', () => {
    const { me } = among(6)
    me.hear(['b', 'c', 'd', 'e'].map((from) => suspect('a', 5, from)))
    expect(confirmed(me)).toBe(2)
    expect(me.queued()).toMatchObject([{ from: 'd' }])
  })

  it('may be our own, when we did not answer for the first accusation', () => {
    const { me } = among(4)
    me.hear([suspect('a', 5, 'b'), suspect('a', 5, 'me')])
    expect(confirmed(me)).toBe(1)
  })

  it('is a fresh accusation when its incarnation is newer: the former must have been refuted', () => {
    const bench = among(4)
    bench.me.hear([suspect('a', 5, 'b'), suspect('a', 5, 'c')])
    bench.world.run(10_000)
    bench.me.told()
    bench.me.hear([suspect('a', 6, 'd')])
    expect(confirmed(bench.me)).toBe(0)
    expect(bench.me.incarnation('a')).toBe(6)
    expect(bench.me.told()).toEqual([])
    expect(timeToFailure(bench)).toBe(LONGEST_MS)
  })

  it('does nothing once the suspicion ended with an alive', () => {
    const bench = among(4)
    bench.me.hear([suspect('a', 5, 'b'), alive('a', { incarnation: 6 })])
    bench.me.told()
    bench.me.hear([suspect('a', 5, 'c')])
    expect(bench.me.state('a')).toBe('alive')
    expect(bench.me.told()).toEqual([])
  })
})
