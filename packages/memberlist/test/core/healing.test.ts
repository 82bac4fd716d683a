import { describe, expect, it } from 'vitest'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

const MINUTE = 60_000

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index}`)

const failures = (nodes: readonly WorldNode[]): string[] =>
  nodes.flatMap((node) =>
    node.events.map(({ text }) => text).filter((text) => text.startsWith('fail')),
  )

describe('a partition', () => {
  it('is seen by both sides, each of which goes on by itself', () => {
    const world = new World(1)
    const nodes = world.cluster(names(8))
    const [one, other] = [nodes.slice(0, 4), nodes.slice(4)]
    world.partition(one, other)
    world.run(2 * MINUTE)
    expect(world.agrees(one)).toBe(true)
    expect(world.agrees(other)).toBe(true)
  })

  it.each([
    ['is short enough for refutations', 20_000, 30_000],
    ['is longer than the dead get gossip', 2 * MINUTE, 2 * MINUTE],
    ['lasts so long that both sides have forgotten each other', 10 * MINUTE, 5 * MINUTE],
  ])('heals by itself when it %s', (_what, durationMs, withinMs) => {
    const world = new World(2)
    const nodes = world.cluster(names(8))
    world.partition(nodes.slice(0, 4), nodes.slice(4))
    world.run(durationMs)
    expect(world.agrees(nodes)).toBe(false)
    world.heal()
    world.runUntil(() => world.agrees(nodes), withinMs, 200)
  })

  it('heals by itself also when it cuts off one, or cuts into three', () => {
    const world = new World(3)
    const nodes = world.cluster(names(9))
    world.partition(nodes.slice(0, 1), nodes.slice(1))
    world.run(5 * MINUTE)
    expect(nodes[0].present()).toEqual(['n0'])
    world.heal()
    world.runUntil(() => world.agrees(nodes), 5 * MINUTE, 200)
    for (const at of [3, 6]) {
      world.partition(nodes.slice(at - 3, at), [...nodes.slice(0, at - 3), ...nodes.slice(at)])
    }
    world.run(5 * MINUTE)
    world.heal()
    world.runUntil(() => world.agrees(nodes), 5 * MINUTE, 200)
  })

  it('heals by itself when all members of both sides were restarted in it, so that nobody is missed', () => {
    const world = new World(4)
    const [seed, ...others] = names(6).map((name) => world.node(name))
    const addresses = [seed, ...others].map(({ address }) => address)
    world.partition([seed, ...others.slice(0, 2)], others.slice(2))
    for (const node of [seed, ...others]) node.join(...addresses)
    world.run(10 * MINUTE)
    expect(seed.present()).toEqual(['n0', 'n1', 'n2'])
    world.heal()
    world.runUntil(() => world.agrees(), 10 * MINUTE, 500)
  })

  it('does not heal without reconnecting, as in Go', () => {
    const world = new World(2)
    const nodes = world.cluster(names(8), { settings: { reconnectIntervalMs: 0 } })
    world.partition(nodes.slice(0, 4), nodes.slice(4))
    world.run(10 * MINUTE)
    world.heal()
    world.run(10 * MINUTE)
    expect(nodes.map((node) => node.present().length)).toEqual([4, 4, 4, 4, 4, 4, 4, 4])
  })
})

describe('an address to join', () => {
  it('that answers only later is joined then', () => {
    const world = new World(5)
    const early = world.node('early')
    early.join('10.7.7.7:7946')
    world.run(10 * MINUTE)
    const late = world.node('late', { host: '10.7.7.7' })
    world.runUntil(() => world.agrees([early, late]), MINUTE)
  })
})

describe('a bad network', () => {
  it('evicts nobody while it loses a tenth of all packets, doubles others and reorders them', () => {
    const world = new World(6)
    const nodes = world.cluster(names(8))
    Object.assign(world.network, { loss: 0.1, duplication: 0.1, minDelayMs: 5, maxDelayMs: 150 })
    world.run(10 * MINUTE)
    expect(failures(nodes)).toEqual([])
    Object.assign(world.network, { loss: 0, duplication: 0 })
    world.runUntil(() => world.agrees(nodes), MINUTE)
  })

  it('with one direction of one link cut evicts nobody: others and streams tell better', () => {
    const world = new World(7)
    const nodes = world.cluster(names(5))
    world.cutLink(nodes[0], nodes[1])
    world.run(10 * MINUTE)
    expect(failures(nodes)).toEqual([])
  })

  it('that takes only packets to one member, not its streams, evicts nobody and is told', () => {
    const world = new World(8)
    const nodes = world.cluster(names(3))
    const { carry } = world
    world.carry = (from, bytes, address) => {
      if (address !== nodes[2].address) carry.call(world, from, bytes, address)
    }
    world.run(5 * MINUTE)
    expect(failures(nodes.slice(0, 2))).toEqual([])
    expect(nodes[0].told()).toContain('udp-blocked n2')
  })
})

describe('a crash', () => {
  it('is found by all within the time that the settings give, and by nobody twice', () => {
    const world = new World(9)
    const nodes = world.cluster(names(8))
    nodes[3].crash()
    // A round of probes finds it, then the suspicion lasts at least 4 s, at most 24 s.
    const found = world.runUntil(() => world.agrees(), 10_000 + 24_000 + 2_000)
    expect(found).toBeGreaterThan(4_000)
    expect(failures(world.live).filter((text) => text.startsWith('fail n3'))).toHaveLength(7)
  })

  it('of most of a cluster is found by the others', () => {
    const world = new World(10)
    const nodes = world.cluster(names(12))
    for (const node of nodes.slice(3)) node.crash()
    world.runUntil(() => world.agrees(), 5 * MINUTE, 200)
    expect(world.live).toHaveLength(3)
  })
})
