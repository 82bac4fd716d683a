import type { Measures, RunResult, Traffic, Violation } from '../run.ts'
import type { Scenario, Step } from '../scenario.ts'
import { mean, percentile } from '../statistics/estimate.ts'
import type { RunFigures } from './figures.ts'

/** What is kept of a run: its figures, and what the plots need. Plain JSON, a few kB. */
export interface RunSummary {
  readonly seed: number
  readonly hash: string
  readonly virtualMs: number
  readonly complete: boolean
  readonly violations: readonly Violation[]
  readonly faults: readonly string[]
  readonly figures: RunFigures
  /** By crash, since it happened. */
  readonly firstDetectionsMs: readonly number[]
  readonly detectionsByAllMs: readonly number[]
  /** Of all broadcasts: when the share index / (length - 1) of the members had it. */
  readonly spreadCurveMs: readonly number[]
  /** By second: bytes that a member sent and received, mean over the members, and the most. */
  readonly bytesBySecond: readonly { readonly mean: number; readonly max: number }[]
}

/** A run may have had thousands of faults; the report tells the first ones. */
const FAULTS_KEPT = 200
const CRASHES_KEPT = 1_000
const CURVE_POINTS = 101

/** Traffic counts as long as the faults last: what comes after is a cluster at rest. */
export function summarize(result: RunResult, { safetyMs, steps }: Scenario): RunSummary {
  const { seed, hash, virtualMs, complete, violations, faults, measures } = result
  // What was cut short has no more windows than it had time.
  const measuredMs = Math.min(safetyMs, virtualMs)
  const traffic = firstWindows(measures.traffic, Math.ceil(measuredMs / measures.traffic.windowMs))
  const reached = Float64Array.from(measures.spreads.flatMap(({ reachedMs }) => reachedMs)).sort()
  const rates = trafficRates(traffic)
  return {
    seed,
    hash,
    virtualMs,
    complete,
    violations,
    faults: faults.slice(0, FAULTS_KEPT),
    figures: {
      ...(steps.some(comesBack) ? {} : detectionFigures(measures)),
      ...spreadFigures(measures, reached),
      ...falsePositiveFigures(measures),
      ...rateFigures(rates),
      ...optional('bootstrapMs', measures.bootstrapMs),
      ...(steps.some(divides) ? optional('convergenceMs', measures.convergenceMs) : {}),
      viewChanges: measures.viewChanges,
    },
    firstDetectionsMs: since(measures, 'firstFailedAt').slice(0, CRASHES_KEPT),
    detectionsByAllMs: since(measures, 'failedByAllAt').slice(0, CRASHES_KEPT),
    spreadCurveMs: curve(reached),
    bytesBySecond: bytesBySecond(traffic),
  }
}

/** Who is back before it is missed was not missed: that says nothing of detection. */
function comesBack(step: Step): boolean {
  return step.do === 'restart-all' || (step.do === 'crash' && step.downMs !== undefined)
}

/** Only after what sets views apart is there something to converge from. */
function divides({ do: what }: Step): boolean {
  return what !== 'broadcast' && what !== 'send' && what !== 'crash'
}

function firstWindows(traffic: Traffic, windows: number): Traffic {
  return { ...traffic, windows: Math.min(windows, traffic.windows) }
}

function since({ crashes }: Measures, field: 'firstFailedAt' | 'failedByAllAt'): number[] {
  return crashes.flatMap((crash) => {
    const at = crash[field]
    return at === undefined ? [] : [at - crash.at]
  })
}

function detectionFigures(measures: Measures): RunFigures {
  const { crashes } = measures
  if (crashes.length === 0) return {}
  const first = since(measures, 'firstFailedAt')
  const byAll = since(measures, 'failedByAllAt')
  return {
    ...(first.length === 0 ? {} : { firstDetectionMs: mean(first) }),
    ...(byAll.length === 0 ? {} : { detectionByAllMs: Math.max(...byAll) }),
    crashesMissed: 1 - byAll.length / crashes.length,
  }
}

function spreadFigures({ spreads }: Measures, reached: Float64Array): RunFigures {
  const due = spreads.reduce((sum, { of }) => sum + of, 0)
  if (due === 0 || reached.length === 0) return {}
  return {
    spreadP50Ms: percentile(reached, 0.5),
    spreadP99Ms: percentile(reached, 0.99),
    spreadMaxMs: percentile(reached, 1),
    spreadMissed: 1 - reached.length / due,
  }
}

function falsePositiveFigures({ falsePositives }: Measures): RunFigures {
  const { aboutHealthyAtHealthy, aboutHealthyAtDisturbed } = falsePositives
  const { aboutDisturbedAtHealthy, aboutDisturbedAtDisturbed } = falsePositives
  return {
    falsePositivesAtHealthy: aboutHealthyAtHealthy + aboutDisturbedAtHealthy,
    falsePositivesAtFaulty: aboutHealthyAtDisturbed + aboutDisturbedAtDisturbed,
    healthyFailed: aboutHealthyAtHealthy + aboutHealthyAtDisturbed,
  }
}

interface Rates {
  readonly packetsOut: Float64Array
  readonly bytesOut: Float64Array
  readonly bytesIn: Float64Array
}

/** Each member in each second, ascending. */
function trafficRates(traffic: Traffic): Rates {
  const perSecond = 1_000 / traffic.windowMs
  const sum = (...columns: readonly Uint32Array[]) =>
    Float64Array.from({ length: traffic.windows * traffic.members }, (_, index) => {
      let total = 0
      for (const column of columns) total += column[index] ?? 0
      return total * perSecond
    }).sort()
  return {
    packetsOut: sum(traffic.packetsOut),
    bytesOut: sum(traffic.packetBytesOut, traffic.streamBytesOut),
    bytesIn: sum(traffic.packetBytesIn, traffic.streamBytesIn),
  }
}

function rateFigures({ packetsOut, bytesOut, bytesIn }: Rates): RunFigures {
  if (packetsOut.length === 0) return {}
  return {
    packetsMean: mean(packetsOut),
    packetsP99: percentile(packetsOut, 0.99),
    packetsMax: percentile(packetsOut, 1),
    bytesOutMean: mean(bytesOut),
    bytesOutP99: percentile(bytesOut, 0.99),
    bytesOutMax: percentile(bytesOut, 1),
    bytesInMean: mean(bytesIn),
    bytesInP99: percentile(bytesIn, 0.99),
    bytesInMax: percentile(bytesIn, 1),
  }
}

function bytesBySecond(traffic: Traffic): { mean: number; max: number }[] {
  const { windows, members, windowMs } = traffic
  const columns = [
    traffic.packetBytesOut,
    traffic.packetBytesIn,
    traffic.streamBytesOut,
    traffic.streamBytesIn,
  ]
  return Array.from({ length: windows }, (_, window) => {
    let total = 0
    let max = 0
    for (let member = 0; member < members; member++) {
      let own = 0
      for (const column of columns) own += column[window * members + member] ?? 0
      total += own
      max = Math.max(max, own)
    }
    const perSecond = 1_000 / windowMs
    return { mean: (total / Math.max(1, members)) * perSecond, max: max * perSecond }
  })
}

function curve(sorted: Float64Array): number[] {
  if (sorted.length === 0) return []
  return Array.from({ length: CURVE_POINTS }, (_, index) =>
    percentile(sorted, index / (CURVE_POINTS - 1)),
  )
}

function optional(name: 'bootstrapMs' | 'convergenceMs', value: number | undefined): RunFigures {
  return value === undefined ? {} : { [name]: value }
}
