import { describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { alive, dead, suspect } from './messages.ts'
import { LONGEST_MS, solo } from './solo.ts'

function withA(): ReturnType<typeof solo> {
  const result = solo()
  for (const name of ['a', 'b', 'c']) result.me.hear([alive(name, { incarnation: 5 })])
  result.me.told()
  result.me.engine.core.membership.clear()
  return result
}

describe('dead about another', () => {
  it('makes it dead, tells that it failed and who said so, and passes it on', () => {
    const { me } = withA()
    me.hear([dead('a', 5, 'b')])
    expect(me.state('a')).toBe('dead')
    expect(me.told()).toEqual(['fail a by b'])
    expect(me.queued()).toEqual([{ type: 'dead', node: 'a', incarnation: 5, from: 'b' }])
  })

  it('tells failed from left: whoever says it of itself has left', () => {
    const { me } = withA()
    me.hear([dead('a', 5, 'a')])
    expect(me.state('a')).toBe('left')
    expect(me.told()).toEqual(['leave a'])
    expect(me.queued()).toEqual([{ type: 'dead', node: 'a', incarnation: 5, from: 'a' }])
  })

  it('takes a newer incarnation over', () => {
    const { me } = withA()
    me.hear([dead('a', 8, 'b')])
    expect(me.incarnation('a')).toBe(8)
  })

  it.each([
    ['a member that is not known', dead('z', 5, 'b')],
    ['an older incarnation', dead('a', 4, 'b')],
  ])('says nothing about %s', (_what, message) => {
    const { me } = withA()
    me.hear([message])
    expect(me.state('a')).toBe('alive')
    expect(me.told()).toEqual([])
    expect(me.queued()).toEqual([])
  })

  it('says nothing about one that is gone already: dead does not become left, nor left dead', () => {
    const { me } = withA()
    me.hear([dead('a', 5, 'b'), dead('b', 5, 'b')])
    me.told()
    me.hear([dead('a', 9, 'a'), dead('b', 9, 'c'), dead('a', 5, 'c')])
    expect([me.state('a'), me.state('b')]).toEqual(['dead', 'left'])
    expect(me.incarnation('a')).toBe(5)
    expect(me.told()).toEqual([])
  })

  it('ends a running suspicion, whose timer then finds nothing to do', () => {
    const { world, me } = withA()
    me.hear([suspect('a', 5, 'b'), dead('a', 5, 'c')])
    expect(me.engine.core.suspicions.size).toBe(0)
    me.told()
    world.run(2 * LONGEST_MS)
    expect(me.told()).toEqual([])
  })

  it('replaces what was queued about the same member', () => {
    const { me } = withA()
    me.hear([suspect('a', 5, 'b'), dead('a', 5, 'c')])
    expect(me.queued()).toMatchObject([{ type: 'dead' }])
  })

  it('is refused from an accuser whose name is longer than any', () => {
    const { me } = withA()
    me.hear([dead('a', 5, 'n'.repeat(limits.nameBytes + 1))])
    expect(me.rejectedFor('bad-member')).toBe(1)
    expect(me.state('a')).toBe('alive')
  })
})

describe('a suspicion that nobody refutes', () => {
  it('ends with our own word, at the incarnation that was suspected', () => {
    const { world, me } = withA()
    me.hear([suspect('a', 7, 'b')])
    world.run(2 * LONGEST_MS)
    me.engine.core.membership.clear()
    expect(me.state('a')).toBe('dead')
    expect(me.incarnation('a')).toBe(7)
    expect(me.told()).toEqual(['suspect a by b', 'fail a by me'])
  })

  it('is passed on as dead, from us', () => {
    const { world, me } = withA()
    me.hear([suspect('a', 5, 'b')])
    world.runUntil(() => me.state('a') === 'dead', 2 * LONGEST_MS, 10)
    expect(me.queued()).toEqual([{ type: 'dead', node: 'a', incarnation: 5, from: 'me' }])
  })
})
