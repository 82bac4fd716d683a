import { describe, expect, it } from 'vitest'
import { KvError } from '../../src/errors.ts'
import { kvLimits } from '../../src/limits.ts'
import { encodeMessage } from '../../src/wire/message.ts'
import { canonicalBytes } from '../canonical.ts'
import { World } from '../world.ts'
import type { WorldNode } from '../world-node.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const LIFE_MS = 8_000

/** Members that know of each other, one second after they started. */
function cluster(count: number, settings = {}): { world: World; nodes: WorldNode[] } {
  const world = new World(7, settings)
  const nodes = world.cluster(count)
  world.run(1_000)
  return { world, nodes }
}

function codeOf(write: () => unknown): string {
  try {
    write()
    return 'none'
  } catch (error) {
    return error instanceof KvError ? error.code : String(error)
  }
}

const options = { ttlMs: 0, acks: 0, isTraced: false }

describe('a write', () => {
  it('is at all others within some tens of milliseconds, without any loss', () => {
    const { world, nodes } = cluster(4)
    nodes[0].write('k', text('v'))
    world.run(60)
    expect(nodes.map((node) => node.read('k'))).toEqual(['v', 'v', 'v', 'v'])
  })

  it('whose packets are lost is there within a second all the same', () => {
    const { world, nodes } = cluster(3)
    world.conditions = { loss: 100, duplication: 0, maxDelayMs: 1 }
    nodes[0].write('k', text('v'))
    world.run(50)
    world.conditions = { loss: 0, duplication: 0, maxDelayMs: 1 }
    world.run(950)
    expect(nodes.map((node) => node.read('k'))).toEqual(['v', 'v', 'v'])
  })

  it('reaches more members than are pushed to', () => {
    const { world, nodes } = cluster(20)
    for (let index = 0; index < 200; index++) nodes[0].write(`k${index}`, new Uint8Array(100))
    world.run(3_000)
    for (const node of nodes) expect(node.replica.state.keyCount).toBe(200)
  })

  it('of many in a row leaves as few messages, and none is lost', () => {
    const { world, nodes } = cluster(3, { maxBytes: 16 * 1_024 * 1_024 })
    const before = nodes[0].replica.counters.messagesSent
    for (let index = 0; index < 10_000; index++) nodes[0].write(`k${index}`, new Uint8Array(100))
    world.run(1_000)
    for (const node of nodes) expect(node.replica.state.keyCount).toBe(10_000)
    expect(nodes[0].replica.counters.messagesSent - before).toBeLessThan(100)
  })

  it('of 16 MiB goes in parts, and is resumed where it was broken off', () => {
    const { world, nodes } = cluster(2, { maxBytes: 64 * 1_024 * 1_024 })
    const value = new Uint8Array(kvLimits.valueBytes).map((_byte, index) => index % 251)
    world.conditions = { loss: 30, duplication: 0, maxDelayMs: 5 }
    nodes[0].write('large', value)
    world.run(120_000)
    const there = nodes[1].replica.state.live('large', nodes[1].instant.wallMs)
    expect(Buffer.compare(there?.value ?? text(''), value)).toBe(0)
    const received = nodes[1].replica.counters.bytesReceived
    expect(received, 'no part comes many times').toBeLessThan(2 * kvLimits.valueBytes)
  })
})

