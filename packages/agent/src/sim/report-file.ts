import { writeFileSync } from 'node:fs'
import {
  type Outcome,
  reportHtml,
  simulate,
  subjectOf,
  type Timeline,
  TimelineRecorder,
} from '@hearsay/simulator'
import { usageFailure } from '../failure.ts'
import { version } from '../version.ts'
import type { Execution } from './execute.ts'
import type { Plan } from './plan.ts'

/** Fails before anything has run, not after. */
export function checkReportFile(path: string): void {
  try {
    writeFileSync(path, '', { flag: 'a' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageFailure(`--report got ${path}, which cannot be written: ${why}.`)
  }
}

export function writeReport(
  path: string,
  plan: Plan,
  execution: Execution,
  command: string,
  replay: (seed: number) => string,
): void {
  const { outcomes, planned, finished } = execution
  const html = reportHtml({
    title: plan.title,
    answers: plan.answers,
    outcomes,
    seeds: plan.seeds,
    command,
    replay,
    version,
    timeline: finished < planned ? undefined : timelineOf(outcomes),
    note:
      finished < planned
        ? `It was interrupted: ${finished} of ${planned} runs came to their end, and the figures are of those.`
        : undefined,
  })
  writeFileSync(path, html)
}

/** The first run that failed, else the first one, run once more with somebody who looks. */
function timelineOf(outcomes: readonly Outcome[]): Timeline | undefined {
  const all = outcomes.flatMap(({ scenario, runs }) => runs.map((run) => ({ scenario, run })))
  const picked = all.find(({ run }) => run.violations.length > 0) ?? all[0]
  if (picked === undefined) return undefined
  const { scenario, run } = picked
  const before = simulate(scenario, run.seed, { stopAtViolation: false })
  const recorder = new TimelineRecorder(subjectOf(before), before.measures.crashes[0]?.at)
  simulate(scenario, run.seed, { stopAtViolation: false, observe: recorder.observe })
  return recorder.finish(run.seed, before.measures.members, scenario)
}
