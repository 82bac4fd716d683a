import { describe, expect, it } from 'vitest'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

/** Nobody has heard of anybody. */
function strangers(names: readonly string[]): { world: World; nodes: WorldNode[] } {
  const world = new World(1)
  const nodes = names.map((name) => world.node(name, { recording: true }))
  for (const { engine } of nodes) engine.core.membership.clear()
  return { world, nodes }
}

describe('members that are known from before', () => {
  it('are alive as they were: nothing is told, nothing is announced', () => {
    const { world, nodes } = strangers(['a', 'b', 'c'])
    const [a] = nodes
    const records = nodes.map(({ engine }) => engine.core.selfRecord)
    const incarnations = nodes.map((node) => node.incarnation())
    a.engine.recall(world.now, records, (index) => incarnations[index])
    expect(a.present()).toEqual(['a', 'b', 'c'])
    expect(a.incarnation('c')).toBe(nodes[2].incarnation())
    expect(a.told()).toEqual([])
    expect(a.queued()).toEqual([])
  })

  it('can be taken over from another engine, with a probe list of our own', () => {
    const names = Array.from({ length: 30 }, (_, index) => `m${index}`)
    const { world, nodes } = strangers(names)
    const records = nodes.map(({ engine }) => engine.core.selfRecord)
    const incarnations = nodes.map((node) => node.incarnation())
    const [first, ...others] = nodes
    first.engine.recall(world.now, records, (index) => incarnations[index])
    for (const node of others) node.engine.recallAs(world.now, first.engine)
    expect(world.agrees(nodes)).toBe(true)
    const orders = others.map(({ engine }) =>
      Array.from({ length: 5 }, () => engine.core.members.nextToProbe(-1, () => undefined)).join(),
    )
    expect(new Set(orders).size).toBeGreaterThan(25)
    world.run(5_000)
    expect(world.agrees(nodes)).toBe(true)
    for (const node of nodes) node.crash()
    expect(world.registry.size).toBe(0)
  })
})
