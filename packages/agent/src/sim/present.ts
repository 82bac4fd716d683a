import {
  comparisonTable,
  figures,
  type Outcome,
  objectivesOf,
  type RunSummary,
  resultCells,
  resultHeadings,
} from '@hearsay/simulator'
import type { Output } from '../output/output.ts'
import type { Execution } from './execute.ts'
import type { Plan } from './plan.ts'

/** The command line that runs one seed of one outcome again. */
export type Replay = (seed: number, outcome: Outcome) => string

/** Writes what came out: failed checkers first, then the table, or all of it as JSON. */
export function present(output: Output, plan: Plan, execution: Execution, replay: Replay): void {
  if (output.format === 'table') presentTable(output, plan, execution, replay)
  else if (output.format === 'json')
    output.line(JSON.stringify(resultJson(plan, execution), null, 2))
  else output.json(resultJson(plan, execution))
}

function presentTable(
  output: Output,
  plan: Plan,
  { outcomes, planned, finished }: Execution,
  replay: Replay,
): void {
  for (const line of failureLines(outcomes, replay)) output.line(output.paint('red', line))
  const runs = finished < planned ? `${finished} of ${planned} runs, cut short` : runsText(planned)
  output.line(output.paint('bold', `${plan.title}, ${runs}`))
  output.line(`${plan.answers}\n`)
  const [first] = outcomes
  if (outcomes.length > 1) {
    const objectives = objectivesOf(outcomes)
    const { legend, headings, rows } = comparisonTable(outcomes, objectives)
    output.lines([...legend, ''])
    output.table(headings, rows)
    output.line(
      '\n★ of the Pareto set: no other is as good in latency, false positives and bytes, and better in one.',
    )
  } else if (first !== undefined) output.table(resultHeadings, first.results.map(resultCells))
}

function runsText(runs: number): string {
  return runs === 1 ? 'one run' : `${runs} runs`
}

/** The failing seeds, each with what failed first in it and how to see it again. */
export function failureLines(outcomes: readonly Outcome[], replay: Replay): string[] {
  return outcomes.flatMap((outcome) =>
    outcome.runs.flatMap(({ seed, violations: [first] }) =>
      first === undefined
        ? []
        : [
            `seed ${seed} failed: ${first.checker} at ${(first.at / 1_000).toFixed(3)} s: ${first.text}`,
            `  ${replay(seed, outcome)}`,
          ],
    ),
  )
}

function resultJson({ title, answers, seeds }: Plan, execution: Execution): object {
  const { outcomes, planned, finished } = execution
  const objectives = objectivesOf(outcomes)
  return {
    seed: seeds[0],
    failedSeeds: [
      ...new Set(
        outcomes.flatMap(({ runs }) =>
          runs.filter(({ violations }) => violations.length > 0).map(({ seed }) => seed),
        ),
      ),
    ],
    title,
    answers,
    runs: { planned, finished },
    results: outcomes.map((outcome, index) => ({
      label: outcome.label,
      ...(outcomes.length > 1 ? { isPareto: objectives.rows[index]?.isPareto ?? false } : {}),
      scenario: outcome.scenario,
      figures: outcome.results.map(({ figure, estimate, least, most }) => ({
        figure,
        label: figures[figure].label,
        unit: figures[figure].unit,
        mean: estimate.value,
        // One run alone bounds nothing: null.
        low: finiteOrNull(estimate.low),
        high: finiteOrNull(estimate.high),
        least,
        most,
        runs: estimate.count,
      })),
      runs: outcome.runs.map(runJson),
    })),
  }
}

export function runJson({ seed, hash, complete, violations, figures: own }: RunSummary): object {
  return { seed, hash, complete, violations, figures: own }
}

function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
