import { writeFileSync } from 'node:fs'
import {
  drawScenario,
  type RunResult,
  type Scenario,
  scenarioText,
  shrink,
  simulate,
  traceAround,
} from '@hearsay/simulator'
import { single } from '../configuration/flag.ts'
import { exitCodes, usageFailure } from '../failure.ts'
import type { Output } from '../output/output.ts'
import { refuseWithSwarm, type ScenarioValues, scenarioOf } from '../sim/plan.ts'
import { ProgressLine } from '../sim/progress.ts'
import { checkWritable } from '../sim/report-file.ts'
import { MAX_SEED, SWARM, scenarioFlags } from '../sim/sim-flags.ts'
import { command, outputOf } from './command.ts'

const flags = {
  ...scenarioFlags,
  shrink: single(
    'FILE.json',
    'make a failing run as small as it still fails, and write its scenario there',
    (text) => text,
  ),
}

export const simReplayCommand = command({
  description:
    'The same version, scenario and seed give the same run to the byte; the hash over all of its events says so. Give the flags that the run had. Ends with code 1 when a checker failed.',
  operands: [{ form: '<seed...>', meaning: 'seeds, as `hearsay sim` told them' }],
  flags,
  examples: [
    ['hearsay sim replay 4711', 'the default scenario with that seed'],
    ['hearsay sim replay 4711 --scenario churn --shrink small.json', 'and made smaller'],
  ],
  run: (invocation) => {
    const { values, operands, surroundings } = invocation
    const output = outputOf(invocation)
    const seeds = operands.map(readSeed)
    if (values.shrink !== undefined) checkWritable('--shrink', values.shrink)
    const scenarioFor = scenarioReader(values)
    const replays = seeds.map((seed) => {
      output.narrate(`seed ${seed}`)
      const scenario = scenarioFor(seed)
      const result = simulate(scenario, seed, { stopAtViolation: false })
      return replayJson(scenario, seed, result)
    })
    output.list(
      replays,
      ['SEED', 'HASH', 'EVENTS', 'CHECKERS'],
      ({ seed, hash, events, violations }) => [
        String(seed),
        hash,
        String(events),
        checkersText(violations),
      ],
    )
    const failed = replays.filter(({ violations }) => violations.length > 0)
    if (output.format === 'table') for (const { trace } of failed) output.lines(['', ...trace])
    const [first] = failed
    if (values.shrink !== undefined) {
      if (first === undefined)
        output.narrate('No checker failed: there is nothing to make smaller.')
      else
        writeShrunk(
          values.shrink,
          scenarioFor(first.seed),
          first.seed,
          output,
          new ProgressLine(surroundings.stderr),
        )
    }
    return Promise.resolve(first === undefined ? exitCodes.done : exitCodes.failed)
  },
})

function scenarioReader(values: ScenarioValues): (seed: number) => Scenario {
  if (values.scenario === SWARM) {
    refuseWithSwarm(values)
    return drawScenario
  }
  const scenario = scenarioOf(values)
  return () => scenario
}

function replayJson(scenario: Scenario, seed: number, result: RunResult) {
  const { hash, events, virtualMs, violations, faults } = result
  const [violation] = violations
  const trace = violation === undefined ? [] : traceAround(scenario, seed, violation)
  return { seed, hash, events, virtualMs, violations, faults, trace }
}

const SHRINK_RUNS = 400

function writeShrunk(
  path: string,
  scenario: Scenario,
  seed: number,
  output: Output,
  line: ProgressLine,
): void {
  const shrunk = shrink(scenario, seed, {
    maxRuns: SHRINK_RUNS,
    progress: (runs) => {
      line.show(runs / SHRINK_RUNS, runs, SHRINK_RUNS)
      return true
    },
  })
  line.clear()
  if (shrunk === undefined) return
  writeFileSync(path, `${scenarioText(shrunk.scenario)}\n`)
  const { nodes, steps, safetyMs } = shrunk.scenario
  output.narrate(
    `${path} still fails: ${nodes} members, ${steps.length} steps, ${safetyMs / 1_000} s. Run it by: hearsay sim replay ${seed} --scenario ${path}`,
  )
}

function readSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (seed <= MAX_SEED) return seed
  throw usageFailure(`The seed got "${text}"; it takes a whole number from 0 to ${MAX_SEED}.`)
}

/** Each that failed, and how often. */
function checkersText(violations: RunResult['violations']): string {
  const counts = new Map<string, number>()
  for (const { checker } of violations) counts.set(checker, (counts.get(checker) ?? 0) + 1)
  if (counts.size === 0) return 'content'
  return [...counts]
    .map(([checker, count]) => (count === 1 ? checker : `${checker} (${count} times)`))
    .join(', ')
}
