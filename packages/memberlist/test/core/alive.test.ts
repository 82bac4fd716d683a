import { describe, expect, it } from 'vitest'
import type { Hooks } from '../../src/core/core.ts'
import { alive, dead, suspect, VERSIONS } from './messages.ts'
import { LONGEST_MS, solo } from './solo.ts'

describe('alive about a member that is not known', () => {
  it('takes it in as alive, tells that it joined, and passes it on', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 7, host: '10.0.0.2', port: 1_234, meta: 'blue' })])
    expect(me.state('a')).toBe('alive')
    expect(me.incarnation('a')).toBe(7)
    expect(me.told()).toEqual(['join a'])
    expect(me.queued()).toEqual([
      {
        type: 'alive',
        node: 'a',
        incarnation: 7,
        host: '10.0.0.2',
        port: 1_234,
        meta: 'blue',
        versions: [...VERSIONS],
      },
    ])
  })

  it('passes nil metadata and an address of sixteen bytes on as they came', () => {
    const { me } = solo()
    const address = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 2)
    me.hear([alive('a', { address, meta: undefined }), alive('b', { meta: '' })])
    expect(me.queued()).toMatchObject([
      { node: 'a', host: '10.0.0.2', meta: undefined },
      { node: 'b', meta: '' },
    ])
    expect(me.engine.core.members.record(me.slot('a')).address).toEqual(address)
  })

  it.each([
    ['no name', alive('')],
    ['a name longer than any', alive('n'.repeat(256))],
    ['no address', alive('a', { address: new Uint8Array(0) })],
    ['an address of five bytes', alive('a', { address: new Uint8Array(5) })],
    ['metadata over the limit', alive('a', { meta: 'm'.repeat(513) })],
    ['incarnation 0, which no life has', alive('a', { incarnation: 0 })],
  ])('refuses %s', (_what, message) => {
    const { me } = solo()
    me.hear([message])
    expect(me.rejectedFor('bad-member')).toBe(1)
    expect(me.engine.core.members.size).toBe(1)
    expect(me.engine.core.registry.size).toBe(1)
  })

  it.each([
    ['lowest is 0', [0, 5, 2, 0, 0, 0]],
    ['highest is 0', [1, 0, 2, 0, 0, 0]],
    ['lowest is above its highest', [4, 3, 3, 0, 0, 0]],
    ['lowest is above its highest, with nothing after', [4, 3, 3]],
  ])('refuses versions whose %s', (_what, versions) => {
    const { me } = solo()
    me.hear([alive('a', { versions })])
    expect(me.state('a')).toBe('unknown')
    expect(me.rejectedFor('version')).toBe(1)
  })

  it.each([[undefined], [[]], [[1, 5]], [[1, 5, 2]], [[1, 5, 2, 0, 0]]])(
    'takes versions %j for none, and passes none on',
    (versions) => {
      const { me } = solo()
      me.hear([alive('a', { versions })])
      expect(me.state('a')).toBe('alive')
      expect(me.queued()).toMatchObject([{ node: 'a', versions: undefined }])
    },
  )
})

