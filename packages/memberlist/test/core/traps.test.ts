import { describe, expect, it } from 'vitest'
import type { CoreEvent } from '../../src/core/effects.ts'
import { DEAD, LEFT } from '../../src/core/state.ts'
import { limits } from '../../src/limits.ts'
import { bytesFromText } from '../../src/wire/text.ts'
import { alive, dead, messagesIn, packetOf, suspect } from './messages.ts'
import { bench } from './probe-bench.ts'
import { LONGEST_MS, SHORTEST_MS, solo } from './solo.ts'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

describe('a stale alive of a member that was dead and is forgotten', () => {
  it('cannot be told from a new one, but is found dead again by all, and told once', () => {
    const world = new World(1)
    const nodes = world.cluster(['a', 'b', 'c', 'd', 'e'])
    const stale = alive('e', { host: nodes[4].host, incarnation: nodes[4].incarnation() })
    nodes[4].crash()
    world.runUntil(() => nodes[0].state('e') === 'unknown', 120_000)
    for (const node of world.live) node.told()
    nodes[0].hear([stale])
    expect(nodes[0].state('e')).toBe('alive')
    world.runUntil(() => world.agrees(), 120_000)
    world.run(300_000)
    expect(world.agrees()).toBe(true)
    const failures = nodes[0].told().filter((text) => text.startsWith('fail e'))
    expect(failures).toHaveLength(1)
  })

  it('cannot undo a death that is still remembered', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 }), dead('a', 5, 'b')])
    me.hear([alive('a', { incarnation: 5 }), alive('a', { incarnation: 4 })])
    me.merge([{ name: 'a', incarnation: 5 }])
    expect(me.state('a')).toBe('dead')
  })
})

describe('two names that differ only in bytes that are no UTF-8', () => {
  const one = Buffer.from([0x61, 0xff])
  const other = Buffer.from([0x61, 0xfe])

  it('are two members, and each is passed on with its own bytes', () => {
    const { me } = solo()
    me.hear([alive(one), alive(other, { host: '10.0.0.8' })])
    expect(me.engine.core.members.size).toBe(3)
    expect(me.rejections.size).toBe(0)
    const names = me.queued().map((message) => ('node' in message ? message.node : ''))
    expect(names.map((name) => Buffer.from(bytesFromText(name)).toString('hex')).sort()).toEqual([
      '61fe',
      '61ff',
    ])
  })

  it('are accused each by itself', () => {
    const { me } = solo()
    me.hear([alive(one), alive(other, { host: '10.0.0.8' })])
    me.hear([suspect('a\udcff', 1, 'b')])
    expect([me.state('a\udcff'), me.state('a\udcfe')]).toEqual(['suspect', 'alive'])
  })

  it('go round by push/pull, too', () => {
    const { me } = solo()
    const { me: peer } = solo({ host: '10.0.0.77' })
    me.hear([alive(one), alive(other, { host: '10.0.0.8' })])
    const state = me.engine.encodeState(false, new Uint8Array(0))
    expect(peer.mergeBytes(state, '10.0.0.1').failure).toBeUndefined()
    expect([peer.state('a\udcff'), peer.state('a\udcfe')]).toEqual(['alive', 'alive'])
  })

  it('do not collide with their replacement character', () => {
    const { me } = solo()
    me.hear([alive(one), alive('a\ufffd', { host: '10.0.0.8' })])
    expect(me.engine.core.members.size).toBe(3)
  })
})

describe('an old left', () => {
  it('does not block a new life at another address, which all believe', () => {
    const world = new World(2)
    const nodes = world.cluster(['a', 'b', 'c'])
    nodes[2].engine.leave(world.now, () => undefined)
    world.run(1_000)
    nodes[2].crash()
    const again = world.node('c', { host: '10.99.0.1' })
    again.join(nodes[0].address)
    world.runUntil(() => world.agrees(), 5_000)
  })

  it('that comes late does not end the new life', () => {
    const { me } = solo()
    me.hear([alive('a', { incarnation: 5 }), dead('a', 5, 'a')])
    me.hear([alive('a', { host: '10.0.0.3', incarnation: 200 })])
    me.hear([dead('a', 5, 'a')])
    me.merge([{ name: 'a', state: LEFT, incarnation: 5 }])
    expect(me.state('a')).toBe('alive')
  })
})

describe('events', () => {
  it('are told when the table has already changed, and can be read in the call', () => {
    const { me } = solo()
    const seen: string[] = []
    const tell = me.tell.bind(me)
    me.tell = (event: CoreEvent): void => {
      if ('slot' in event) {
        const name = me.engine.core.members.record(event.slot).name.text
        seen.push(`${event.type} ${me.state(name)} ${me.incarnation(name)}`)
      }
      tell(event)
    }
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'b')])
    me.hear([alive('a', { incarnation: 6, meta: 'new' }), dead('a', 7, 'b')])
    me.hear([alive('a', { incarnation: 8 }), dead('a', 8, 'a')])
    expect(seen).toEqual([
      'join alive 5',
      'suspect suspect 5',
      'alive alive 6',
      'update alive 6',
      'fail dead 7',
      'join alive 8',
      'leave left 8',
    ])
  })

  it('of forgetting are told while the member can still be read', () => {
    const { me, advance } = bench({ names: ['a', 'b'], settings: { gossipToTheDeadMs: 1_000 } })
    me.hear([dead('a', 5, 'x')])
    advance(10_000)
    expect(me.told()).toContain('forget a')
  })
})