describe('a member that was away for longer than a tombstone lives', () => {
  it('brings nothing back that was deleted meanwhile', () => {
    const { world, nodes } = cluster(3)
    const [away, one, other] = nodes
    away.write('k', text('old'))
    world.run(500)
    world.partition((index) => (index === 0 ? 0 : 1))
    one.write('k', undefined)
    world.run(3 * LIFE_MS)
    expect(one.replica.state.entries.size, 'the tombstone is gone').toBe(0)
    expect(away.read('k')).toBe('old')
    world.heal()
    world.run(5_000)
    expect([away, one, other].map((node) => node.read('k'))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(away.replica.state.dropped).toBe(1)
    expect(away.replica.counters.fullPulls).toBeGreaterThan(0)
  })

  it('brings nothing back from its disk either', () => {
    const { world, nodes } = cluster(3)
    const [away, one] = nodes
    for (let index = 0; index < 50; index++) one.write(`k${index}`, text('old'))
    world.run(500)
    away.crash()
    for (let index = 0; index < 25; index++) one.write(`k${index}`, undefined)
    world.run(3 * LIFE_MS)
    away.restart()
    world.run(5_000)
    for (const node of nodes) expect(node.replica.state.keyCount).toBe(25)
    expect(canonicalBytes(away)).toBe(canonicalBytes(one))
  })

  it('does not lose what it acknowledged meanwhile, though nobody else had ever seen it', () => {
    const { world, nodes } = cluster(3)
    const [away, one] = nodes
    one.write('gone', text('old'))
    world.run(500)
    world.partition((index) => (index === 0 ? 0 : 1))
    away.write('mine', text('acknowledged'))
    world.run(1_000)
    one.write('gone', undefined)
    world.run(3 * LIFE_MS)
    world.heal()
    world.run(5_000)
    for (const node of nodes) {
      expect(node.read('mine')).toBe('acknowledged')
      expect(node.read('gone')).toBeUndefined()
    }
    expect(away.replica.counters.reissued).toBe(1)
  })

  it('gives way where the others wrote the same key later', () => {
    const { world, nodes } = cluster(3)
    const [away, one] = nodes
    one.write('other', text('x'))
    world.run(500)
    world.partition((index) => (index === 0 ? 0 : 1))
    away.write('k', text('earlier'))
    world.run(1_000)
    one.write('other', undefined)
    one.write('k', text('later'))
    world.run(3 * LIFE_MS)
    world.heal()
    world.run(5_000)
    expect(nodes.map((node) => node.read('k'))).toEqual(['later', 'later', 'later'])
  })
})

describe('clocks', () => {
  it('that are too far ahead are refused and counted, until time has caught up', () => {
    const { world, nodes } = cluster(2)
    nodes[0].clockOffsetMs = 5_000
    nodes[0].write('k', text('from the future'))
    world.run(1_000)
    expect(nodes[1].read('k')).toBeUndefined()
    expect(nodes[1].replica.counters.refused.clock).toBeGreaterThan(0)
    world.run(10_000)
    expect(nodes[1].read('k')).toBe('from the future')
  })

  it('that go back do no harm to what is written then', () => {
    const { world, nodes } = cluster(2)
    nodes[0].write('k', text('before'))
    world.run(100)
    nodes[0].clockOffsetMs = -800
    nodes[0].write('k', text('after'))
    world.run(100)
    expect(nodes.map((node) => node.read('k'))).toEqual(['after', 'after'])
  })

  it('that were too far ahead leave other keys alone once they are right again', () => {
    const { world, nodes } = cluster(2)
    nodes[0].clockOffsetMs = 60_000
    nodes[0].write('k', text('from the future'))
    nodes[0].clockOffsetMs = 0
    nodes[0].write('other', text('now'))
    world.run(500)
    expect(nodes[1].read('other')).toBe('now')
    expect(codeOf(() => nodes[0].replica.write(nodes[0].instant, 'k', text('x'), options))).toBe(
      'ERR_KV_CLOCK',
    )
  })
})

describe('a time to live', () => {
  it('is over at the same stamp everywhere, whatever the local clocks say', () => {
    const { world, nodes } = cluster(2)
    nodes[1].clockOffsetMs = -900
    nodes[0].write('k', text('v'), 2_000)
    world.run(1_900)
    expect(nodes.map((node) => node.read('k'))).toEqual(['v', 'v'])
    nodes[0].write('tick', text('carries the time'))
    world.run(300)
    nodes[0].write('tick', text('carries the time on'))
    world.run(60)
    expect(nodes.map((node) => node.read('k'))).toEqual([undefined, undefined])
    world.run(1_000)
    expect(canonicalBytes(nodes[0])).toBe(canonicalBytes(nodes[1]))
    expect(nodes[1].events.filter(({ type }) => type === 'expire')).toHaveLength(1)
  })

  it('leaves nothing behind in the end', () => {
    const { world, nodes } = cluster(2)
    for (let index = 0; index < 100; index++) nodes[0].write(`k${index}`, text('v'), 500)
    world.run(2 * LIFE_MS)
    for (const { replica } of nodes) {
      expect(replica.state.entries.size).toBe(0)
      expect(replica.state.bytes).toBe(0)
    }
  })
})

describe('a full store', () => {
  const maxBytes = 100_000

  it('refuses writes, its own and the others’, and still deletes', () => {
    const { world, nodes } = cluster(2, { maxBytes })
    const [one, other] = nodes
    for (let index = 0; index < 9; index++) one.write(`k${index}`, new Uint8Array(10_000))
    world.run(500)
    const write = () => one.replica.write(one.instant, 'more', new Uint8Array(10_000), options)
    expect(codeOf(write)).toBe('ERR_KV_FULL')
    expect(one.replica.state.isFull).toBe(true)
    expect(one.write('k0', undefined)).toBeDefined()
    expect(one.replica.state.isFull).toBe(false)
    expect(codeOf(write)).toBe('none')
    world.run(500)
    expect(other.read('more')?.length).toBe(10_000)
    for (const { replica } of nodes) expect(replica.state.bytes).toBeLessThanOrEqual(maxBytes)
  })

  it('gets what it had to refuse once there is room again', () => {
    const { world, nodes } = cluster(2, { maxBytes })
    const [one, other] = nodes
    world.partition((index) => index)
    for (let index = 0; index < 6; index++) {
      one.write(`a${index}`, new Uint8Array(10_000))
      other.write(`b${index}`, new Uint8Array(10_000))
    }
    world.heal()
    world.run(20_000)
    expect(other.replica.counters.refused.full).toBeGreaterThan(0)
    expect(other.replica.state.isFull).toBe(true)
    expect(other.replica.state.bytes).toBeLessThanOrEqual(maxBytes)
    for (let index = 0; index < 6; index++) other.write(`b${index}`, undefined)
    world.run(40_000)
    expect(canonicalBytes(one)).toBe(canonicalBytes(other))
    expect(other.replica.state.keyCount).toBe(6)
  })
})

describe('acknowledgements', () => {
  const acked = (node: WorldNode): string[] =>
    node.events.flatMap((event) => (event.type === 'acked' ? [event.member] : []))

  it('come once from each that holds the write durably', () => {
    const { world, nodes } = cluster(3)
    nodes[0].replica.write(nodes[0].instant, 'k', text('v'), { ...options, acks: 2 })
    world.run(100)
    expect(acked(nodes[0]).sort()).toEqual(['n1', 'n2'])
  })

  it('come in spite of loss, and for values that are fetched', () => {
    const { world, nodes } = cluster(3)
    world.conditions = { loss: 40, duplication: 30, maxDelayMs: 50 }
    nodes[0].replica.write(nodes[0].instant, 'k', new Uint8Array(300_000), { ...options, acks: 2 })
    world.run(10_000)
    expect(acked(nodes[0]).sort()).toEqual(['n1', 'n2'])
  })

  it('of a traced write come from all, also from those that are not pushed to', () => {
    const { world, nodes } = cluster(15)
    const held = nodes[0].replica.write(nodes[0].instant, 'k', text('v'), {
      ...options,
      isTraced: true,
    })
    world.run(3_000)
    expect(new Set(acked(nodes[0])).size).toBe(14)
    const spreads = nodes[0].events.flatMap((event) =>
      event.type === 'spread' ? [event.spread] : [],
    )
    expect(spreads[spreads.length - 1]).toMatchObject({ key: 'k', expected: 14 })
    expect(spreads[spreads.length - 1].members).toHaveLength(14)
    expect(held.key).toBe('k')
  })
})

describe('a data directory that was set back to an older copy', () => {
  it('does not use its numbers twice, and nothing is lost', () => {
    const { world, nodes } = cluster(3)
    const [back, one] = nodes
    back.write('a', text('1'))
    world.run(200)
    const copy = back.disk.copy()
    back.write('b', text('2'))
    world.run(200)
    back.crash()
    back.disk = copy
    world.partition((index) => (index === 0 ? 0 : 1))
    back.restart()
    back.write('c', text('3'))
    world.run(200)
    world.heal()
    world.run(5_000)
    for (const node of nodes) {
      expect(['a', 'b', 'c'].map((key) => node.read(key))).toEqual(['1', '2', '3'])
    }
    expect(canonicalBytes(back)).toBe(canonicalBytes(one))
  })
})

describe('members without this protocol', () => {
  it('get a few greetings and nothing else, and nobody waits for them', () => {
    const world = new World(7)
    const nodes = world.cluster(2)
    const sent: string[] = []
    for (const node of nodes) {
      const { carry } = world
      node.replica.memberUp(node.instant, 'go-member')
      world.carry = (from, to, bytes, token) => {
        if (to === 'go-member') sent.push(from.name)
        carry.call(world, from, to, bytes, token)
      }
    }
    world.run(1_000)
    nodes[0].replica.write(nodes[0].instant, 'k', text('v'), { ...options, acks: 1 })
    world.run(30_000)
    expect(nodes[1].read('k')).toBe('v')
    expect(nodes[0].events.filter(({ type }) => type === 'acked')).toHaveLength(1)
    expect(sent.length).toBeLessThanOrEqual(2 * 2 * 5)
  })

  it('make a message from a name that is no member count for nothing', () => {
    const { nodes } = cluster(2)
    const [one] = nodes
    one.receive(encodeMessage('stranger', { type: 'gossip', entries: [] }))
    one.receive(text('f5hkv and so on'))
    expect(one.replica.counters.refused['unknown-member']).toBe(1)
    expect(one.replica.counters.refused.malformed).toBe(1)
  })
})
