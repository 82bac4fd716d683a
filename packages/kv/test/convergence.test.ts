import fc from 'fast-check'
import { expect, it } from 'vitest'
import { canonicalBytes, vectorChecksum } from './canonical.ts'
import { Scene } from './scene.ts'

const NODES = 4
const node = fc.integer({ min: 0, max: NODES - 1 })
const key = fc.constantFrom('a', 'b', 'c', 'd', 'ä', '\u{1f600}')

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      ms: fc.integer({ min: 1, max: 3_000 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      node,
      key,
      ttlMs: fc.oneof(
        { weight: 3, arbitrary: fc.constant(0) },
        fc.integer({ min: 1, max: 20_000 }),
      ),
      bytes: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 200 }) },
        fc.constantFrom(2_000, 70_000, 700_000),
      ),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('delete' as const), node, key }) },
  fc.record({
    kind: fc.constant('network' as const),
    loss: fc.integer({ min: 0, max: 60 }),
    duplication: fc.integer({ min: 0, max: 40 }),
    maxDelayMs: fc.integer({ min: 1, max: 900 }),
  }),
  fc.record({
    kind: fc.constant('partition' as const),
    sides: fc.integer({ min: 0, max: 2 ** NODES - 1 }),
    isNoticed: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('heal' as const) }),
  fc.record({
    kind: fc.constant('pause' as const),
    node,
    ms: fc.integer({ min: 10, max: 15_000 }),
  }),
  fc.record({ kind: fc.constant('crash' as const), node }),
  fc.record({ kind: fc.constant('restart' as const), node }),
  /** Longer than the life of a tombstone, so that who is away then was away for too long. */
  fc.record({ kind: fc.constant('run' as const), ms: fc.integer({ min: 8_000, max: 20_000 }) }),
  fc.record({
    kind: fc.constant('clock' as const),
    node,
    offsetMs: fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: -450, max: 450 }) },
      fc.integer({ min: -6_000, max: 6_000 }),
    ),
  }),
)
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

/** Members go away for longer than a tombstone lives, write there, and come back. */
const absence = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('put' as const),
      node,
      key: fc.constantFrom('a', 'b'),
      ttlMs: fc.constantFrom(0, 0, 500),
      bytes: fc.constant(5),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('delete' as const),
      node,
      key: fc.constantFrom('a', 'b'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('partition' as const),
      sides: fc.integer({ min: 1, max: 2 ** NODES - 2 }),
      isNoticed: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant('heal' as const) }),
  fc.record({ kind: fc.constant('run' as const), ms: fc.constantFrom(10, 500, 3_000) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('run' as const),
      ms: fc.integer({ min: 8_000, max: 20_000 }),
    }),
  },
  fc.record({ kind: fc.constant('crash' as const), node }),
  fc.record({ kind: fc.constant('restart' as const), node }),
)

/** `KV_RUNS` and `KV_SEED` in the environment look further than the suite does. */
const { KV_RUNS, KV_SEED } = process.env
const RUNS = {
  numRuns: Number(KV_RUNS ?? 60),
  ...(KV_SEED !== undefined && { seed: Number(KV_SEED) }),
}

function endsTheSame(seed: number, disks: number, steps: readonly Step[]): void {
  const scene = new Scene(seed, NODES, disks)
  for (const each of steps) scene.play(each)
  scene.comeToRest()
  const [first, ...others] = scene.world.nodes
  for (const other of others) {
    expect(canonicalBytes(other)).toBe(canonicalBytes(first))
    expect(vectorChecksum(other), 'version vectors').toBe(vectorChecksum(first))
  }
  scene.checkLedger()
}

const seed = fc.integer()
const disks = fc.integer({ min: 0, max: 2 ** NODES - 1 })

it('all replicas end with the same bytes, and with all that was acknowledged, whatever comes down on them', () => {
  const steps = fc.array(step, { minLength: 5, maxLength: 60 })
  fc.assert(fc.property(seed, disks, steps, endsTheSame), RUNS)
})

it('members that were away for longer than a tombstone lives bring nothing back, and lose nothing', () => {
  const steps = fc.array(absence, { minLength: 8, maxLength: 40 })
  fc.assert(fc.property(seed, disks, steps, endsTheSame), RUNS)
})
