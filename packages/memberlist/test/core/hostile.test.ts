import { describe, expect, it } from 'vitest'
import { Keyring } from '../../src/wire/keyring.ts'
import {
  ack,
  alive,
  dead,
  indirectPing,
  nack,
  packetOf,
  ping,
  plain,
  pushPull,
  suspect,
  user,
} from './messages.ts'
import { seededBits } from './seeded.ts'
import { solo } from './solo.ts'
import type { WorldNode } from './world-node.ts'

const source = { sourceHost: '10.0.0.9', sourcePort: 7_946, sourceNode: 'a' }

/** One of each, about members that are known, ourselves and others. */
const honest: readonly Uint8Array[] = ['me', 'a', 'b', 'stranger'].flatMap((name) => [
  alive(name, { incarnation: 7, meta: 'some metadata' }),
  suspect(name, 7, 'b'),
  dead(name, 7, 'b'),
  dead(name, 7, name),
  ping(7, name, source),
  indirectPing(7, name, { host: '10.0.0.9', ...source }),
  ack(7, 'payload'),
  nack(7),
  user(name),
])

const states: readonly Uint8Array[] = [
  pushPull([{ name: 'a' }, { name: 'me', state: 2 }, { name: 'x', meta: 'm' }], {
    userState: 'some user state',
  }),
  pushPull(
    [0, 1, 2, 3, 4].map((state) => ({ name: `s${state}`, state })),
    { join: true },
  ),
]

/** Bytes changed, cut, doubled, put in; as a peer would send that wants us to stumble. */
function mutated(bits: () => number, bytes: Uint8Array): Uint8Array {
  const result = [...bytes]
  for (let changes = 1 + (bits() % 4); changes > 0; changes--) {
    const at = bits() % (result.length + 1)
    const interesting = [0, 1, 0x7f, 0x80, 0x90, 0xc0, 0xc4, 0xcf, 0xd9, 0xda, 0xdb, 0xdf, 0xff]
    const byte = bits() % 2 === 0 ? bits() & 0xff : interesting[bits() % interesting.length]
    switch (bits() % 5) {
      case 0:
        result[at] = byte
        break
      case 1:
        result.splice(at, 0, byte)
        break
      case 2:
        result.splice(at, bits() % 8)
        break
      case 3:
        result.length = at
        break
      default:
        result.splice(at, 0, ...result.slice(at, at + (bits() % 32)))
    }
  }
  return Uint8Array.from(result, (byte) => byte ?? 0)
}

function check(me: WorldNode): void {
  const { members, registry, suspicions, membership } = me.engine.core
  expect(registry.size).toBe(members.size)
  expect(suspicions.size).toBeLessThanOrEqual(members.size)
  expect(membership.length).toBeLessThanOrEqual(members.size)
  expect(me.state('me')).toBe('alive')
}

function known(options: Parameters<typeof solo>[0] = {}) {
  const result = solo(options)
  result.me.hear([alive('a'), alive('b', { host: '10.0.0.8' })])
  return result
}

