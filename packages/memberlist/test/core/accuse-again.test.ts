import { describe, expect, it } from 'vitest'
import { goRules, type Rules } from '../../src/core/rules.ts'
import { limits } from '../../src/limits.ts'
import { ack, alive, suspect } from './messages.ts'
import { at, type BenchOptions, bench } from './probe-bench.ts'
import { World } from './world.ts'

const letters = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(97 + index))

/** `me` at its next probe, which is answered; whom it accuses to its face, beside the probe. */
function accusedAtNextProbe({ me, advance, world }: ReturnType<typeof bench>): string[] {
  me.said()
  advance(Math.floor(world.timeline.now / 1_000) * 1_000 + 1_000)
  const accused: string[] = []
  for (const { to, messages } of me.sent()) {
    const [first] = messages
    if (first.type === 'ping') me.hear([ack(first.sequence)], at(first.node))
    else if (first.type === 'suspect') accused.push(`${first.node} at ${to} by ${first.from}`)
  }
  return accused
}

function accusing(names: readonly string[], options: BenchOptions = {}, by = 'me') {
  const result = bench({ names: letters(12), ...options })
  result.me.hear(names.map((name) => suspect(name, 5, by)))
  result.me.engine.core.membership.clear()
  return result
}

const OURS = ['l at 10.0.0.22:7946 by me']

describe('a suspicion of ours that nobody shares', () => {
  it('is told to its member again at each probe', () => {
    const scene = accusing(['l'])
    expect(accusedAtNextProbe(scene)).toEqual(OURS)
    expect(accusedAtNextProbe(scene)).toEqual(OURS)
  })

  it('is not told again when it was refuted', () => {
    const scene = accusing(['l'])
    expect(accusedAtNextProbe(scene)).toEqual(OURS)
    scene.me.hear([alive('l', { host: at('l'), incarnation: 6 })])
    expect(accusedAtNextProbe(scene)).toEqual([])
  })

  it('is not told again when another one shares it: the member is likely to be down', () => {
    const scene = accusing(['l'])
    scene.me.hear([suspect('l', 5, 'b')])
    expect(accusedAtNextProbe(scene)).toEqual([])
  })

  it('is that of others, who tell it themselves, when they accused first', () => {
    const scene = accusing(['l'], {}, 'b')
    expect(accusedAtNextProbe(scene)).toEqual([])
  })

  it('is not told again where there are too few others to share it', () => {
    const scene = accusing(['b'], { names: ['a', 'b'] })
    expect(accusedAtNextProbe(scene)).toEqual([])
  })

  it('is told to no more members at a time than the limit', () => {
    const many = letters(12).slice(1)
    const scene = accusing(many)
    expect(many.length).toBeGreaterThan(limits.accusationsAgain)
    expect(accusedAtNextProbe(scene)).toHaveLength(limits.accusationsAgain)
  })

  it("is told once by Go's rules", () => {
    const scene = accusing(['l'], { rules: goRules })
    expect(accusedAtNextProbe(scene)).toEqual([])
  })
})

describe('a member of whose packets one of five arrives', () => {
  /** What the other nineteen told of each other's failures in five minutes. */
  function failuresOfOthers(seed: number, rules?: Rules): string[] {
    const world = new World(seed)
    const settings = { disableTcpPings: true }
    const nodes = world.cluster(letters(20), { settings, ...(rules && { rules }) })
    world.lossOf.set(nodes[0], 0.8)
    world.run(300_000)
    return nodes
      .slice(1)
      .flatMap((node) => node.told())
      .filter((text) => /^fail [^a]/.test(text))
  }

  it("gets nobody evicted, as it does by Go's rules", () => {
    const seeds = Array.from({ length: 4 }, (_, seed) => seed)
    expect(seeds.flatMap((seed) => failuresOfOthers(seed))).toEqual([])
    expect(seeds.flatMap((seed) => failuresOfOthers(seed, goRules))).not.toEqual([])
  })
})
