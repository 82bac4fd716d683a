import { describe, expect, it } from 'vitest'
import { MAX_STREAM_INCARNATION } from '../../src/core/formulas.ts'
import { alive, dead, suspect } from './messages.ts'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

const MINUTE = 60_000
const HIGHEST = 0xffffffff
/** The furthest that an honest incarnation can be, and that a claim is believed at. */
const BOUND = 2 ** 31 + 2 ** 20

const kinds = {
  suspect: (victim: WorldNode, incarnation: number) => suspect(victim.name, incarnation, 'b'),
  dead: (victim: WorldNode, incarnation: number) => dead(victim.name, incarnation, 'b'),
  left: (victim: WorldNode, incarnation: number) => dead(victim.name, incarnation, victim.name),
  alive: (victim: WorldNode, incarnation: number) =>
    alive(victim.name, { incarnation, host: victim.host, meta: 'forged' }),
}
const cases = Object.keys(kinds) as (keyof typeof kinds)[]

function cluster(seed: number) {
  const world = new World(seed)
  const nodes = world.cluster(['a', 'b', 'c', 'd', 'e'], { meta: 'true' })
  for (const node of nodes) node.told()
  return { world, nodes, victim: nodes[2], others: nodes.filter((_, index) => index !== 2) }
}

const bad = (nodes: readonly WorldNode[]): string[] =>
  nodes.flatMap((node) => node.told()).filter((text) => /^(suspect|fail|leave|update)/.test(text))

const meta = (node: WorldNode, name: string): string => {
  const record = node.engine.core.members.record(node.slot(name))
  return Buffer.from(record.metaBytes).toString()
}

describe.each(cases)('one forged %s with the highest incarnation', (kind) => {
  it.each(['all', 'the victim', 'the others'] as const)(
    'to %s is refused: nobody is even suspected',
    (whom) => {
      const { world, nodes, victim, others } = cluster(1)
      const targets = { all: nodes, 'the victim': [victim], 'the others': others }[whom]
      const before = victim.incarnation()
      for (const node of targets) {
        node.hear([kinds[kind](victim, HIGHEST)])
        expect(node.rejectedFor('incarnation-jump')).toBe(1)
      }
      world.run(MINUTE)
      expect(bad(nodes)).toEqual([])
      expect(world.agrees(nodes)).toBe(true)
      expect(victim.incarnation() - before).toBeLessThanOrEqual(1)
    },
  )

  it('does not keep the victim from being suspected and refuting afterwards', () => {
    const { world, nodes, victim } = cluster(2)
    for (const node of nodes) node.hear([kinds[kind](victim, HIGHEST)])
    victim.pause(3_000)
    world.runUntil(() => nodes[0].state('c') === 'suspect', 20_000)
    world.runUntil(() => world.agrees(nodes), MINUTE)
    expect(bad(nodes).filter((text) => text.startsWith('fail'))).toEqual([])
  })
})

describe.each(cases)('one forged %s with the highest incarnation that is believed', (kind) => {
  it.each(['all', 'the victim', 'the others', 'one other'] as const)(
    'to %s evicts nobody for good',
    (whom) => {
      const { world, nodes, victim, others } = cluster(3)
      const targets = {
        all: nodes,
        'the victim': [victim],
        'the others': others,
        'one other': [others[0]],
      }[whom]
      for (const node of targets) node.hear([kinds[kind](victim, BOUND)])
      world.runUntil(() => world.agrees(nodes), 10 * MINUTE, 500)
      for (const node of nodes) expect(meta(node, 'c')).toBe('true')
      expect(victim.incarnation()).toBeLessThanOrEqual(BOUND + 10)
      // And it can still be suspected, refute, and be learned by those that come later.
      victim.pause(3_000)
      world.run(10_000)
      const late = world.node('late')
      late.join(nodes[0].address)
      world.runUntil(() => world.agrees(), 10 * MINUTE, 500)
    },
  )
})

