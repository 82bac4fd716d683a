import { describe, expect, it } from 'vitest'
import { alive, dead, suspect, VERSIONS } from './messages.ts'
import { solo } from './solo.ts'

const own = { host: '10.0.0.1', meta: 'mine' }

/** `me` has incarnation 100 and says `mine`. */
const refuting = () => solo({ meta: 'mine', settings: { maxIncarnationJump: 1_000 } })

describe('an accusation of ourselves', () => {
  it.each([
    ['suspect', suspect('me', 100, 'b')],
    ['dead', dead('me', 100, 'b')],
    ['dead, in our own name', dead('me', 100, 'me')],
  ])(
    '(%s) is refuted with the next incarnation, to all, and with what we say of ourselves',
    (_, m) => {
      const { me } = refuting()
      me.hear([m])
      expect(me.state('me')).toBe('alive')
      expect(me.incarnation()).toBe(101)
      expect(me.queued()).toEqual([
        {
          type: 'alive',
          node: 'me',
          incarnation: 101,
          host: '10.0.0.1',
          port: 7_946,
          meta: 'mine',
          versions: [...VERSIONS],
        },
      ])
      expect(me.engine.core.counters.refutations).toBe(1)
    },
  )

  it('is beaten by one when it is ahead of us', () => {
    const { me } = refuting()
    me.hear([suspect('me', 250, 'b')])
    expect(me.incarnation()).toBe(251)
  })

  it('is old news when we have refuted it before', () => {
    const { me } = refuting()
    me.hear([suspect('me', 100, 'b'), suspect('me', 100, 'c'), dead('me', 99, 'b')])
    expect(me.incarnation()).toBe(101)
    expect(me.engine.core.counters.refutations).toBe(1)
  })

  it('that was refuted before makes us say it again, unless that still waits to be sent', () => {
    for (const outdated of [suspect('me', 100, 'c'), dead('me', 99, 'c'), suspect('me', 0, 'c')]) {
      const { me } = refuting()
      const { membership } = me.engine.core
      me.hear([suspect('me', 100, 'b'), outdated])
      expect(membership.length).toBe(1)
      membership.clear()
      me.hear([outdated, outdated])
      expect(me.queued()).toMatchObject([{ type: 'alive', node: 'me', incarnation: 101 }])
      expect([me.incarnation(), me.health]).toEqual([101, 1])
    }
  })

  it('that was refuted before is left alone once we are leaving', () => {
    const { me } = refuting()
    me.engine.leave(0, () => undefined)
    me.engine.core.membership.clear()
    me.hear([suspect('me', 99, 'b'), dead('me', 99, 'b')])
    expect(me.queued()).toEqual([])
  })

  it('makes our health worse by one each time', () => {
    const { me } = refuting()
    me.hear([suspect('me', 100, 'b'), suspect('me', 101, 'b')])
    expect(me.health).toBe(2)
    expect(me.told()).toEqual(['health 1', 'health 2'])
  })

  it('never starts a suspicion of ourselves', () => {
    const { me } = refuting()
    me.hear([suspect('me', 100, 'b'), suspect('me', 0xffffffff, 'b')])
    expect(me.engine.core.suspicions.size).toBe(0)
    expect(me.state('me')).toBe('alive')
  })
})

describe('an alive about ourselves', () => {
  it('is our own on its way back when all is the same', () => {
    const { me } = refuting()
    me.hear([alive('me', { ...own, incarnation: 100 })])
    expect(me.incarnation()).toBe(100)
    expect(me.health).toBe(0)
    expect(me.queued()).toEqual([])
  })

  it('is old when its incarnation is smaller, whatever it says', () => {
    const { me } = refuting()
    me.hear([alive('me', { ...own, incarnation: 99, meta: 'other' })])
    expect(me.incarnation()).toBe(100)
  })

  it.each([
    ['other metadata', { ...own, meta: 'other' }],
    ['other versions', { ...own, versions: [1, 5, 4, 0, 0, 0] }],
  ])('of an earlier life with the same incarnation but %s is refuted', (_what, fields) => {
    const { me } = refuting()
    me.hear([alive('me', { ...fields, incarnation: 100 })])
    expect(me.incarnation()).toBe(101)
    expect(me.queued()).toMatchObject([{ incarnation: 101, meta: 'mine' }])
  })

  it('of an earlier life with a higher incarnation is refuted, even with the same contents', () => {
    const { me } = refuting()
    me.hear([alive('me', { ...own, incarnation: 500 })])
    expect(me.incarnation()).toBe(501)
  })

  it('at another address is a conflict, which we do not answer with a refutation', () => {
    const { me } = refuting()
    me.hear([alive('me', { host: '10.0.0.77', incarnation: 500 })])
    expect(me.incarnation()).toBe(100)
    expect(me.told()).toEqual(['conflict me with 10.0.0.77:7946'])
    expect(me.rejectedFor('name-conflict')).toBe(1)
  })
})

describe('an accusation that no honest life can have earned', () => {
  const bound = 2 ** 31 + 1_000

  it.each([
    ['suspect', (incarnation: number) => suspect('me', incarnation, 'b')],
    ['dead', (incarnation: number) => dead('me', incarnation, 'b')],
    ['alive', (incarnation: number) => alive('me', { ...own, incarnation })],
  ])('(%s) is followed up to the bound, and no further', (_what, message) => {
    const { me } = refuting()
    me.hear([message(bound + 1)])
    expect(me.incarnation()).toBe(101)
    expect(me.rejectedFor('incarnation-jump')).toBe(1)
    me.hear([message(bound)])
    expect(me.incarnation()).toBe(bound + 1)
    expect(me.rejectedFor('incarnation-jump')).toBe(1)
  })

  it('above the bound moves us in steps only, and never to where it would wrap', () => {
    const { me } = refuting()
    for (let step = 0; step < 5_000; step++) me.hear([suspect('me', 0xffffffff, 'b')])
    expect(me.incarnation()).toBe(100 + 5_000)
  })

  it('does not wrap the counter, wherever it stands', () => {
    const { me } = refuting()
    me.engine.core.members.setIncarnation(me.engine.core.self, 0xfffffffe)
    for (let time = 0; time < 5; time++) me.hear([suspect('me', 0xffffffff, 'b')])
    expect(me.incarnation()).toBe(0xffffffff)
    me.engine.updateMeta(0, new Uint8Array(1), () => undefined)
    expect(me.incarnation()).toBe(0xffffffff)
  })
})
