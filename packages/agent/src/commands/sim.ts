import { type ExitCode, exitCodes } from '../failure.ts'
import { repeatable } from '../sim/command-line.ts'
import { execute, fittingWorkers } from '../sim/execute.ts'
import { planOf } from '../sim/plan.ts'
import { failureLines, present, type Replay, runJson } from '../sim/present.ts'
import { ProgressLine } from '../sim/progress.ts'
import { checkWritable, writeReport } from '../sim/report-file.ts'
import { scenarioFlags, simFlags } from '../sim/sim-flags.ts'
import { command, outputOf } from './command.ts'

export const simCommand = command({
  description:
    'Runs the protocol of the agents itself in virtual time, on a virtual network with faults drawn from a seed that is told first. Every figure comes with its 95 % confidence interval. Ends with code 1 when a checker failed.',
  operands: [{ form: '[file...]', meaning: 'after --compare: further files' }],
  flags: simFlags,
  examples: [
    ['hearsay sim --nodes 200 --loss 5%', 'how soon a crash is noticed when packets are lost'],
    ['hearsay sim --sweep probeIntervalMs=500,1000,2000', 'three settings side by side'],
    ['hearsay sim --scenario partition --report report.html', 'with plots, as a page'],
  ],
  run: async (invocation): Promise<ExitCode> => {
    const { values, resolved, operands, surroundings } = invocation
    const { stderr, interrupted } = surroundings
    const output = outputOf(invocation)
    const plan = planOf(values, operands)
    const workers = fittingWorkers(plan, values.workers, values.force)
    if (values.report !== undefined) checkWritable('--report', values.report)
    const [seed = 0] = plan.seeds
    const compare = [...values.compare, ...operands]
    const flags = repeatable(simFlags, { ...values, compare }, resolved.origins)
    const again = `hearsay sim ${flags} --seed ${seed} --runs ${plan.seeds.length}`.replace(
      / +/g,
      ' ',
    )
    output.narrate(`seed ${seed}: ${again}`)
    const own = repeatable(scenarioFlags, values, resolved.origins)
    const replay: Replay = (failed, { flags: special = '' }) =>
      `hearsay sim replay ${failed} ${own} ${special}`.replace(/ +/g, ' ').trimEnd()
    const progress = new ProgressLine(stderr)
    const execution = await execute(plan, workers, progress, interrupted, (label, run) => {
      if (output.format === 'ndjson') output.json({ label, ...runJson(run) })
      const [violation] = run.violations
      if (violation === undefined) return
      progress.clear()
      output.narrate(`seed ${run.seed} failed: ${violation.checker}`)
    })
    present(output, plan, execution, replay)
    if (output.format !== 'table')
      output.narrate(failureLines(execution.outcomes, replay).join('\n'))
    if (values.report !== undefined) {
      writeReport(values.report, plan, execution, again, replay)
      output.narrate(`The report is in ${values.report}.`)
    }
    if (execution.finished < execution.planned) return exitCodes.interrupted
    const hasFailed = execution.outcomes.some(({ runs }) =>
      runs.some((run) => run.violations.length > 0),
    )
    return hasFailed ? exitCodes.failed : exitCodes.done
  },
})