describe('a member whose incarnation was driven up', () => {
  it('is believed at its own word by stream where its gossip is refused', () => {
    const { world, nodes, victim, others } = cluster(4)
    victim.hear([suspect('c', BOUND, 'b')])
    expect(victim.incarnation()).toBe(BOUND + 1)
    world.run(5_000)
    expect(nodes[0].incarnation('c')).toBeLessThan(BOUND)
    expect(others.some((node) => node.rejectedFor('incarnation-jump') > 0)).toBe(true)
    nodes[0].merge([{ name: 'c', host: victim.host, incarnation: BOUND + 1, meta: 'true' }], {
      host: victim.host,
    })
    expect(nodes[0].incarnation('c')).toBe(BOUND + 1)
  })

  it('is not believed at the word of others, by stream or not', () => {
    const { nodes, victim } = cluster(5)
    const claim = { name: 'c', host: victim.host, incarnation: BOUND + 1 }
    nodes[0].merge([claim], { host: nodes[1].host })
    nodes[0].hear([alive('c', claim)], victim.host)
    expect(nodes[0].incarnation('c')).toBe(victim.incarnation())
    expect(nodes[0].rejectedFor('incarnation-jump')).toBe(2)
  })

  it('is learned by those that do not know it, by stream, but not near the end of the range', () => {
    const { nodes } = cluster(6)
    nodes[0].hear([alive('x', { incarnation: BOUND + 1 })])
    expect(nodes[0].state('x')).toBe('unknown')
    nodes[0].merge([{ name: 'x', incarnation: BOUND + 1 }])
    const far = { host: '10.0.0.8', incarnation: MAX_STREAM_INCARNATION + 1 }
    nodes[0].merge([{ name: 'y', ...far }])
    expect([nodes[0].state('x'), nodes[0].state('y')]).toEqual(['alive', 'unknown'])
    nodes[0].merge([{ name: 'y', ...far }], { host: '10.0.0.8' })
    expect(nodes[0].state('y')).toBe('alive')
  })

  it('is followed by its next life, which others tell of it by stream', () => {
    const { world, nodes, victim } = cluster(9)
    for (const node of nodes) node.hear([suspect('c', BOUND, 'b')])
    world.runUntil(() => world.agrees(nodes), MINUTE)
    expect(victim.incarnation()).toBe(BOUND + 1)
    victim.crash()
    world.run(1_000)
    const again = world.node('c', { host: victim.host, meta: 'true' })
    expect(again.incarnation()).toBeLessThan(BOUND)
    again.join(nodes[0].address)
    world.runUntil(() => world.agrees(), 5_000)
    expect(again.incarnation()).toBeGreaterThan(BOUND + 1)
  })

  it('follows a stream neither to the end of the range', () => {
    const { victim } = cluster(10)
    for (const incarnation of [HIGHEST, MAX_STREAM_INCARNATION + 1]) {
      victim.merge([{ name: 'c', host: victim.host, incarnation, state: 2 }])
      victim.merge([{ name: 'c', host: victim.host, incarnation, meta: 'forged' }])
    }
    expect(victim.incarnation()).toBeLessThan(BOUND)
    expect(victim.rejectedFor('incarnation-jump')).toBe(4)
  })

  it('by a hundred forged steps is still a member of all, and far from wrapping', () => {
    const { world, nodes, victim } = cluster(7)
    for (let step = 0; step < 100; step++) {
      for (const node of nodes) node.hear([suspect('c', victim.incarnation() + 2 ** 20, 'b')])
      world.run(1_000)
    }
    world.runUntil(() => world.agrees(nodes), 10 * MINUTE, 500)
    expect(victim.incarnation()).toBeLessThan(HIGHEST / 2 + 101 * 2 ** 20)
    for (const node of nodes) node.checkIncarnations()
  })
})

describe('a forged suspicion with the right incarnation', () => {
  it('is refuted before it runs out, again and again', () => {
    const { world, nodes, victim } = cluster(8)
    for (let time = 0; time < 20; time++) {
      nodes[0].hear([suspect('c', nodes[0].incarnation('c'), 'nobody')])
      world.run(5_000)
    }
    world.runUntil(() => world.agrees(nodes), MINUTE)
    expect(bad(nodes).filter((text) => text.startsWith('fail'))).toEqual([])
    expect(victim.engine.core.counters.refutations).toBe(20)
  })
})

describe('a member that was driven further than others are believed', () => {
  it('is asked itself by who does not know it yet and hears of it by stream', () => {
    const world = new World(4)
    const settings = { reconnectIntervalMs: 5_000, pushPullIntervalMs: 0 }
    const [a] = world.cluster(['a', 'b', 'c'], { settings })
    const incarnation = MAX_STREAM_INCARNATION + 1
    const late = world.node('late', { settings, incarnation })
    a.hear([alive('late', { incarnation, host: late.host })])
    world.run(5_100)
    expect(a.state('late')).toBe('unknown')
    a.merge([{ name: 'late', incarnation, host: late.host }])
    expect(a.state('late')).toBe('unknown')
    world.run(5_100)
    expect(a.state('late')).toBe('alive')
  })

  it('is asked itself by who missed a step of it, at the next interval', () => {
    const world = new World(3)
    const settings = { reconnectIntervalMs: 5_000, pushPullIntervalMs: 0 }
    const nodes = world.cluster(['a', 'b', 'c', 'd', 'e'], { settings })
    const [a, , c, , e] = nodes
    const others = nodes.filter((node) => node !== e)
    const reach = 2 ** 31 + 2 ** 20
    // Two steps, each within the bound, of which one member hears nothing in time.
    world.partition(others, [e])
    c.hear([suspect('c', reach, a.name)])
    world.run(100)
    c.hear([suspect('c', reach + 2 ** 20, a.name)])
    world.run(500)
    world.heal()
    e.hear([alive('c', { incarnation: c.incarnation(), host: c.host })])
    expect(e.rejectedFor('incarnation-jump')).toBe(1)
    expect(e.incarnation('c')).toBeLessThan(reach)
    world.run(5_100)
    expect(e.incarnation('c')).toBe(c.incarnation())
  })
})

describe('a forgery that its member catches up with, without having heard of it', () => {
  it('is put right at the next interval: who hears otherwise by stream asks the member itself', () => {
    const world = new World(6)
    const settings = { reconnectIntervalMs: 5_000, pushPullIntervalMs: 0, probeIntervalMs: 0 }
    const nodes = world.cluster(['a', 'b', 'c'], { settings, meta: 'true' })
    const [a, b, c] = nodes
    world.partition([c], [a, b])
    a.hear([alive('c', { incarnation: c.incarnation() + 1, host: c.host, meta: 'forged' })])
    c.engine.updateMeta(world.now, Buffer.from('new'), () => undefined)
    world.run(2_000)
    world.heal()
    expect([a.incarnation('c'), meta(a, 'c')]).toEqual([c.incarnation(), 'forged'])
    const truth = { name: 'c', host: c.host, incarnation: c.incarnation(), meta: 'new' }
    a.merge([truth], { host: b.host })
    expect(meta(a, 'c')).toBe('forged')
    world.run(5_100)
    expect([meta(a, 'c'), meta(b, 'c')]).toEqual(['new', 'new'])
    expect(world.agrees(nodes)).toBe(true)
  })
})
