import { describe, expect, it } from 'vitest'
import type { BroadcastOutcome } from '../../src/core/queue.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import { ack, alive, dead, packetOf, ping, plain, suspect, user, VERSIONS } from './messages.ts'
import { solo } from './solo.ts'
import { World } from './world.ts'

describe('the start', () => {
  it('makes us alive with the incarnation of this life, and tells all', () => {
    const world = new World()
    const me = world.node('me', { meta: 'blue', incarnation: 7 })
    expect(me.present()).toEqual(['me'])
    expect(me.incarnation()).toBe(7)
    expect(me.queued()).toEqual([
      {
        type: 'alive',
        node: 'me',
        incarnation: 7,
        host: me.host,
        port: 7_946,
        meta: 'blue',
        versions: [...VERSIONS],
      },
    ])
  })

  it('says which versions of the protocol and of the application we speak', () => {
    const { me } = solo({
      settings: {
        protocolVersion: 4,
        delegateProtocolMin: 1,
        delegateProtocolVersion: 2,
        delegateProtocolMax: 3,
      },
    })
    expect([...me.engine.core.selfRecord.versions]).toEqual([1, 5, 4, 1, 3, 2])
  })

  it('spreads the periodic tasks over a random part of their intervals', () => {
    const drawn: number[] = []
    const world = new World()
    world.node('me', {
      decisions: {
        stagger: (below) => {
          drawn.push(below)
          return 0
        },
      },
    })
    expect(drawn.sort((one, other) => one - other)).toEqual([200, 1_000, 30_000, 30_000])
  })

  it('sets no timer for what is turned off', () => {
    const world = new World()
    const { timers } = world.node('me', {
      settings: {
        gossipIntervalMs: 0,
        probeIntervalMs: 0,
        pushPullIntervalMs: 0,
        reconnectIntervalMs: 0,
      },
    })
    expect(timers.size).toBe(0)
  })
})

describe('the stop', () => {
  it('lets go of all names, and tells what was not sent', () => {
    const { me, world } = solo()
    for (const name of ['a', 'b']) me.hear([alive(name), suspect(name, 1, 'x')])
    const outcomes: BroadcastOutcome[] = []
    me.engine.broadcast(0, Buffer.from('m'), undefined, (outcome) => outcomes.push(outcome))
    me.crash()
    expect(world.registry.size).toBe(0)
    expect(outcomes).toEqual(['shed'])
  })

  it('leaves alone what others in the process know', () => {
    const world = new World()
    const [one, other] = world.cluster(['one', 'other'])
    one.crash()
    expect(world.registry.size).toBe(2)
    expect(other.present()).toEqual(['one', 'other'])
    other.crash()
    expect(world.registry.size).toBe(0)
  })
})

describe('leaving', () => {
  const leaving = () => {
    const result = solo()
    for (const name of ['a', 'b', 'c']) result.me.hear([alive(name)])
    result.me.engine.core.membership.clear()
    result.me.told()
    const outcomes: BroadcastOutcome[] = []
    result.me.engine.leave(result.world.now, (outcome) => outcomes.push(outcome))
    return { ...result, outcomes }
  }

  it('is dead about ourselves from ourselves', () => {
    const { me } = leaving()
    expect(me.queued()).toEqual([{ type: 'dead', node: 'me', incarnation: 100, from: 'me' }])
    expect(me.state('me')).toBe('left')
    expect(me.told()).toEqual(['leave me'])
  })

  it('is done when its broadcast was sent to the limit', () => {
    const { me, world, outcomes } = leaving()
    world.run(200)
    expect(outcomes).toEqual([])
    world.run(400)
    expect(outcomes).toEqual(['sent'])
    expect(me.said().filter(({ type }) => type === 'dead')).toHaveLength(4)
  })

  it('is not taken back by anything that is said of us', () => {
    const { me } = leaving()
    me.hear([suspect('me', 100, 'a'), dead('me', 100, 'a'), dead('me', 200, 'a')])
    me.hear([alive('me', { host: '10.0.0.1', incarnation: 500 })])
    me.merge([{ name: 'me', host: '10.0.0.1', incarnation: 500 }])
    expect(me.state('me')).toBe('left')
    expect(me.incarnation()).toBe(100)
    expect(me.engine.core.counters.refutations).toBe(0)
  })

  it('is not taken back by an alive that the application thought about meanwhile', () => {
    const { me, world } = solo({ hooks: { judgeAlive: () => 'later' } })
    me.hear([alive('me', { host: '10.0.0.1', incarnation: 500 })])
    const { latest } = me.engine.core.selfRecord.name
    if (latest === undefined) throw new Error('nothing was judged')
    me.engine.leave(world.now, () => undefined)
    me.engine.aliveJudged(world.now, latest, 500, '10.0.0.1', 7_946, true)
    expect(me.state('me')).toBe('left')
    expect(me.queued()).toMatchObject([{ type: 'dead' }])
  })

  it('is told apart from failing by all others', () => {
    const world = new World(3)
    const nodes = world.cluster(['a', 'b', 'c', 'd', 'e'])
    nodes[0].engine.leave(world.now, () => undefined)
    world.run(2_000)
    for (const node of nodes.slice(1)) expect(node.state('a')).toBe('left')
    nodes[0].crash()
    world.run(60_000)
    for (const node of nodes.slice(1)) {
      expect(node.events.map(({ text }) => text).filter((text) => text.includes(' a'))).toEqual([
        'join a',
        'leave a',
        'forget a',
      ])
    }
  })

  it('ends with probing and gossip going on until the stop', () => {
    const { me, world } = solo({
      settings: { probeIntervalMs: 1_000 },
      decisions: { stagger: (below) => below - 1 },
    })
    me.hear([alive('a')])
    me.engine.leave(world.now, () => undefined)
    world.run(60_000)
    expect(me.engine.core.counters.probes).toBeGreaterThan(2)
    me.sent()
    me.hear([alive('b'), ping(7, 'me')])
    expect(me.said()[0]).toMatchObject({ type: 'ack', sequence: 7 })
    expect(me.state('b')).toBe('alive')
  })
})

