import type { FigureName } from '../results/figures.ts'
import { type Result, resultsOf } from '../results/results.ts'
import type { RunSummary } from '../results/run-summary.ts'
import type { Scenario } from '../scenario.ts'
import { type Estimate, meanEstimate } from '../statistics/estimate.ts'
import { paretoSet } from './pareto.ts'

/** One set of settings among those that are compared. */
export interface Candidate {
  readonly label: string
  readonly scenario: Scenario
  /** What a command line has beside the flags that are common to all of them, to run it alone. */
  readonly flags?: string
}

/** A candidate with its runs. */
export interface Outcome extends Candidate {
  readonly runs: readonly RunSummary[]
  readonly results: readonly Result[]
}

/** How a plot and a table call it where there is no room for its label. */
export function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26))
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`
}

/** Runs that were cut short say less than they seem to: they count only where there is no other. */
export function outcomeOf(candidate: Candidate, runs: readonly RunSummary[]): Outcome {
  const complete = runs.filter((run) => run.complete)
  return { ...candidate, runs, results: resultsOf(complete.length > 0 ? complete : runs) }
}

/** What a choice of settings is a trade-off between; lower is better in each. */
export interface Objectives {
  /** The figure that stands for latency: what the scenario has of it. */
  readonly latency: FigureName | undefined
  readonly rows: readonly Objective[]
}

export interface Objective {
  readonly latency: Estimate | undefined
  /** Members wrongly failed, wherever: at healthy and at faulty ones. */
  readonly falsePositives: Estimate | undefined
  readonly bytes: Estimate | undefined
  /** No other candidate is as good in all three and better in one. */
  readonly isPareto: boolean
}

const latencies = [
  'detectionByAllMs',
  'convergenceMs',
  'bootstrapMs',
  'spreadP99Ms',
] as const satisfies readonly FigureName[]

export function objectivesOf(outcomes: readonly Outcome[]): Objectives {
  const estimate = ({ results }: Outcome, name: FigureName) =>
    results.find(({ figure }) => figure === name)?.estimate
  const latency = latencies.find((name) => outcomes.some((each) => estimate(each, name)))
  const rows = outcomes.map((outcome) => ({
    latency: latency === undefined ? undefined : estimate(outcome, latency),
    falsePositives: falsePositives(outcome),
    bytes: estimate(outcome, 'bytesOutMean'),
  }))
  const isPareto = paretoSet(
    rows.map((row) => [row.latency?.value, row.falsePositives?.value, row.bytes?.value]),
  )
  return {
    latency,
    rows: rows.map((row, index) => ({ ...row, isPareto: isPareto[index] ?? false })),
  }
}

function falsePositives({ runs }: Outcome): Estimate | undefined {
  const values = runs.flatMap(({ figures }) => {
    const { falsePositivesAtHealthy, falsePositivesAtFaulty } = figures
    if (falsePositivesAtHealthy === undefined) return []
    return [falsePositivesAtHealthy + (falsePositivesAtFaulty ?? 0)]
  })
  return values.length === 0 ? undefined : meanEstimate(values)
}
