import { describe, expect, it } from 'vitest'
import { World } from './world.ts'
import type { NodeOptions, WorldNode } from './world-node.ts'

const names = Array.from({ length: 8 }, (_, index) => `n${index}`)

/** A new life of this member, at the same address. */
function restart(world: World, old: WorldNode, options: NodeOptions = {}): WorldNode {
  return world.node(old.name, { host: old.host, ...options })
}

describe('a member that was restarted', () => {
  it.each([
    ['before anybody noticed', 'alive'],
    ['while it is suspected', 'suspect'],
    ['after it was found dead', 'dead'],
    ['after it was forgotten', 'unknown'],
  ])('%s is believed at once, without having to be told of its death', (_what, state) => {
    const world = new World(1)
    const nodes = world.cluster(names)
    world.run(1_000)
    nodes[3].crash()
    world.runUntil(() => nodes[0].state('n3') === state, 120_000)
    const again = restart(world, nodes[3])
    again.join(nodes[0].address)
    world.runUntil(() => world.agrees(), 3_000)
    expect(again.engine.core.counters.refutations).toBe(0)
  })

  it('with an incarnation of 1, as in Go, has to refute first', () => {
    const world = new World(1)
    const nodes = world.cluster(names)
    nodes[3].crash()
    world.runUntil(() => nodes[0].state('n3') === 'dead', 60_000)
    const again = restart(world, nodes[3], { incarnation: 1 })
    again.join(nodes[0].address)
    world.runUntil(() => world.agrees(), 60_000)
    expect(again.engine.core.counters.refutations).toBeGreaterThan(0)
  })

  it('within the same second, or with a clock set back, refutes and is believed too', () => {
    for (const incarnation of [0, -5]) {
      const world = new World(2)
      const nodes = world.cluster(names)
      const before = nodes[3].incarnation()
      nodes[3].crash()
      const again = restart(world, nodes[3], { incarnation: before + incarnation })
      again.join(nodes[0].address)
      world.runUntil(() => world.agrees(), 60_000)
    }
  })

  it('comes back with other metadata at once', () => {
    const world = new World(3)
    const nodes = world.cluster(names, { meta: 'old' })
    nodes[3].crash()
    world.run(1_000)
    restart(world, nodes[3], { meta: 'new' }).join(nodes[0].address)
    world.runUntil(() => world.agrees(), 5_000)
    for (const node of world.live) {
      const record = node.engine.core.members.record(node.slot('n3'))
      expect(Buffer.from(record.metaBytes).toString()).toBe('new')
    }
  })

  it('comes back after leaving, also at another address', () => {
    const world = new World(4)
    const nodes = world.cluster(names)
    nodes[3].engine.leave(world.now, () => undefined)
    world.run(2_000)
    nodes[3].crash()
    world.node('n3', { host: '10.200.0.1' }).join(nodes[0].address)
    expect(world.runUntil(() => world.agrees(), 5_000)).toBeLessThan(2_000)
  })

  it('comes back at another address after a crash, at once when names may be reclaimed', () => {
    const world = new World(5)
    const nodes = world.cluster(names, { settings: { deadNodeReclaimMs: 3_600_000 } })
    nodes[3].crash()
    world.runUntil(() => world.agrees(), 60_000)
    const settings = { deadNodeReclaimMs: 3_600_000 }
    const again = world.node('n3', { host: '10.200.0.1', settings })
    again.join(...nodes.filter((node) => !node.stopped).map(({ address }) => address))
    world.runUntil(() => world.agrees(), 5_000)
  })
})

describe('all members restarted at once', () => {
  it('are a cluster again within seconds, though they remember nothing', () => {
    const world = new World(6)
    const nodes = world.cluster(names)
    for (const node of nodes) node.crash()
    world.run(3_000)
    const lives = nodes.map((node) => restart(world, node))
    for (const life of lives.slice(1)) life.join(lives[0].address)
    expect(world.runUntil(() => world.agrees(), 10_000)).toBeLessThan(2_000)
  })

  it('are believed by the one that was not restarted and holds all of them for dead', () => {
    const world = new World(7)
    const nodes = world.cluster(names)
    for (const node of nodes.slice(1)) node.crash()
    world.runUntil(() => nodes[0].present().length === 1, 120_000)
    const lives = nodes.slice(1).map((node) => restart(world, node))
    for (const life of lives) life.join(nodes[0].address)
    expect(world.runUntil(() => world.agrees(), 10_000)).toBeLessThan(3_000)
    for (const life of lives) {
      expect(life.engine.core.counters.refutations).toBe(0)
      expect(life.health).toBe(0)
    }
  })

  it('one after the other, as a rolling update does it, never disturb the rest', () => {
    const world = new World(8)
    const nodes = world.cluster(names)
    for (const node of nodes) {
      node.engine.leave(world.now, () => undefined)
      world.run(1_000)
      node.crash()
      world.run(2_000)
      const others = world.live.map(({ address }) => address)
      restart(world, node).join(others[0])
      world.run(2_000)
    }
    // Gossip among eight misses a member now and then; a push/pull mends it.
    world.runUntil(() => world.agrees(), 60_000)
    const failed = world.nodes.flatMap((node) =>
      node.events.filter(({ text }) => text.startsWith('fail')),
    )
    expect(failed).toEqual([])
  })
})