describe('hostile packets', () => {
  it('never throw, and leave a member that goes on', () => {
    const bits = seededBits(1)
    const { me, world } = known({ settings: { probeIntervalMs: 1_000 } })
    for (let round = 0; round < 6_000; round++) {
      const message = mutated(bits, honest[bits() % honest.length])
      const other = honest[bits() % honest.length]
      const packet =
        round % 3 === 0 ? mutated(bits, packetOf([message, other])) : packetOf([message, other])
      me.hearPacket(packet, `10.0.0.${bits() % 12}`, bits() & 0xffff)
      if (round % 10 === 0) world.run(bits() % 100)
    }
    check(me)
    expect([...me.rejections.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(
      1_000,
    )
    me.sent()
    me.hear([ping(99, 'me')], '10.0.0.8')
    expect(me.said()[0]).toMatchObject({ type: 'ack', sequence: 99 })
  })

  it('of random bytes never throw, in the clear or with a key', () => {
    const bits = seededBits(2)
    for (const security of [{}, { keyring: new Keyring([new Uint8Array(16)]) }]) {
      const { me } = known({ security })
      for (let round = 0; round < 2_000; round++) {
        const bytes = Uint8Array.from({ length: bits() % 200 }, () => bits() & 0xff)
        if (bytes.length > 0 && round % 2 === 0) bytes[0] = bits() % 14
        me.hearPacket(bytes)
      }
      check(me)
      expect(me.present()).toEqual(['a', 'b', 'me'])
    }
  })

  it('are counted under a reason each, and nothing else happens', () => {
    const { me } = known()
    const sent = me.packets.length
    const reasons: [string, Uint8Array][] = [
      ['empty', new Uint8Array(0)],
      ['unknown-type', Uint8Array.of(99, 1, 2)],
      ['truncated', packetOf([suspect('a', 7, 'b')]).subarray(0, 12)],
      ['malformed', Uint8Array.of(3, 0xc3)],
      ['checksum', Uint8Array.of(12, 1, 2, 3, 4, 8, 1)],
      ['compression', Uint8Array.of(9, 0x82, 0xa4, 65, 108, 103, 111, 7, 0xa3, 66, 117, 102, 0xa0)],
      ['label-unexpected', Uint8Array.of(244, 1, 65, 8, 1)],
      [
        'out-of-range',
        ping(1, 'me').map((byte, index, all) => (index === all.length - 1 ? 0xff : byte)),
      ],
    ]
    for (const [reason, packet] of reasons) {
      me.rejections.clear()
      me.hearPacket(packet)
      expect([reason, [...me.rejections.keys()]]).toEqual([reason, [reason]])
    }
    expect(me.packets.length).toBe(sent)
    expect(me.told()).toEqual(['join a', 'join b'])
  })
})

describe('hostile push/pull states', () => {
  it('never throw, and take nothing that was not verified', () => {
    const bits = seededBits(3)
    const { me } = known({ settings: { maxMembers: 64 } })
    let failed = 0
    for (let round = 0; round < 4_000; round++) {
      const state = mutated(bits, states[bits() % states.length])
      if (state.length === 0) continue
      const before = me.engine.core.members.version
      const merge = me.mergeBytes(state, '10.0.0.9')
      if (merge.failure === undefined) continue
      failed++
      expect(me.engine.core.members.version).toBe(before)
    }
    expect(failed).toBeGreaterThan(1_000)
    check(me)
  })

  it('may be looked at by the veto, which never throws either', () => {
    const bits = seededBits(4)
    const { me } = known()
    for (let round = 0; round < 1_000; round++) {
      const state = mutated(bits, states[bits() % states.length])
      if (state.length === 0) continue
      const merge = me.engine.beginMerge(state, 1, state.length, '10.0.0.9')
      while (!merge.verify(2)) expect(merge.failure).toBeUndefined()
      if (merge.failure === undefined)
        expect(merge.peers().length).toBeLessThanOrEqual(state.length)
    }
    check(me)
  })
})

describe('a flood', () => {
  it('of new names fills the table to its bound, and forgets them again', () => {
    const { me, world } = known({
      settings: {
        maxMembers: 500,
        probeIntervalMs: 100,
        probeTimeoutMs: 50,
        gossipToTheDeadMs: 100,
      },
      decisions: { stagger: (below) => below - 1 },
    })
    for (let index = 0; index < 5_000; index++) {
      me.hear([alive(`x${index}`, { port: 1 + index }), dead(`x${index}`, 1, 'b')])
    }
    expect(me.engine.core.members.size).toBe(500)
    expect(me.engine.core.registry.size).toBe(500)
    expect(me.engine.core.membership.length).toBeLessThanOrEqual(500)
    world.run(2_000)
    expect(me.engine.core.members.size).toBeLessThan(10)
    expect(me.engine.core.registry.size).toBe(me.engine.core.members.size)
  })

  it('of accusers keeps the few that count', () => {
    const { me } = known()
    for (let index = 0; index < 6; index++) me.hear([alive(`m${index}`)])
    for (let index = 0; index < 5_000; index++) me.hear([suspect('a', 1, `accuser ${index}`)])
    const [suspicion] = me.engine.core.suspicions.values()
    expect(suspicion.from).toHaveLength(3)
    expect(me.engine.core.membership.length).toBe(8)
    expect([...me.timers.keys()].filter(({ kind }) => kind === 'suspicion').length).toBeLessThan(5)
  })

  it('of acks and nacks that nobody waits for leaves nothing', () => {
    const { me } = known()
    const timers = me.timers.size
    for (let index = 0; index < 5_000; index++) me.hear([ack(index, 'x'), nack(index)])
    expect(me.rejectedFor('unexpected-ack')).toBe(10_000)
    expect(me.timers.size).toBe(timers)
    expect(me.packets).toEqual([])
  })

  it('of pings from forged addresses sends no more bytes than came, to those', () => {
    const { me } = known({ hooks: { ackPayload: () => new Uint8Array(500) } })
    me.engine.broadcast(0, new Uint8Array(500), undefined, () => undefined)
    let received = 0
    for (let index = 0; index < 1_000; index++) {
      const forged = { sourceHost: `10.66.${index >> 8}.${index & 255}`, sourcePort: 53 }
      const packet = packetOf([ping(index, 'me', { ...forged, sourceNode: 'a' })])
      received += packet.length
      me.hearPacket(packet, '10.0.0.66')
    }
    const sent = me.packets.reduce((sum, { bytes }) => sum + bytes.length, 0)
    expect(me.packets).toHaveLength(1_000)
    expect(sent).toBeLessThanOrEqual(received)
  })

  it('of the same packet over and over changes nothing after the first', () => {
    const { me } = known()
    const packet = packetOf([alive('x', { incarnation: 3 }), suspect('x', 3, 'b')], plain())
    me.hearPacket(packet)
    const { version } = me.engine.core.members
    const events = me.events.length
    for (let index = 0; index < 1_000; index++) me.hearPacket(packet)
    expect(me.engine.core.members.version).toBe(version)
    expect(me.events).toHaveLength(events)
    expect(me.engine.core.counters.known).toBe(2_000)
  })
})
