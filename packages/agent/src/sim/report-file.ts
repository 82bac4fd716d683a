import { writeFileSync } from 'node:fs'
import {
  type Outcome,
  type Picture,
  reportHtml,
  simulate,
  subjectOf,
  TimelineRecorder,
} from '@hearsay/simulator'
import { usageFailure } from '../failure.ts'
import { version } from '../version.ts'
import type { Execution } from './execute.ts'
import type { Plan } from './plan.ts'
import type { Replay } from './present.ts'

/** Fails before anything has run, not after. */
export function checkWritable(flag: string, path: string): void {
  try {
    writeFileSync(path, '', { flag: 'a' })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw usageFailure(`${flag} got ${path}, which cannot be written: ${why}.`)
  }
}

export function writeReport(
  path: string,
  plan: Plan,
  execution: Execution,
  command: string,
  replay: Replay,
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
    picture: finished < planned ? undefined : pictureOf(plan, outcomes),
    note:
      finished < planned
        ? `It was interrupted: ${finished} of ${planned} runs came to their end, and the figures are of those.`
        : undefined,
  })
  writeFileSync(path, html)
}

/** The first run that failed, else the first one, run once more with somebody who looks. */
function pictureOf(plan: Plan, outcomes: readonly Outcome[]): Picture | undefined {
  const all = outcomes.flatMap((outcome) => outcome.runs.map((run) => ({ outcome, run })))
  const picked = all.find(({ run }) => run.violations.length > 0) ?? all[0]
  if (picked === undefined) return undefined
  const { outcome, run } = picked
  const scenario = plan.scenarioFor(outcome, run.seed)
  const before = simulate(scenario, run.seed, { stopAtViolation: false })
  const recorder = new TimelineRecorder(subjectOf(before), before.measures.crashes[0]?.at)
  simulate(scenario, run.seed, { stopAtViolation: false, observe: recorder.observe })
  return { outcome, timeline: recorder.finish(run.seed, before.measures.members, scenario) }
}
