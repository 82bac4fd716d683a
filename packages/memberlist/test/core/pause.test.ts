import { describe, expect, it } from 'vitest'
import type { Settings } from '../../src/config.ts'
import { alive, dead, suspect } from './messages.ts'
import { at, bench } from './probe-bench.ts'
import { LONGEST_MS, SHORTEST_MS, solo } from './solo.ts'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

/** Suspicions of one second: shorter than the pause. */
const quick: Partial<Settings> = { suspicionMultiplier: 1, suspicionMaxTimeoutMultiplier: 1 }

const accusations = (node: WorldNode): string[] =>
  node.events.map(({ text }) => text).filter((text) => /^(suspect|fail)/.test(text))

/** `a` hears that `b` is suspected and stands still for 3 s; the refutation waits in its socket. */
function pausedAmongThree(noticed: boolean): { world: World; nodes: WorldNode[] } {
  const world = new World(1)
  const nodes = world.cluster(['a', 'b', 'c'], { settings: quick })
  const [a, b] = nodes
  a.hear([suspect('b', a.incarnation('b'), 'c')])
  b.hear([suspect('b', b.incarnation(), 'c')])
  a.pause(3_000, { noticed })
  world.run(3_500)
  return { world, nodes }
}

describe('a member that stood still for 3 s', () => {
  it('gives no verdict that its pause has made', () => {
    const { world, nodes } = pausedAmongThree(true)
    const [a] = nodes
    expect(accusations(a)).toEqual(['suspect b by c'])
    expect(a.state('b')).toBe('alive')
    world.runUntil(() => world.agrees(nodes), 30_000)
    for (const node of nodes) {
      expect(accusations(node).filter((text) => text.startsWith('fail b'))).toEqual([])
    }
  })

  it('gives a suspicion that waited in its socket the time that it has, not that of the pause too', () => {
    const { world, me } = solo()
    me.hear([alive('a', { host: '10.0.0.11' })])
    me.pause(10 * LONGEST_MS)
    me.accept(() => {
      me.hear([suspect('a', 1, 'b')])
    })
    world.run(10 * LONGEST_MS + 1)
    expect(me.state('a')).toBe('suspect')
    world.run(LONGEST_MS)
    expect(me.state('a')).toBe('dead')
  })

  it('would give a false one if nobody noticed', () => {
    const { nodes } = pausedAmongThree(false)
    expect(accusations(nodes[0])).toContain('fail b by a')
  })

  it('lowers its own health by the probes that it missed, and tells of the pause', () => {
    const { nodes } = pausedAmongThree(true)
    const [a] = nodes
    expect(a.told()).toContain('pause 3000')
    expect(a.events.some(({ text }) => text === 'health 3')).toBe(true)
    expect(a.engine.core.counters.pauses).toBe(1)
  })

  it('is suspected meanwhile perhaps, but refutes on waking and stays a member of all', () => {
    const world = new World(2)
    const settings = { retransmitMultiplier: 8 }
    const nodes = world.cluster(['a', 'b', 'c', 'd', 'e'], { settings })
    for (let time = 0; time < 5; time++) {
      nodes[0].pause(3_000)
      world.run(20_000)
    }
    world.runUntil(() => world.agrees(nodes), 30_000)
    for (const node of nodes) {
      expect(accusations(node).filter((text) => text.startsWith('fail'))).toEqual([])
    }
  })

  it('blames nobody else, whatever it was doing when it stopped', () => {
    for (let seed = 1; seed <= 15; seed++) {
      const world = new World(seed)
      const nodes = world.cluster(['a', 'b', 'c', 'd'])
      world.run(seed * 77)
      nodes[0].pause(3_000)
      world.run(10_000)
      expect(accusations(nodes[0])).toEqual([])
    }
  })
})

describe('a pause of all at once, as when the machine was suspended', () => {
  it('makes nobody suspect anybody', () => {
    const world = new World(3)
    const nodes = world.cluster(['a', 'b', 'c', 'd'])
    for (const node of nodes) node.pause(600_000)
    world.run(600_000)
    world.run(30_000)
    expect(nodes.flatMap((node) => accusations(node))).toEqual([])
    expect(world.agrees(nodes)).toBe(true)
  })
})

describe('a pause of ten seconds', () => {
  it('ends with the member back in, whether others gave it up or not', () => {
    for (let seed = 1; seed <= 5; seed++) {
      const world = new World(seed)
      const nodes = world.cluster(['a', 'b', 'c', 'd'])
      nodes[1].pause(10_000)
      world.run(10_000)
      expect(nodes[0].state('b')).not.toBe('alive')
      world.runUntil(() => world.agrees(nodes), 10_000)
    }
  })
})

describe('Engine.stalled', () => {
  it('takes the running probe back: it says nothing of its target', () => {
    const { me, world, advance } = bench()
    advance(1_200)
    me.engine.stalled(world.now, 700)
    advance(1_999)
    expect(me.streams).toEqual([])
    expect(me.state('a')).toBe('alive')
    advance(2_000)
    expect(me.said().at(-1)).toMatchObject({ type: 'ping', node: 'b' })
  })

  it('takes back the verdict of a probe that was at its end', () => {
    const { me, world, advance } = bench()
    advance(1_999)
    me.engine.stalled(world.now, 700)
    advance(2_500)
    expect(me.state('a')).toBe('alive')
  })

  it('lets no remembered tick start a probe of its own', () => {
    const { me, world, advance } = bench()
    me.engine.core.changeHealth(7)
    advance(2_500)
    me.sent()
    me.engine.stalled(world.now, 700)
    advance(2_999)
    expect(me.sent()).toEqual([])
  })

  it('gives running suspicions the time back in which nobody could be heard', () => {
    const { me, world } = solo()
    me.hear([alive('a', { incarnation: 5 }), suspect('a', 5, 'b')])
    world.run(1_000)
    me.pause(100_000)
    world.timeline.runTo(SHORTEST_MS + 99_999)
    expect(me.state('a')).toBe('suspect')
    world.timeline.runTo(SHORTEST_MS + 100_000)
    expect(me.state('a')).toBe('dead')
  })

  it('does not bring back those that were found dead', () => {
    const { me, world } = solo()
    me.hear([alive('a', { incarnation: 5 }), dead('a', 5, 'b')])
    me.engine.stalled(world.now, LONGEST_MS)
    expect(me.state('a')).toBe('dead')
  })

  it.each([
    [600, 1],
    [1_000, 1],
    [2_500, 3],
    [60_000, 7],
  ])('of %d ms makes health worse by %d', (pausedMs, worse) => {
    const { me, world } = bench()
    me.engine.stalled(world.now, pausedMs)
    expect(me.health).toBe(worse)
  })

  it('makes the next probes wait longer, as health does', () => {
    const { me, world, advance } = bench()
    me.engine.stalled(world.now, 3_000)
    advance(1_000)
    advance(4_999)
    expect(me.state('a')).toBe('alive')
    expect(me.streams[0].request).toMatchObject({ timeoutMs: 3_500 })
    expect(at('a')).toBe('10.0.0.11')
  })
})