describe('new metadata', () => {
  it('is the next incarnation, told to all, and an event of our own', () => {
    const { me, world } = solo({ meta: 'old' })
    const outcomes: BroadcastOutcome[] = []
    me.hear([alive('a')])
    me.told()
    me.engine.core.membership.clear()
    me.engine.updateMeta(world.now, Buffer.from('new'), (outcome) => outcomes.push(outcome))
    expect(me.incarnation()).toBe(101)
    expect(me.told()).toEqual(['update me'])
    expect(me.queued()).toMatchObject([
      { type: 'alive', node: 'me', incarnation: 101, meta: 'new' },
    ])
    world.run(2_000)
    expect(outcomes).toEqual(['sent'])
  })

  it('that comes before the former was sent replaces it', () => {
    const { me } = solo()
    const outcomes: string[] = []
    me.engine.updateMeta(0, Buffer.from('1'), (outcome) => outcomes.push(`1 ${outcome}`))
    me.engine.updateMeta(0, Buffer.from('2'), (outcome) => outcomes.push(`2 ${outcome}`))
    expect(outcomes).toEqual(['1 replaced'])
    expect(me.queued()).toMatchObject([{ incarnation: 102, meta: '2' }])
  })

  it('is what a later refutation says', () => {
    const { me } = solo({ meta: 'old' })
    me.engine.updateMeta(0, Buffer.from('new'), () => undefined)
    me.hear([suspect('me', 101, 'a')])
    expect(me.queued()).toMatchObject([{ incarnation: 102, meta: 'new' }])
  })

  it('reaches every member of a cluster', () => {
    const world = new World(4)
    const nodes = world.cluster(['a', 'b', 'c', 'd', 'e', 'f'])
    nodes[2].engine.updateMeta(world.now, Buffer.from('new'), () => undefined)
    world.run(3_000)
    for (const node of nodes) {
      const record = node.engine.core.members.record(node.slot('c'))
      expect(Buffer.from(record.metaBytes).toString()).toBe('new')
      if (node !== nodes[2]) expect(node.told()).toContain('update c')
    }
  })
})