describe('a name of the longest length', () => {
  const long = 'n'.repeat(limits.nameBytes)

  it('fits into every message that carries it', () => {
    const world = new World(3)
    const one = world.node(`${long.slice(1)}1`, { recording: true, meta: 'm'.repeat(512) })
    const other = world.node(`${long.slice(1)}2`, { recording: true, meta: 'm'.repeat(512) })
    other.join(one.address)
    world.run(10_000)
    other.pause(60_000)
    world.run(120_000)
    world.runUntil(() => world.agrees(), 60_000)
    for (const { bytes } of one.packets) expect(bytes.length).toBeLessThanOrEqual(1_400)
    expect(one.engine.core.membership.shed).toBe(0)
    expect(one.engine.core.counters.sendFailures).toBe(0)
    const types = new Set(one.packets.flatMap(({ bytes }) => messagesIn(bytes).map((m) => m.type)))
    expect([...types].sort()).toEqual(['ack', 'alive', 'dead', 'ping', 'suspect'])
  })

  it('is not exceeded by a member that peers tell of', () => {
    const { me } = solo()
    me.hear([alive(`${long}n`)])
    me.merge([{ name: `${long}n` }])
    expect(me.rejectedFor('bad-member')).toBe(2)
  })
})

describe('a timer of a member that was forgotten', () => {
  const forget = (me: WorldNode, name: string): void => {
    const slot = me.slot(name)
    me.engine.core.members.forget(
      (each) => each === slot,
      () => undefined,
    )
  }

  it('says nothing of the one that has its slot now', () => {
    const { me, world } = solo()
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'x'), dead('a', 5, 'x')])
    const slot = me.slot('a')
    forget(me, 'a')
    me.hear([alive('b', { incarnation: 5 })])
    expect(me.slot('b')).toBe(slot)
    world.run(2 * LONGEST_MS)
    expect(me.state('b')).toBe('alive')
  })

  it('does not shorten a suspicion of the one that was learnt anew in its slot', () => {
    const { me, world } = solo()
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'x'), dead('a', 5, 'x')])
    forget(me, 'a')
    world.run(100_000)
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'x')])
    world.run(SHORTEST_MS - 1)
    expect(me.state('a')).toBe('suspect')
    world.run(1)
    expect(me.state('a')).toBe('dead')
  })

  it('leaves nothing behind: timers do not pile up however often a member is accused', () => {
    const { me, world } = solo()
    for (const name of ['a', 'b', 'c', 'd']) me.hear([alive(name, { incarnation: 5 })])
    for (let time = 0; time < 400; time++) {
      const incarnation = 5 + time
      me.hear(['b', 'c', 'd'].map((from) => suspect('a', incarnation, from)))
      me.hear([alive('a', { incarnation: incarnation + 1 })])
      world.run(10_000)
    }
    const timers = [...me.timers.keys()].filter(({ kind }) => kind === 'suspicion')
    // Those of one suspicion in each shortest time, as long as the longest time is not over.
    expect(timers.length).toBeLessThanOrEqual(3 * (LONGEST_MS / SHORTEST_MS))
    expect(me.engine.core.suspicionTimers.size).toBe(1)
  })
})

describe('the number of members', () => {
  it('may jump when the dead are forgotten: a running suspicion keeps its times', () => {
    const { me, world } = solo()
    for (let index = 0; index < 99; index++) me.hear([alive(`m${index}`)])
    for (let index = 10; index < 99; index++) me.hear([dead(`m${index}`, 1, 'm0')])
    me.hear(['m1', 'm2', 'm3'].map((from) => suspect('m0', 1, from)))
    me.engine.core.members.forget(
      (slot) => me.engine.core.members.state(slot) === DEAD,
      () => undefined,
    )
    expect(me.engine.core.members.size).toBe(11)
    // 4 x log10(100)
    world.run(2 * SHORTEST_MS - 1)
    expect(me.state('m0')).toBe('suspect')
    world.run(1)
    expect(me.state('m0')).toBe('dead')
  })

  it('may jump when the dead are forgotten: a message that was sent often enough then is done', () => {
    const { me, world } = solo()
    for (let index = 0; index < 99; index++) me.hear([alive(`m${index}`)])
    me.engine.core.membership.clear()
    let outcome = ''
    me.engine.broadcast(world.now, Buffer.from('x'), undefined, (each) => {
      outcome = each
    })
    world.run(400)
    expect(outcome).toBe('')
    me.engine.core.members.forget(
      (slot) => slot > 3,
      () => undefined,
    )
    world.run(200)
    expect(outcome).toBe('sent')
  })
})

describe('packets that come twice or out of order', () => {
  it('lead to the same as in order', () => {
    const messages = [
      alive('a', { incarnation: 5 }),
      suspect('a', 5, 'b'),
      alive('a', { incarnation: 6, meta: 'new' }),
      suspect('a', 6, 'c'),
      alive('a', { incarnation: 7, meta: 'newer' }),
    ]
    for (let shift = 0; shift < messages.length; shift++) {
      const { me } = solo()
      const order = [...messages.slice(shift), ...messages.slice(0, shift), ...messages]
      for (const message of order) me.hearPacket(packetOf([message]))
      expect([me.state('a'), me.incarnation('a')]).toEqual(['alive', 7])
    }
  })
})
