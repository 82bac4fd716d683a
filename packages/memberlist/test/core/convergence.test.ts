import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Settings } from '../../src/config.ts'
import { ALIVE, DEAD, LEFT, SUSPECT } from '../../src/core/state.ts'
import { alive, dead, suspect } from './messages.ts'
import { World } from './world.ts'
import type { WorldNode } from './world-node.ts'

/** So that what takes minutes takes seconds, for the sake of the test. */
const settings: Partial<Settings> = {
  pushPullIntervalMs: 10_000,
  reconnectIntervalMs: 5_000,
  gossipToTheDeadMs: 10_000,
}

const CONVERGES_WITHIN_MS = 300_000
const BOUND = 2 ** 31 + 2 ** 20

const node = fc.integer({ min: 0, max: 5 })
const step = fc.oneof(
  fc.record({ kind: fc.constant('run' as const), ms: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({
    kind: fc.constant('network' as const),
    loss: fc.integer({ min: 0, max: 50 }),
    duplication: fc.integer({ min: 0, max: 30 }),
    maxDelayMs: fc.integer({ min: 1, max: 700 }),
  }),
  fc.record({ kind: fc.constant('partition' as const), sides: fc.integer({ min: 0, max: 63 }) }),
  fc.record({ kind: fc.constant('cut' as const), from: node, to: node }),
  fc.record({ kind: fc.constant('heal' as const) }),
  fc.record({
    kind: fc.constant('pause' as const),
    node,
    ms: fc.integer({ min: 100, max: 15_000 }),
    noticed: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('crash' as const), node }),
  fc.record({ kind: fc.constant('leave' as const), node }),
  fc.record({ kind: fc.constant('restart' as const), node }),
  fc.record({ kind: fc.constant('meta' as const), node }),
  fc.record({
    kind: fc.constant('forge' as const),
    node,
    victim: node,
    message: fc.constantFrom('suspect', 'dead', 'left', 'alive'),
    ahead: fc.constantFrom(0, 1, 5, BOUND),
  }),
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** Six members on whom anything may come down. */
class Scene {
  readonly world: World
  readonly nodes: WorldNode[]

  constructor(seed: number) {
    this.world = new World(seed)
    this.nodes = this.world.cluster(['a', 'b', 'c', 'd', 'e', 'f'], { settings })
  }

  apply(each: Step): void {
    const { world, nodes } = this
    switch (each.kind) {
      case 'run':
        world.run(each.ms)
        break
      case 'network':
        world.network.loss = each.loss / 100
        world.network.duplication = each.duplication / 100
        world.network.maxDelayMs = each.maxDelayMs
        break
      case 'partition':
        world.partition(this.side(each.sides, 0), this.side(each.sides, 1))
        break
      case 'cut':
        world.cutLink(nodes[each.from], nodes[each.to])
        break
      case 'heal':
        world.heal()
        break
      default:
        this.applyTo(nodes[each.node], each)
    }
    world.run(100)
    for (const live of world.live) check(live)
  }

  /** All is well again. */
  recover(): void {
    this.world.heal()
    Object.assign(this.world.network, { loss: 0, duplication: 0, maxDelayMs: 5 })
  }

  private applyTo(target: WorldNode, each: Extract<Step, { node: number }>): void {
    const { world, nodes } = this
    if (each.kind === 'restart') {
      if (target.stopped) this.restart(target)
      return
    }
    if (target.stopped) return
    if (each.kind === 'pause') {
      if (!target.isPaused) target.pause(each.ms, { noticed: each.noticed })
    } else if (each.kind === 'forge') {
      const victim = nodes[each.victim]
      target.accept(() => target.hear([forged(each, victim, target.incarnation(victim.name))]))
    } else if (each.kind === 'meta') {
      target.engine.updateMeta(world.now, Buffer.from(String(world.now)), () => undefined)
    } else {
      if (each.kind === 'leave') {
        target.engine.leave(world.now, () => undefined)
        world.run(500)
      }
      target.crash()
    }
  }

  private side(sides: number, bit: number): WorldNode[] {
    return this.nodes.filter((_, index) => ((sides >> index) & 1) === bit)
  }

  private restart(old: WorldNode): void {
    const life = this.world.node(old.name, { host: old.host, settings })
    this.nodes[this.nodes.indexOf(old)] = life
    life.join(...this.nodes.filter((each) => each !== life).map(({ address }) => address))
  }
}

function forged(
  each: Extract<Step, { victim: number }>,
  { name, host }: WorldNode,
  known: number,
): Uint8Array {
  const incarnation = each.ahead === BOUND ? BOUND : known + each.ahead
  if (each.message === 'alive') return alive(name, { incarnation, host, meta: 'forged' })
  if (each.message === 'suspect') return suspect(name, incarnation, 'z')
  return dead(name, incarnation, each.message === 'left' ? name : 'z')
}

/** What holds at any time. */
function check(live: WorldNode): void {
  live.checkIncarnations()
  const { members, suspicions, self } = live.engine.core
  const counted = ([ALIVE, SUSPECT, DEAD, LEFT] as const).map((state) => members.count(state))
  expect(counted.reduce((sum, count) => sum + count)).toBe(members.size)
  expect(suspicions.size).toBe(members.count(SUSPECT))
  for (const slot of suspicions.keys()) expect(members.state(slot)).toBe(SUSPECT)
  expect(members.state(self)).toBe(ALIVE)
}

describe('after any interleaving of faults, and then healing', () => {
  it('all live members agree within bounded time, and nothing is leaked', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
        (seed, steps) => {
          const scene = new Scene(seed)
          const { world } = scene
          for (const each of steps) scene.apply(each)
          scene.recover()
          world.runUntil(
            () => world.live.every((live) => !live.isPaused) && world.agrees(),
            CONVERGES_WITHIN_MS,
            250,
          )
          for (const live of world.live) {
            check(live)
            const dues = live.engine.core.suspicionTimers.size
            expect(dues).toBeLessThanOrEqual(live.engine.core.members.size + 6)
          }
          for (const live of world.live) live.crash()
          expect(world.registry.size).toBe(0)
        },
      ),
      { numRuns: 40, seed: 20_260_101 },
    )
  }, 60_000)
})