describe('a message of the application', () => {
  it('that is gossiped reaches every member, once or more', () => {
    const world = new World(5)
    const nodes = world.cluster(Array.from({ length: 12 }, (_, index) => `n${index}`))
    for (const node of nodes) node.told()
    nodes[0].engine.broadcast(world.now, Buffer.from('hello'), undefined, () => undefined)
    // The core tells it; passing it on is for the application, as in Go.
    world.run(3_000)
    const heard = nodes
      .slice(1)
      .filter((node) => node.told().some((text) => text.includes('hello')))
    expect(heard.length).toBeGreaterThanOrEqual(4)
  })

  it('that comes is told with where it came from, an empty one too', () => {
    const { me } = solo()
    me.hear([user('hello'), user('')], '10.0.0.8', 99)
    expect(me.told()).toEqual(['message hello from 10.0.0.8:99', 'message  from 10.0.0.8:99'])
    expect(me.engine.core.counters.userMessages).toBe(2)
  })

  it('is a copy: the packet may be used again', () => {
    const { me } = solo()
    const packet = Buffer.from(packetOf([user('hello'), alive('web-1')]))
    me.hearPacket(packet)
    packet.fill(0)
    const [{ event }] = me.events
    if (event.type !== 'message') throw new Error('it is no message')
    expect(Buffer.from(event.bytes).toString()).toBe('hello')
    expect(me.present()).toEqual(['me', 'web-1'])
  })

  it('that is sent to one member goes alone, with a checksum for those that read one', () => {
    const { me, world } = solo()
    me.hear([alive('a'), alive('old', { versions: [1, 4, 2, 0, 0, 0] })])
    const send = (name: string): boolean =>
      me.engine.sendUserMessage(world.now, Buffer.from('x'), '10.0.0.9', 7_946, me.slot(name))
    expect([send('a'), send('old'), send('nobody')]).toEqual([true, true, true])
    expect(me.packets.map(({ bytes }) => bytes[0])).toEqual([12, 8, 8])
    expect(me.said()).toEqual(new Array(3).fill({ type: 'user', text: 'x' }))
  })

  it('that is too large for a packet is not sent', () => {
    const { me } = solo()
    const size = (bytes: number): boolean =>
      me.engine.sendUserMessage(0, new Uint8Array(bytes), '10.0.0.9', 7_946, -1)
    expect([size(1_394), size(1_395)]).toEqual([true, false])
    expect(me.packets.map(({ bytes }) => bytes.length)).toEqual([1_395])
  })

  it('that cannot be sent is told so', () => {
    const { me } = solo()
    me.unreachable.add('10.0.0.9')
    expect(me.engine.sendUserMessage(0, Buffer.from('x'), '10.0.0.9', 7_946, -1)).toBe(false)
    expect(me.engine.core.counters.sendFailures).toBe(1)
  })
})

describe('encryption and labels', () => {
  it('let a cluster with the same key and label form, and nobody else in', () => {
    const world = new World(6)
    const security = { keyring: new Keyring([new Uint8Array(16)]), label: Buffer.from('blue') }
    const nodes = world.cluster(['a', 'b', 'c'], { security })
    for (const node of nodes) node.rejections.clear()
    nodes[0].hearPacket(packetOf([alive('x')], plain()))
    nodes[0].hearPacket(packetOf([alive('x')], plain({ label: security.label })))
    const other = new Keyring([new Uint8Array(16).fill(1)])
    nodes[0].hearPacket(packetOf([alive('x')], plain({ ...security, keyring: other })))
    nodes[0].hearPacket(packetOf([alive('x')], plain({ ...security, label: Buffer.from('red') })))
    expect(Object.fromEntries(nodes[0].rejections)).toEqual({
      'label-missing': 1,
      plaintext: 1,
      undecryptable: 1,
      'label-mismatch': 1,
    })
    expect(world.agrees(nodes)).toBe(true)
  })

  it('are read at each packet: keys may come and go', () => {
    const keyring = new Keyring([new Uint8Array(16)])
    const { me } = solo({ security: { keyring } })
    const later = new Keyring([new Uint8Array(16).fill(1)])
    const packet = packetOf([alive('a')], plain({ keyring: later }))
    me.hearPacket(packet)
    expect(me.state('a')).toBe('unknown')
    keyring.add(new Uint8Array(16).fill(1))
    me.hearPacket(packet)
    expect(me.state('a')).toBe('alive')
  })
})

describe('messages in one packet', () => {
  it('stand each alone: one that cannot be read does not take the others along', () => {
    const { me } = solo()
    me.hear([alive('a'), Uint8Array.of(4, 0xc3), Uint8Array.of(99), alive('b'), ack(1)])
    expect(me.present()).toEqual(['a', 'b', 'me'])
    expect(Object.fromEntries(me.rejections)).toEqual({
      malformed: 1,
      'unknown-type': 1,
      'unexpected-ack': 1,
    })
  })

  it('of types that belong on streams only are refused', () => {
    const { me } = solo()
    me.hear([6, 10, 13, 244].map((type) => Uint8Array.of(type, 0x80)))
    expect(me.rejectedFor('unknown-type')).toBe(4)
  })
})
