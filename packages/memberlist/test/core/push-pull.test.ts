import { describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { EMPTY } from '../../src/wire/span.ts'
import { Writer } from '../../src/wire/writer.ts'
import { alive, dead, pushPull, suspect, VERSIONS } from './messages.ts'
import { LONGEST_MS, solo } from './solo.ts'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

const ALIVE = 0
const SUSPECT = 1
const DEAD = 2
const LEFT = 3

/** `me`, who knows `a`, `b` and `c` with incarnation 5. */
function knowing(): ReturnType<typeof solo> {
  const result = solo()
  for (const name of ['a', 'b', 'c']) result.me.hear([alive(name, { incarnation: 5 })])
  result.me.told()
  result.me.engine.core.membership.clear()
  return result
}

const entry = (name: string, state: number, incarnation = 5) => ({ name, state, incarnation })

describe('a state that a peer sends', () => {
  it('takes alive entries as gossip has them', () => {
    const { me } = knowing()
    me.merge([entry('a', ALIVE, 6), entry('b', ALIVE, 4), entry('new', ALIVE, 3)])
    expect(me.incarnation('a')).toBe(6)
    expect(me.incarnation('b')).toBe(5)
    expect(me.told()).toEqual(['join new'])
    expect(me.queued()).toMatchObject([
      { type: 'alive', node: 'new' },
      { type: 'alive', node: 'a' },
    ])
  })

  it('takes an entry that left as its own word', () => {
    const { me } = knowing()
    me.merge([entry('a', LEFT)])
    expect(me.state('a')).toBe('left')
    expect(me.told()).toEqual(['leave a'])
    expect(me.queued()).toEqual([{ type: 'dead', node: 'a', incarnation: 5, from: 'a' }])
  })

  it.each([
    ['dead', DEAD],
    ['suspect', SUSPECT],
  ])('takes a %s entry as a suspicion of our own, never straight as dead', (_what, state) => {
    const { me } = knowing()
    me.merge([entry('a', state)])
    expect(me.state('a')).toBe('suspect')
    expect(me.told()).toEqual(['suspect a by me'])
    expect(me.queued()).toEqual([{ type: 'suspect', node: 'a', incarnation: 5, from: 'me' }])
  })

  it('gives a suspicion that nobody else shares its whole time here', () => {
    const { me, world } = knowing()
    me.merge([entry('a', DEAD)])
    expect(world.runUntil(() => me.state('a') === 'dead', 2 * LONGEST_MS, 1_000)).toBe(LONGEST_MS)
  })

  it('makes us refute what it says of ourselves', () => {
    const { me } = knowing()
    me.merge([{ name: 'me', host: '10.0.0.1', state: DEAD, incarnation: 100 }])
    expect(me.incarnation()).toBe(101)
    me.merge([{ name: 'me', host: '10.0.0.1', state: LEFT, incarnation: 101 }])
    expect(me.incarnation()).toBe(102)
    expect(me.state('me')).toBe('alive')
  })

  it.each([4, 5, 255, 70_000])('does nothing with an entry of state %d', (state) => {
    const { me } = knowing()
    const merge = me.merge([entry('a', state, 9), entry('z', state, 9), entry('new', ALIVE)])
    expect(merge.failure).toBeUndefined()
    expect(me.told()).toEqual(['join new'])
    expect(me.incarnation('a')).toBe(5)
    expect(me.state('z')).toBe('unknown')
  })

  it.each([
    ['suspect', SUSPECT],
    ['dead', DEAD],
    ['left', LEFT],
  ])('does not make a member known that is %s', (_what, state) => {
    const { me } = knowing()
    me.merge([entry('z', state)])
    expect(me.state('z')).toBe('unknown')
    expect(me.engine.core.registry.size).toBe(4)
  })

  it('is not confirmed by itself: a second state with the same suspicion changes nothing', () => {
    const { me } = knowing()
    me.merge([entry('a', SUSPECT)])
    me.merge([entry('a', DEAD)], { host: '10.0.0.8' })
    expect(me.engine.core.suspicions.get(me.slot('a'))?.confirmations).toBe(0)
  })

  it('with no entries, but with a user state, is one', () => {
    const { me } = knowing()
    const merge = me.merge([], { userState: 'state', join: true })
    expect(merge.failure).toBeUndefined()
    expect(merge.join).toBe(true)
    expect(Buffer.from(merge.userState.view()).toString()).toBe('state')
  })
})

describe('a state whose versions do not overlap with ours', () => {
  const newer = { name: 'z', versions: [3, 9, 7, 0, 0, 0] }

  it('is refused as a whole: nothing of it is taken', () => {
    const { me } = knowing()
    const merge = me.merge([entry('a', ALIVE, 6), entry('b', LEFT), newer])
    expect(merge.failure).toBe('version')
    expect(merge.detail).toContain('all understand protocol 3 to 5')
    expect(me.told()).toEqual([])
    expect(me.incarnation('a')).toBe(5)
  })

  it('is refused for one entry without version information', () => {
    const { me } = knowing()
    expect(me.merge([{ name: 'z', versions: [] }]).failure).toBe('version')
  })

  it('is refused for a member that only we know', () => {
    const { me } = knowing()
    me.hear([alive('z', { versions: [2, 2, 2, 0, 0, 0] })])
    expect(me.state('z')).toBe('alive')
    const merge = me.merge([{ name: 'new', versions: [1, 5, 3, 0, 0, 0] }])
    expect(merge.failure).toBe('version')
  })

  it('is never refused because of what somebody gossiped: a member that is not for us is no member', () => {
    const { me } = knowing()
    for (const versions of [
      [3, 5, 3, 0, 0, 0],
      [1, 5, 9, 0, 0, 0],
      [1, 5, 2, 1, 2, 1],
      [1, 5, 2, 0, 5, 5],
    ]) {
      me.hear([alive('z', { versions }), alive('a', { incarnation: 6, versions })])
      expect(me.state('z')).toBe('unknown')
      expect(me.incarnation('a')).toBe(5)
    }
    expect(me.rejectedFor('version')).toBe(8)
    expect(me.merge([entry('new', ALIVE)]).failure).toBeUndefined()
  })

  it('is never refused because of a member of whom somebody gossiped no versions; we do not tell of it', () => {
    const { me } = knowing()
    me.hear([alive('z', { versions: undefined })])
    expect(me.state('z')).toBe('alive')
    expect(me.merge([entry('new', ALIVE)]).failure).toBeUndefined()
    const { me: other } = solo()
    expect(other.mergeBytes(me.engine.encodeState(false, new Uint8Array(0)), me.host).failure).toBe(
      undefined,
    )
    expect(other.state('a')).toBe('alive')
    expect(other.state('z')).toBe('unknown')
  })

  it('is refuted where it is said of ourselves, so that nobody believes it for long', () => {
    const { me } = knowing()
    const before = me.incarnation()
    me.hear([alive('me', { incarnation: before + 5, versions: [3, 5, 3, 0, 0, 0], host: me.host })])
    expect(me.incarnation()).toBe(before + 6)
  })
})

describe('a state that cannot be read', () => {
  const good = pushPull([entry('a', ALIVE, 6), entry('new', ALIVE)], { userState: 'user' })

  it('is refused wherever it is cut, before anything is taken', () => {
    for (let length = 2; length < good.length; length++) {
      const { me } = knowing()
      const merge = me.mergeBytes(good.slice(0, length), '10.0.0.9')
      expect(merge.failure).toBeDefined()
      expect(me.told()).toEqual([])
    }
  })

  it('is refused when it announces more than there may be', () => {
    for (const [nodes, userState, reason] of [
      [limits.pushPullNodes + 1, 0, 'too-large'],
      [0, limits.userStateBytes + 1, 'too-large'],
      [0, 5_000, 'truncated'],
    ] as const) {
      const { me } = knowing()
      const writer = new Writer(64)
      writer.u8(6)
      writer.mapHeader(2)
      writer.string(Buffer.from('Nodes'))
      writer.integer(nodes)
      writer.string(Buffer.from('UserStateLen'))
      writer.integer(userState)
      expect(me.mergeBytes(writer.take(), '10.0.0.9').failure).toBe(reason)
    }
  })

  it('is refused when its entries reach into the user state', () => {
    const { me } = knowing()
    const bytes = pushPull([entry('a', ALIVE, 6), entry('b', ALIVE, 6)])
    const header = Buffer.from(bytes).indexOf('UserStateLen') + 'UserStateLen'.length
    bytes[header] = 40
    const merge = me.mergeBytes(bytes, '10.0.0.9')
    expect(merge.failure).toBeDefined()
    expect(me.incarnation('a')).toBe(5)
  })
})

describe('the merge veto', () => {
  it('sees what the peer would make us know, before anything is taken', () => {
    const { me } = knowing()
    const bytes = pushPull([
      { name: 'a', host: '10.0.0.2', port: 1, meta: 'blue', incarnation: 6, state: SUSPECT },
      { name: 'b', incarnation: 7 },
    ])
    const merge = me.engine.beginMerge(bytes, 1, bytes.length, '10.0.0.9')
    while (!merge.verify(1)) expect(merge.failure).toBeUndefined()
    expect(merge.peers()).toMatchObject([
      {
        name: 'a',
        address: Uint8Array.of(10, 0, 0, 2),
        port: 1,
        meta: new Uint8Array(Buffer.from('blue')),
        incarnation: 6,
        state: SUSPECT,
        versions: Uint8Array.from(VERSIONS),
      },
      { name: 'b', incarnation: 7, state: ALIVE },
    ])
    expect(me.told()).toEqual([])
  })

  it('does not disturb what is taken after it', () => {
    const { me } = knowing()
    const bytes = pushPull([entry('x', ALIVE), entry('y', ALIVE), entry('z', ALIVE)])
    const merge = me.engine.beginMerge(bytes, 1, bytes.length, '10.0.0.9')
    while (!merge.verify(1)) merge.peers()
    merge.peers()
    while (!merge.apply(0, 1)) me.engine.mergeStepped(0)
    expect(me.told()).toEqual(['join x', 'join y', 'join z'])
  })
})

describe('what arrives between two steps of a merge', () => {
  it('is weighed against: each entry is taken by the table as it is then', () => {
    const { me } = knowing()
    const bytes = pushPull([entry('a', ALIVE, 6), entry('b', ALIVE, 6), entry('c', DEAD, 5)])
    const merge = me.engine.beginMerge(bytes, 1, bytes.length, '10.0.0.9')
    merge.verify(10)
    merge.apply(0, 1)
    me.hear([alive('b', { incarnation: 9 }), alive('c', { incarnation: 9 })])
    me.hear([dead('a', 6, 'b')])
    while (!merge.apply(0, 1)) me.engine.mergeStepped(0)
    expect([me.state('a'), me.incarnation('b'), me.state('c')]).toEqual(['dead', 9, 'alive'])
  })
})

describe('the state that we send', () => {
  function peerOf(me: WorldNode, join = false, userState = '') {
    return readBy(me.engine.encodeState(join, Buffer.from(userState)))
  }

  /** What another makes of it. */
  function readBy(bytes: Uint8Array) {
    const { me: peer } = solo({ host: '10.0.0.77' })
    const merge = peer.engine.beginMerge(bytes, 1, bytes.length, '10.0.0.1')
    while (!merge.verify(10)) expect(merge.failure).toBeUndefined()
    return { merge, entries: merge.peers() }
  }

  it('is all that we know, ourselves, the dead and those that left included', () => {
    const { me } = knowing()
    me.hear([suspect('a', 5, 'x'), dead('b', 5, 'x'), dead('c', 5, 'c')])
    const { entries } = peerOf(me)
    expect(entries.map(({ name, state }) => `${name} ${state}`).sort()).toEqual([
      'a 1',
      'b 2',
      'c 3',
      'me 0',
    ])
    expect(entries.find(({ name }) => name === 'me')?.incarnation).toBe(100)
  })

  it('has the join flag and the user state', () => {
    const { merge } = peerOf(solo().me, true, 'of the application')
    expect(merge.join).toBe(true)
    expect(Buffer.from(merge.userState.view()).toString()).toBe('of the application')
  })

  it('is the same bytes in steps of any size as in one go', () => {
    const { me } = knowing()
    const userState = Buffer.from('of the application')
    const atOnce = me.engine.encodeState(true, userState)
    for (const entries of [1, 2, 3, 4, 5]) {
      const encoder = me.engine.beginState(true, userState)
      while (!encoder.step(entries));
      expect(encoder.message()).toEqual(atOnce)
    }
  })

  it('counts the entries that are in it, also when members come and go between the steps', () => {
    const { me } = knowing()
    const encoder = me.engine.beginState(false, EMPTY)
    encoder.step(2)
    const { members } = me.engine.core
    const lastSlot = members.size - 1
    members.forget(
      (slot) => slot === lastSlot,
      () => undefined,
    )
    me.hear([alive('d'), alive('e')])
    while (!encoder.step(2));
    expect(readBy(encoder.message()).entries.map(({ name }) => name)).toEqual([
      'me',
      'a',
      'b',
      'd',
      'e',
    ])
  })
})

describe('the push/pull task', () => {
  it('syncs with one random alive member in each interval', () => {
    const { me, world } = solo({ settings: { pushPullIntervalMs: 30_000 } })
    for (const name of ['a', 'b', 'c', 'd']) me.hear([alive(name)])
    me.hear([suspect('b', 1, 'x'), dead('c', 1, 'x'), dead('d', 1, 'd')])
    world.run(95_000)
    expect(me.streams.map(({ at, request }) => [at, request.kind])).toEqual([
      [29_999, 'push-pull'],
      [59_999, 'push-pull'],
      [89_999, 'push-pull'],
    ])
    for (const { request } of me.streams) {
      expect(request).toMatchObject({ record: { name: { text: 'a' } } })
    }
  })

  it('gets rarer in a large cluster', () => {
    const { me, world } = solo({ settings: { pushPullIntervalMs: 30_000 } })
    for (let index = 0; index < 40; index++) me.hear([alive(`m${index}`)])
    world.run(150_000)
    expect(me.streams.map(({ at }) => at)).toEqual([29_999, 89_999, 149_999])
  })

  it('does nothing when there is nobody, and goes on', () => {
    const { me, world } = solo({ settings: { pushPullIntervalMs: 30_000 } })
    world.run(40_000)
    me.hear([alive('a')])
    world.run(30_000)
    expect(me.streams).toHaveLength(1)
  })
})

describe('members that join at once', () => {
  it('learn of each other within seconds, since each passes on what is news to it', () => {
    for (const seed of [1, 2, 3]) {
      const world = new World(seed)
      // No push/pull but that of joining.
      const settings = { pushPullIntervalMs: 0, gossipNodes: 4 }
      const nodes = Array.from({ length: 40 }, (_, index) => world.node(`n${index}`, { settings }))
      for (const node of nodes.slice(1)) node.join(nodes[0].address)
      expect(world.runUntil(() => world.agrees(nodes), 10_000, 200)).toBeLessThan(3_000)
    }
  })
})
