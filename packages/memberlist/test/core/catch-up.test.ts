import { describe, expect, it } from 'vitest'
import { goRules, ourRules, type Rules } from '../../src/core/rules.ts'
import { alive, type Message, suspect } from './messages.ts'
import { solo } from './solo.ts'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

const INCARNATION = 5
const COUNT = 200
/** 4 x ceil(log10(201 + 1)). */
const LIMIT = 12

const host = (index: number): string => `10.3.0.${index}`
const entry = (index: number) => ({
  name: `member-${index}`,
  host: host(index),
  incarnation: INCARNATION,
})
const all = Array.from({ length: COUNT }, (_, index) => entry(index))
const told = (index: number): Uint8Array =>
  alive(`member-${index}`, { host: host(index), incarnation: INCARNATION })

/** `me`, who has just learned of so many others at once, and whose push/pulls are on. */
function crowd(count: number, rules: Rules = ourRules) {
  const bench = solo({ rules, settings: { pushPullIntervalMs: 30_000 } })
  bench.me.merge(all.slice(0, count))
  bench.me.sent()
  return bench
}

const exchanges = (me: WorldNode): number[] =>
  me.streams.flatMap(({ at, request }) => (request.kind === 'push-pull' ? [at] : []))

/** How often each name is told from now on, by gossip alone. */
function tellings({ me, world }: ReturnType<typeof crowd>, durationMs: number) {
  me.sent()
  world.run(durationMs)
  const counts = new Map<string, number>()
  for (const message of me.said()) {
    const name = nameIn(message)
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

const nameIn = (message: Message): string | undefined =>
  message.type === 'alive' ? message.node : undefined

describe('a crowded queue', () => {
  it('goes to one member in each round of gossip, and a short one to all of the fan-out', () => {
    const crowded = crowd(COUNT)
    crowded.world.run(200)
    expect(crowded.me.sent()).toHaveLength(1)
    const calm = crowd(20)
    calm.world.run(200)
    expect(calm.me.sent()).toHaveLength(3)
  })

  it("does not hold up the application's messages: the rest of the fan-out gets them alone", () => {
    const { me, world } = crowd(COUNT)
    me.engine.broadcast(world.now, Buffer.from('config'), undefined, () => undefined)
    world.run(200)
    const types = me.sent().map(({ messages }) => [...new Set(messages.map(({ type }) => type))])
    expect(types.sort((one, other) => other.length - one.length)).toEqual([
      ['alive', 'user'],
      ['user'],
      ['user'],
    ])
  })

  it('brings a push/pull with somebody, after a twelfth to a quarter of the interval', () => {
    const { me, world } = crowd(COUNT)
    world.run(2_500)
    expect(exchanges(me)).toEqual([])
    world.run(5_200)
    expect(exchanges(me)).toHaveLength(1)
  })

  it('brings that push/pull also when the crowd is gone by then', () => {
    const { me, world } = crowd(COUNT)
    world.run(200)
    me.engine.core.membership.clear()
    world.run(7_500)
    expect(exchanges(me)).toHaveLength(1)
    world.run(20_000)
    expect(exchanges(me)).toHaveLength(1)
  })

  it.each([
    ['a short one', 20, ourRules],
    ["Go's rules", COUNT, goRules],
  ])('brings none with %s', (_, count, rules) => {
    const { me, world } = crowd(count, rules)
    world.run(20_000)
    expect(exchanges(me)).toEqual([])
  })
})

describe('what others tell as well', () => {
  it('is told by us as often less, while the queue is crowded', () => {
    const bench = crowd(COUNT)
    for (let time = 0; time < LIMIT / 2; time++) bench.me.hear([told(197)])
    const counts = tellings(bench, 60_000)
    expect(counts.get('member-197')).toBeUndefined()
    expect(counts.get('member-198')).toBeGreaterThan(0)
  })

  it('is told as often as ever where the queue is short', () => {
    const bench = crowd(20)
    for (let time = 0; time < LIMIT; time++) bench.me.hear([told(7)])
    const counts = tellings(bench, 60_000)
    expect(counts.get('member-7')).toBe(8)
    expect(counts.get('member-8')).toBe(8)
  })

  it('counts for a quarter when a random member knows it, in a push/pull', () => {
    const bench = crowd(COUNT)
    bench.me.merge([entry(197)])
    expect(tellings(bench, 60_000).has('member-197')).toBe(true)
    const other = crowd(COUNT)
    other.me.merge([entry(197)])
    other.me.merge([entry(197)])
    expect(tellings(other, 60_000).has('member-197')).toBe(false)
  })

  it('does not count when it is older, nor for what we say against it', () => {
    const bench = crowd(COUNT)
    bench.me.hear([suspect('member-8', INCARNATION, 'x')])
    for (let time = 0; time < 2 * LIMIT; time++) {
      bench.me.hear([alive('member-7', { host: host(7), incarnation: INCARNATION - 1 }), told(8)])
    }
    bench.world.run(60_000)
    const said = bench.me.said()
    expect(said.some((message) => nameIn(message) === 'member-7')).toBe(true)
    expect(said.some(({ type }) => type === 'suspect')).toBe(true)
  })
})

describe('many that join one at once', () => {
  it('know each other within a quarter of a minute', () => {
    const world = new World(3)
    const nodes = Array.from({ length: 150 }, (_, index) => world.node(`m${index}`))
    for (const node of nodes.slice(1)) node.join(nodes[0].address)
    const took = world.runUntil(
      () => nodes.every((node) => node.present().length === nodes.length),
      15_000,
      500,
    )
    expect(took).toBeGreaterThan(0)
  })
})
