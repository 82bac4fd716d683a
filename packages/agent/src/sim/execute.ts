import { availableParallelism } from 'node:os'
import {
  estimatedBytes,
  type Outcome,
  outcomeOf,
  type RunSummary,
  runJobs,
  type Scenario,
  usableBytes,
} from '@hearsay/simulator'
import { CommandFailure, exitCodes, usageFailure } from '../failure.ts'
import type { Plan } from './plan.ts'
import type { ProgressLine } from './progress.ts'

export interface Execution {
  readonly outcomes: readonly Outcome[]
  /** Runs that were to be, and those that came to their end. */
  readonly planned: number
  readonly finished: number
}

/** Told as each run ends: which candidate, and what it was. */
export type OnRun = (label: string, run: RunSummary) => void

/** Runs all candidates with all seeds. At an interruption it gives what there is by then. */
export async function execute(
  plan: Plan,
  workers: number,
  progress: ProgressLine,
  interrupted: AbortSignal,
  onRun: OnRun,
): Promise<Execution> {
  const jobs = plan.candidates.flatMap((candidate) =>
    plan.seeds.map((seed) => ({ candidate, scenario: plan.scenarioFor(candidate, seed), seed })),
  )
  const runs = new Map(plan.candidates.map((candidate) => [candidate, [] as RunSummary[]]))
  let done = 0
  try {
    await runJobs(jobs, {
      workers,
      signal: interrupted,
      heapMegabytes: Math.floor(usableBytes() / workers / 1e6),
      onProgress: (share) => {
        progress.show(share, done, jobs.length)
      },
      onSummary: (job, run) => {
        const candidate = jobs[job]?.candidate
        if (candidate === undefined) return
        if (run.complete) done++
        runs.get(candidate)?.push(run)
        onRun(candidate.label, run)
      },
    })
  } catch (error) {
    throw isOutOfMemory(error) ? outOfMemory() : error
  } finally {
    progress.clear()
  }
  const outcomes = plan.candidates.map((candidate) => {
    const own = runs.get(candidate) ?? []
    return outcomeOf(
      candidate,
      [...own].sort((one, other) => one.seed - other.seed),
    )
  })
  return { outcomes, planned: jobs.length, finished: done }
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
}

function outOfMemory(): CommandFailure {
  return new CommandFailure(
    exitCodes.failed,
    'ERR_MEMORY',
    'A run needed more memory than there is.',
    'Give fewer --nodes or fewer --workers.',
  )
}

/**
 * How many runs fit side by side.
 * @throws CommandFailure with exit code 2 where not even one does, told before it starts
 */
export function fittingWorkers(
  plan: Plan,
  wanted: number | undefined,
  isForced: boolean,
  usable = usableBytes(),
): number {
  const scenarios = plan.candidates.map(({ scenario }) => scenario)
  const each = Math.max(...scenarios.map(estimatedBytes))
  const fit = Math.floor(usable / each)
  const largest = scenarios.find((scenario) => estimatedBytes(scenario) === each)
  if (fit < 1 && !isForced && largest !== undefined) {
    throw usageFailure(
      `--nodes got ${largest.nodes}: that takes about ${gigabytes(each)} of memory, and ${gigabytes(usable)} are free; at most ${mostNodes(largest, usable)} fit.`,
      hintOf(largest, usable),
      'ERR_MEMORY',
    )
  }
  return Math.max(1, Math.min(wanted ?? availableParallelism(), Math.max(1, fit)))
}

function hintOf(scenario: Scenario, usable: number): string {
  const unchecked = { ...scenario, checkers: [] }
  const most = mostNodes(unchecked, usable)
  return most > mostNodes(scenario, usable)
    ? `Give fewer nodes, --checkers none (then ${most} fit), or --force to start all the same.`
    : 'Give fewer nodes, or --force to start all the same.'
}

function mostNodes(scenario: Scenario, usable: number): number {
  let nodes = 2
  for (;;) {
    const more = Math.ceil(nodes * 1.02)
    if (estimatedBytes({ ...scenario, nodes: more }) > usable) return nodes
    nodes = more
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(bytes < 10e9 ? 1 : 0)} GB`
}