describe('alive about a member that is known', () => {
  it('says nothing new with the same or an older incarnation, whatever else it says', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5, meta: 'blue' })])
    me.queued()
    me.told()
    const before = me.engine.core.counters.aliveMessages
    me.hear([alive('a', { incarnation: 5, meta: 'red' }), alive('a', { incarnation: 4 })])
    expect(me.engine.core.counters.known).toBe(2)
    expect(me.engine.core.counters.aliveMessages).toBe(before)
    expect(me.told()).toEqual([])
    expect(me.incarnation('a')).toBe(5)
  })

  it('takes everything over from a newer incarnation, and tells an update', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5, meta: 'blue' })])
    me.told()
    me.hear([alive('a', { incarnation: 6, meta: 'red' })])
    expect(me.told()).toEqual(['update a'])
    const record = me.engine.core.members.record(me.slot('a'))
    expect(Buffer.from(record.metaBytes).toString()).toBe('red')
    expect(me.queued()).toMatchObject([{ node: 'a', incarnation: 6, meta: 'red' }])
  })

  it('tells no update when only the incarnation is newer', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5, meta: 'blue' })])
    me.told()
    me.hear([alive('a', { incarnation: 6, meta: 'blue' })])
    expect(me.told()).toEqual([])
    expect(me.incarnation('a')).toBe(6)
  })

  it('tells an update when the versions changed, which Go does not', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 })])
    me.told()
    me.hear([alive('a', { incarnation: 6, versions: [1, 5, 4, 0, 0, 0] })])
    expect(me.told()).toEqual(['update a'])
  })

  it('keeps the versions that it knows when the newer message has none', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 })])
    me.hear([alive('a', { incarnation: 6, versions: undefined })])
    const record = me.engine.core.members.record(me.slot('a'))
    expect([...record.versions]).toEqual([...VERSIONS])
    expect(me.told()).toEqual(['join a'])
  })

  it('goes on without versions where it never had any, also with other metadata', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5, versions: undefined })])
    me.hear([alive('a', { incarnation: 6, versions: undefined, meta: 'new' })])
    expect(me.queued()).toMatchObject([{ meta: 'new', versions: undefined }])
  })

  it('ends a running suspicion, and tells that it is alive again', () => {
    const { world, me } = solo()
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'b')])
    me.told()
    me.hear([alive('a', { incarnation: 6 })])
    expect(me.state('a')).toBe('alive')
    expect(me.told()).toEqual(['alive a'])
    world.timeline.runTo(LONGEST_MS)
    expect(me.told().filter((text) => text.startsWith('fail'))).toEqual([])
  })

  it('does not end a suspicion of the same incarnation', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'b'), alive('a', { incarnation: 5 })])
    expect(me.state('a')).toBe('suspect')
  })

  it('brings a dead member back with a newer incarnation only, as a join', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 }), dead('a', 5, 'b'), alive('a', { incarnation: 5 })])
    expect(me.state('a')).toBe('dead')
    me.told()
    me.hear([alive('a', { incarnation: 6 })])
    expect(me.state('a')).toBe('alive')
    expect(me.told()).toEqual(['join a'])
  })

  it('brings one that left back with a newer incarnation only, as a join', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 }), dead('a', 5, 'a'), alive('a', { incarnation: 5 })])
    expect(me.state('a')).toBe('left')
    me.told()
    me.hear([alive('a', { incarnation: 6 })])
    expect(me.told()).toEqual(['join a'])
  })

  it('replaces what was queued about the same member', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'b'), alive('a', { incarnation: 6 })])
    expect(me.queued()).toMatchObject([{ type: 'alive', incarnation: 6 }])
  })
})

describe('the alive veto', () => {
  const asked: string[] = []
  const judge = (verdict: 'accept' | 'refuse' | 'later'): Hooks => ({
    judgeAlive: (record, incarnation) => {
      asked.push(`${record.name.text} ${incarnation}`)
      return verdict
    },
  })

  it('is asked about every alive that says something new', () => {
    asked.length = 0
    const { me } = solo({ hooks: judge('accept') })
    me.hear([alive('a', { incarnation: 5 }), alive('a', { incarnation: 5 })])
    me.hear([alive('a', { incarnation: 6 })])
    expect(asked).toEqual(['a 5', 'a 6'])
  })

  it('refuses the message and nothing else', () => {
    const { me } = solo({ hooks: judge('refuse') })
    me.hear([alive('a'), alive('b')])
    expect(me.rejectedFor('vetoed')).toBe(2)
    expect(me.engine.core.members.size).toBe(1)
    expect(me.engine.core.registry.size).toBe(1)
  })

  it('may take its time, and the member is taken in when it agrees', () => {
    const pending: Parameters<NonNullable<Hooks['judgeAlive']>>[] = []
    const { world, me } = solo({
      hooks: {
        judgeAlive: (...question) => {
          pending.push(question)
          return 'later'
        },
      },
    })
    me.hear([alive('a', { incarnation: 5 }), alive('b', { incarnation: 3 })])
    expect(me.told()).toEqual([])
    for (const [record, incarnation] of pending) {
      const accepted = record.name.text === 'a'
      me.engine.aliveJudged(world.now, record, incarnation, '10.0.0.9', 7946, accepted)
    }
    expect(me.told()).toEqual(['join a'])
    expect(me.rejectedFor('vetoed')).toBe(1)
    expect(me.engine.core.registry.size).toBe(2)
  })

  it('may take its time over the same message twice, which is news once', () => {
    const { world, me } = solo({ hooks: { judgeAlive: () => 'later' } })
    const message = alive('a', { incarnation: 5 })
    me.hear([message, message])
    const name = me.engine.core.registry.find(Buffer.from('a'), 0, 1)
    if (name?.latest === undefined) throw new Error('nothing was judged')
    const { latest } = name
    me.engine.aliveJudged(world.now, latest, 5, '10.0.0.9', 7946, true)
    me.engine.aliveJudged(world.now, latest, 5, '10.0.0.9', 7946, true)
    expect(me.told()).toEqual(['join a'])
    expect(me.engine.core.counters.aliveMessages).toBe(1)
  })

  it('may take its time, in which a newer message can overtake the judged one', () => {
    let answer: 'accept' | 'later' = 'later'
    const { world, me } = solo({ hooks: { judgeAlive: () => answer } })
    me.hear([alive('a', { incarnation: 5, meta: 'old' })])
    answer = 'accept'
    me.hear([alive('a', { incarnation: 6, meta: 'new' })])
    const { name } = me.engine.core.members.record(me.slot('a'))
    me.told()
    if (name.latest === undefined) throw new Error('there is no record')
    me.engine.core.registry.retain(name)
    me.engine.aliveJudged(world.now, name.latest, 5, '10.0.0.9', 7946, true)
    expect(me.incarnation('a')).toBe(6)
    expect(me.told()).toEqual([])
  })
})

