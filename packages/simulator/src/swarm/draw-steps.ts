import type { Choice, Standstill, Step } from '../scenario.ts'
import type { Generator } from '../world/generator.ts'

/** A step without its time. */
type What = Step extends infer Each ? (Each extends Step ? Omit<Each, 'at'> : never) : never

/** What can be on: how likely, how often at the most, and what it is then. */
interface FaultKind {
  readonly probability: number
  readonly most: number
  readonly draw: (draws: Generator, nodes: number) => What
}

const kinds: readonly FaultKind[] = [
  {
    probability: 0.5,
    most: 6,
    draw: (draws, nodes) => ({ do: 'crash', who: some(draws, nodes, 0.3), ...comesBack(draws) }),
  },
  {
    probability: 0.1,
    most: 2,
    draw: (draws) => ({
      do: 'restart-all',
      downMs: draws.whole(100, 20_000),
      memory: draws.chance(0.5),
      staggerMs: draws.whole(0, 10_000),
    }),
  },
  {
    probability: 0.4,
    most: 6,
    draw: (draws, nodes) => ({
      do: 'pause',
      who: some(draws, nodes, 0.5),
      forMs: draws.whole(50, 30_000),
      stops: standstill(draws),
    }),
  },
  {
    probability: 0.2,
    most: 2,
    draw: (draws, nodes) => ({
      do: 'stutter',
      who: some(draws, nodes, 0.5),
      pauseMs: [draws.whole(10, 500), draws.whole(500, 5_000)],
      runMs: [draws.whole(1, 100), draws.whole(100, 2_000)],
      forMs: draws.whole(5_000, 60_000),
      stops: standstill(draws),
    }),
  },
  {
    probability: 0.2,
    most: 3,
    draw: (draws, nodes) => ({
      do: 'slow',
      who: some(draws, nodes, 0.5),
      extraMs: [draws.whole(0, 100), draws.whole(100, 3_000)],
      forMs: draws.whole(1_000, 60_000),
    }),
  },
  {
    probability: 0.4,
    most: 3,
    draw: (draws, nodes) => ({
      do: 'partition',
      who: some(draws, nodes, 0.9),
      kind: draws.pick(['whole', 'partial', 'one-way']),
      forMs: draws.whole(500, 80_000),
    }),
  },
  {
    probability: 0.3,
    most: 3,
    draw: (draws, nodes) => ({
      do: 'lossy',
      who: some(draws, nodes, 0.5),
      direction: draws.pick(['in', 'out', 'both']),
      loss: draws.chance(0.3) ? 1 : draws.between(0.1, 0.95),
      ...(draws.chance(0.5)
        ? { onMs: draws.whole(100, 20_000), offMs: draws.whole(100, 20_000) }
        : {}),
      forMs: draws.whole(1_000, 60_000),
    }),
  },
  {
    probability: 0.2,
    most: 3,
    draw: (draws, nodes) => ({
      do: 'lossy-link',
      from: some(draws, nodes, 0.5),
      to: some(draws, nodes, 0.5),
      loss: draws.between(0.3, 1),
      forMs: draws.whole(1_000, 60_000),
    }),
  },
  {
    probability: 0.2,
    most: 2,
    draw: (draws) => ({
      do: 'network',
      change: { loss: draws.between(0.2, 0.95), delayMs: [1, draws.whole(10, 1_000)] },
      forMs: draws.whole(500, 20_000),
    }),
  },
  {
    probability: 0.25,
    most: 3,
    draw: (draws, nodes) => ({
      do: 'clock-jump',
      who: some(draws, nodes, 0.5),
      byMs: draws.whole(-3_600_000, 3_600_000),
      monotonic: draws.chance(0.4),
    }),
  },
  {
    probability: 0.25,
    most: 2,
    draw: (draws) => ({
      do: 'forge',
      who: { draw: 1 },
      everyMs: draws.whole(20, 1_000),
      forMs: draws.whole(1_000, 60_000),
    }),
  },
  {
    probability: 0.6,
    most: 5,
    draw: (draws, nodes) => ({
      do: 'broadcast',
      who: some(draws, nodes, 0.3),
      bytes: draws.whole(8, 400),
      count: draws.chance(0.1) ? draws.whole(20, 100) : draws.whole(1, 3),
    }),
  },
  {
    probability: 0.3,
    most: 4,
    draw: (draws, nodes) => ({
      do: 'send',
      who: { draw: 1 },
      to: some(draws, nodes, 0.5),
      bytes: draws.whole(8, 400),
      reliable: draws.chance(0.5),
    }),
  },
  {
    probability: 0.4,
    most: 5,
    draw: (draws, nodes) => ({
      do: 'update-meta',
      who: some(draws, nodes, 0.5),
      bytes: draws.pick([0, 10, 100, 300]),
    }),
  },
  { probability: 0.3, most: 3, draw: (draws) => ({ do: 'join', count: draws.whole(1, 3) }) },
  {
    probability: 0.3,
    most: 3,
    draw: (draws, nodes) => ({
      do: 'leave',
      who: some(draws, nodes, 0.2),
      stopAfterMs: draws.whole(10, 10_000),
    }),
  },
  {
    probability: 0.1,
    most: 1,
    draw: (draws) => ({
      do: 'rolling-upgrade',
      everyMs: draws.whole(500, 10_000),
      downMs: draws.whole(100, 5_000),
      protocolVersion: draws.whole(2, 5),
    }),
  },
]

/**
 * The steps of a run, in the order of their times.
 * @param withLiars not where there is a key/value store: it believes every member, as its page says
 */
export function drawSteps(
  draws: Generator,
  nodes: number,
  safetyMs: number,
  withLiars: boolean,
): Step[] {
  const steps: Step[] = []
  for (const { probability, most, draw } of kinds) {
    if (!draws.chance(probability)) continue
    for (let left = draws.whole(1, most); left > 0; left--) {
      const at = draws.whole(0, Math.floor(safetyMs * 0.9))
      const what = draw(draws, nodes)
      if (withLiars || what.do !== 'forge') steps.push({ at, ...what })
    }
  }
  return steps.sort((one, other) => timeOf(one) - timeOf(other))
}

function timeOf({ at }: Step): number {
  return typeof at === 'number' ? at : at[0]
}

/** One, or up to that share of the members. */
function some(draws: Generator, nodes: number, most: number): Choice {
  return { draw: draws.chance(0.4) ? 1 : draws.whole(1, Math.max(1, Math.floor(nodes * most))) }
}

/** Most that crash come back some time. */
function comesBack(draws: Generator): { downMs?: number; memory?: boolean } {
  if (draws.chance(0.3)) return {}
  return { downMs: draws.whole(10, 40_000), memory: draws.chance(0.5) }
}

/** Mostly all of the process; else sending and receiving alone, while its time-outs run on. */
function standstill(draws: Generator): Standstill {
  return draws.chance(0.3) ? 'traffic' : 'process'
}
