import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { Members } from '../../src/core/members.ts'
import { Registry } from '../../src/core/registry.ts'
import { alive, packetOf } from './messages.ts'
import { seededRandom } from './seeded.ts'
import { solo } from './solo.ts'
import { World } from './world.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

function usedBytes(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Packets that tell of so many members, a few in each. */
function packetsAbout(count: number): Uint8Array[] {
  const packets: Uint8Array[] = []
  for (let first = 0; first < count; first += 20) {
    const members = Array.from({ length: Math.min(20, count - first) }, (_, index) =>
      alive(`member-${first + index}.example`, {
        host: `10.${first >> 8}.${first & 255}.${index}`,
        incarnation: 5,
        meta: 'x'.repeat(64),
      }),
    )
    packets.push(packetOf(members))
  }
  return packets
}

describe('a view', () => {
  it('costs tens of bytes in columns for each entry, all of them counted', () => {
    const registry = new Registry(1)
    const members = new Members(registry, seededRandom(1))
    const { me } = solo()
    const count = 4_096
    for (let index = 0; index < count; index++) {
      const bytes = Buffer.from(`m${index}`)
      const name = registry.intern(bytes, 0, bytes.length)
      const record = Object.assign(Object.create(me.engine.core.selfRecord) as object, { name })
      members.add(record as typeof me.engine.core.selfRecord, 0)
    }
    const columns = Object.values(members).filter((each) => ArrayBuffer.isView(each))
    const bytes = columns.reduce((sum, { byteLength }) => sum + byteLength, 0)
    expect(columns.length).toBeGreaterThanOrEqual(7)
    // And a reference to the record, of eight bytes.
    expect(bytes / count + 8).toBeLessThan(64)
  })

  it('costs tens of bytes of memory for each entry where members share a process', () => {
    const members = 1_000
    const views = 60
    const packets = packetsAbout(members)
    const world = new World()
    const nodes = Array.from({ length: views }, (_, index) =>
      world.node(`view-${index}`, { settings: { gossipIntervalMs: 0, probeIntervalMs: 0 } }),
    )
    // The first pays for what is shared: names, records, encoded messages.
    const hear = (node: (typeof nodes)[number]): void => {
      for (const packet of packets) node.hearPacket(packet)
      node.engine.core.membership.clear()
      node.events.length = 0
      node.told()
    }
    hear(nodes[0])
    const before = usedBytes()
    for (const node of nodes.slice(1)) hear(node)
    const perEntry = (usedBytes() - before) / ((views - 1) * members)
    expect(nodes[views - 1].engine.core.members.size).toBe(members + 1)
    expect(perEntry).toBeGreaterThan(20)
    expect(perEntry).toBeLessThan(100)
  })

  it('shares records and encoded messages with the others of its process', () => {
    const world = new World()
    const [one, other] = ['one', 'other'].map((name) => world.node(name))
    for (const node of [one, other]) node.hear([alive('a', { incarnation: 5, meta: 'm' })])
    const record = one.engine.core.members.record(one.slot('a'))
    expect(other.engine.core.members.record(other.slot('a'))).toBe(record)
    const encoded = record.aliveMessage
    expect(encoded.length).toBeGreaterThan(0)
    world.node('third').hear([alive('a', { incarnation: 5, meta: 'm' })])
    expect(record.aliveMessage).toBe(encoded)
  })
})

describe('a repeated alive', () => {
  it('makes no record, and no name', () => {
    const { me } = solo()
    const packets = packetsAbout(100)
    for (const packet of packets) me.hearPacket(packet)
    const { members, registry } = me.engine.core
    const records: unknown[] = []
    members.forEach((_slot, record) => {
      records.push(record, record.name, record.name.latest)
    })
    for (let round = 0; round < 10; round++) for (const packet of packets) me.hearPacket(packet)
    const after: unknown[] = []
    members.forEach((_slot, record) => {
      after.push(record, record.name, record.name.latest)
    })
    expect(after.every((each, index) => each === records[index])).toBe(true)
    expect(registry.size).toBe(101)
    expect(me.engine.core.counters.known).toBe(1_000)
  })

  it('allocates next to nothing', () => {
    const { me } = solo()
    const packets = packetsAbout(100)
    const rounds = 200
    const hearAll = (): void => {
      for (let round = 0; round < rounds; round++)
        for (const packet of packets) me.hearPacket(packet)
    }
    hearAll()
    // A record would be some hundred bytes. The least of some attempts: what else is going on only adds.
    const perMessage: number[] = []
    for (let attempt = 0; attempt < 5; attempt++) {
      collect()
      const before = process.memoryUsage().heapUsed
      hearAll()
      perMessage.push((process.memoryUsage().heapUsed - before) / (rounds * 100))
    }
    expect(Math.min(...perMessage)).toBeLessThan(32)
  })
})
