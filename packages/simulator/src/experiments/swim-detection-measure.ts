import { inspect } from '@hearsay/memberlist/internal'
import { simulate } from '../simulate.ts'
import { bareScenario, type RuleSet, ruleSets, settingsOfRules } from './base.ts'

export interface DetectionTask {
  readonly kind: 'swim-detection'
  readonly nodes: number
  readonly seconds: number
  readonly seed: number
  readonly rules: RuleSet
}

export interface DetectionOutcome {
  readonly crashes: number
  /** How many crashes were found in the first, second, … period. */
  readonly byPeriod: readonly number[]
  /** The longest that one member left another unprobed, in periods. */
  readonly longestGap: number
}

const PERIOD_MS = 1_000
/** How long a crash is followed: beyond it e^-15 is left. */
const FOLLOWED_PERIODS = 15
const quiet = {
  gossipIntervalMs: 0,
  pushPullIntervalMs: 0,
  reconnectIntervalMs: 0,
  disableTcpPings: true,
  enableCompression: false,
}

/**
 * When would a crash have been found? Whom a member probes next does not depend on whether that one
 * lives: until somebody probes it, a crash changes nothing for anybody. So the probes of a quiet
 * cluster say when each member would have been found, had it crashed at any given moment; one run
 * holds as many crashes as there are members and moments.
 *
 * A period is counted as in the paper: each member's own, the first that begins after the crash is
 * the first. The first probe after the crash belongs to the first period that anybody found it in.
 */
export function measureDetection(task: DetectionTask): DetectionOutcome {
  const { nodes, seconds, seed, rules } = task
  const probedAt = Array.from({ length: nodes }, () => [] as number[])
  const lastOf = new Map<number, number>()
  let longestGap = 0
  const scenario = bareScenario(nodes, (seconds + FOLLOWED_PERIODS) * PERIOD_MS, {
    rules: ruleSets[rules],
    settings: { ...settingsOfRules(rules), ...quiet },
    settleMs: 2 * PERIOD_MS,
  })
  simulate(scenario, seed, {
    observe: (event) => {
      if (event.type !== 'sent' || event.to < 0 || !isPing(event.bytes)) return
      probedAt[event.to]?.push(event.at)
      if (nodes > MAX_GAP_NODES) return
      const pair = event.from * nodes + event.to
      longestGap = Math.max(longestGap, event.at - (lastOf.get(pair) ?? event.at))
      lastOf.set(pair, event.at)
    },
  })
  const byPeriod = new Array<number>(FOLLOWED_PERIODS + 1).fill(0)
  let crashes = 0
  for (const [member, times] of probedAt.entries()) {
    // Moments that have nothing to do with the phases of the probes, which are drawn.
    const offset = (member * 0.618_034) % 1
    for (let second = 0; second < seconds; second++) {
      const crashedAt = (second + offset) * PERIOD_MS
      const first = times.find((at) => at >= crashedAt)
      if (first === undefined) continue
      crashes++
      const period = Math.max(1, Math.ceil((first - crashedAt) / PERIOD_MS))
      byPeriod[period] = (byPeriod[period] ?? 0) + 1
    }
  }
  return { crashes, byPeriod, longestGap: Math.ceil(longestGap / PERIOD_MS) }
}

/** Beyond that a run would have to be long to see every pair twice. */
const MAX_GAP_NODES = 128

function isPing(bytes: Uint8Array): boolean {
  return inspect(bytes, { channel: 'packet' }).messages[0]?.type === 'ping'
}
