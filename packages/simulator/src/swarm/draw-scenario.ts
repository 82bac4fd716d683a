import { ourRules, type Settings } from '@hearsay/memberlist/internal'
import type { Delay, Network, Scenario, Step } from '../scenario.ts'
import { Generator } from '../world/generator.ts'
import { drawSteps } from './draw-steps.ts'

/** What a run of the swarm lasts in all, in virtual ms: five minutes, or longer where its bound is. */
const LENGTH_MS = 300_000

/**
 * A scenario out of a seed: how many members, with which settings, which faults are on, and how
 * strong each is. Not all faults in every run (swarm testing: what is always on hides what only
 * shows without it), and within what the bound of the settings allows for.
 *
 * It is plain: what was drawn can be changed, and run again with the same seed.
 */
export function drawScenario(seed: number): Scenario {
  const draws = new Generator(seed, 'swarm')
  const nodes = draws.whole(3, 30)
  const safetyMs = draws.whole(60, 140) * 1_000
  const settings = drawSettings(draws)
  const keyValue = new Generator(seed, 'swarm with a store').chance(0.25)
  return {
    name: 'swarm',
    nodes,
    profile: 'lan',
    settings,
    rules: ourRules,
    mode: 'bytes',
    network: drawNetwork(draws),
    start: draws.chance(0.3) ? 'bootstrap' : 'joined',
    settleMs: 0,
    clockDrift: draws.chance(0.3) ? draws.between(0, 0.01) : 0,
    steps: [...drawDelays(draws), ...drawSteps(draws, nodes, safetyMs, !keyValue)],
    keyValue,
    safetyMs,
    endsAfterMs: LENGTH_MS - safetyMs,
    checkers: 'all',
  }
}

/** Quick ones, so that the bound is within minutes; otherwise anything that makes sense. */
function drawSettings(draws: Generator): Partial<Settings> {
  const probeIntervalMs = draws.pick([200, 500, 1_000])
  return {
    probeIntervalMs,
    probeTimeoutMs: Math.floor(probeIntervalMs * draws.pick([0.2, 0.5, 0.8])),
    indirectChecks: draws.whole(0, 4),
    suspicionMultiplier: draws.whole(2, 5),
    suspicionMaxTimeoutMultiplier: draws.whole(1, 6),
    awarenessMaxMultiplier: draws.whole(1, 8),
    gossipIntervalMs: draws.pick([50, 100, 200]),
    gossipNodes: draws.whole(1, 4),
    gossipToTheDeadMs: draws.pick([1_000, 5_000, 30_000]),
    retransmitMultiplier: draws.whole(1, 4),
    pushPullIntervalMs: draws.pick([5_000, 10_000, 20_000]),
    reconnectIntervalMs: draws.pick([2_000, 4_000, 8_000]),
    tcpTimeoutMs: draws.pick([1_000, 5_000, 10_000]),
    udpBufferSize: draws.pick([512, 1_000, 1_400]),
    disableTcpPings: draws.chance(0.25),
    enableCompression: draws.chance(0.7),
    userMessageShare: draws.pick([0, 25, 100]),
    deadNodeReclaimMs: draws.pick([0, 0, 10_000]),
    maxQueuedBroadcasts: draws.chance(0.1) ? 16 : 65_536,
  }
}

/** Delays with a tail that makes healthy members look failed: with the faults, not for good. */
function drawDelays(draws: Generator): Step[] {
  if (!draws.chance(0.4)) return []
  const delayMs = draws.pick<Delay>([
    [1, 100],
    { kind: 'exponential', minMs: 0.5, meanMs: 20 },
    { kind: 'log-normal', medianMs: 5, sigma: 1.5 },
    { kind: 'pareto', minMs: 1, shape: 1.2 },
  ])
  return [{ at: 0, do: 'network', change: { delayMs } }]
}

function drawNetwork(draws: Generator): Network {
  const isOn = (probability: number): boolean => draws.chance(probability)
  const few = (most: number): number => draws.between(0, most)
  return {
    loss: isOn(0.5) ? few(0.3) : 0,
    burst: isOn(0.3)
      ? {
          meanGoodMs: draws.between(500, 20_000),
          meanBadMs: draws.between(50, 3_000),
          loss: draws.between(0.3, 1),
        }
      : undefined,
    delayMs: draws.pick<Delay>([
      [0.2, 1],
      [1, 15],
    ]),
    jitterMs: isOn(0.3) ? few(10) : 0,
    duplication: isOn(0.3) ? few(0.3) : 0,
    reordering: isOn(0.3) ? few(0.3) : 0,
    reorderingMs: draws.between(10, 2_000),
    sendFailure: isOn(0.15) ? few(0.1) : 0,
    streamHang: isOn(0.3) ? few(0.3) : 0,
    streamBreak: isOn(0.3) ? few(0.3) : 0,
  }
}