describe('the allow list', () => {
  const hooks: Hooks = { allowsAddress: (host) => host.startsWith('10.0.0.') }

  it('refuses a member at an address outside of it, whoever tells', () => {
    const { me } = solo({ hooks })
    me.hear([alive('a', { host: '10.0.1.2' })], '10.0.0.9')
    expect(me.state('a')).toBe('unknown')
    expect(me.rejectedFor('address-not-allowed')).toBe(1)
  })

  it('refuses what is told from outside of it', () => {
    const { me } = solo({ hooks })
    me.hear([alive('a', { host: '10.0.0.2' })], '10.0.1.9')
    expect(me.state('a')).toBe('unknown')
    expect(me.rejectedFor('address-not-allowed')).toBe(1)
  })

  it('refuses a move to an address outside of it', () => {
    const { me } = solo({ hooks })
    me.hear([alive('a', { host: '10.0.0.2' }), dead('a', 1, 'a')])
    me.hear([alive('a', { host: '10.0.1.2', incarnation: 9 })], '10.0.0.9')
    expect(me.state('a')).toBe('left')
    expect(me.rejectedFor('address-not-allowed')).toBe(1)
  })

  it('takes what is inside of it', () => {
    const { me } = solo({ hooks })
    me.hear([alive('a', { host: '10.0.0.2' })])
    expect(me.state('a')).toBe('alive')
    expect(me.rejections.size).toBe(0)
  })
})

describe('a port that is left out', () => {
  it('stands for our own bind port', () => {
    const { me } = solo({ port: 7_777 })
    me.hear([alive('a', { port: 0 }), alive('b', { port: 1_234 })])
    expect(me.engine.core.members.record(me.slot('a')).port).toBe(7_777)
    expect(me.engine.core.members.record(me.slot('b')).port).toBe(1_234)
  })

  it('stands for it too in what a push/pull tells', () => {
    const { me } = solo({ port: 7_777 })
    me.merge([{ name: 'a', port: 0 }])
    expect(me.engine.core.members.record(me.slot('a')).port).toBe(7_777)
  })

  it('is every port to a member that speaks protocol 1, since that has none', () => {
    const { me } = solo({ port: 7_777, settings: { protocolVersion: 1 } })
    me.hear([alive('a', { port: 1_234, versions: [1, 1, 1, 0, 0, 0] })])
    me.merge([{ name: 'b', port: 1_234, versions: [1, 1, 1, 0, 0, 0] }])
    expect(me.engine.core.members.record(me.slot('a')).port).toBe(7_777)
    expect(me.engine.core.members.record(me.slot('b')).port).toBe(7_777)
  })
})
