import { randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { Settings } from '@hearsay/memberlist'
import {
  type Candidate,
  checkScenario,
  drawScenario,
  MAX_CANDIDATES,
  namedScenarios,
  type Over,
  readScenario,
  ruleSetOf,
  type Scenario,
  ScenarioError,
  scenarioFrom,
  sweepCandidates,
} from '@hearsay/simulator'
import type { Values } from '../configuration/flag.ts'
import { type CommandFailure, usageFailure } from '../failure.ts'
import { MAX_SEED, SWARM, type scenarioFlags, type simFlags } from './sim-flags.ts'

export type ScenarioValues = Values<typeof scenarioFlags>

/** What is to be run: every candidate with every seed. */
export interface Plan {
  readonly title: string
  readonly answers: string
  readonly candidates: readonly Candidate[]
  readonly seeds: readonly number[]
  /** The scenario of a run: the candidate's, or one that the seed draws. */
  readonly scenarioFor: (candidate: Candidate, seed: number) => Scenario
}

/** @throws CommandFailure with exit code 2 */
export function planOf(values: Values<typeof simFlags>, operands: readonly string[]): Plan {
  const { seed = randomInt(MAX_SEED - values.runs), runs } = values
  if (seed + runs - 1 > MAX_SEED) {
    throw usageFailure(
      `--seed got ${seed}; with ${runs} runs it takes at most ${MAX_SEED - runs + 1}.`,
    )
  }
  const seeds = Array.from({ length: runs }, (_, index) => seed + index)
  if (values.scenario === SWARM && values.compare.length === 0)
    return swarmPlan(values, operands, seeds)
  const candidates = candidatesOf(values, operands)
  const [first] = candidates
  if (first === undefined) throw usageFailure('There is nothing to run.')
  const named = namedScenarios.find(({ name }) => name === first.scenario.name)
  return {
    title: `${first.scenario.name}, ${first.scenario.nodes} members`,
    answers: named?.answers ?? 'What does this scenario do?',
    candidates,
    seeds,
    scenarioFor: ({ scenario }) => scenario,
  }
}

export const swarmAnswers =
  'Members, settings and faults are all drawn from the seed: does any checker fail?'

function swarmPlan(
  values: Values<typeof simFlags>,
  operands: readonly string[],
  seeds: readonly number[],
): Plan {
  refuseWithSwarm(values)
  if (operands.length > 0 || values.sweep.length > 0) {
    throw usageFailure(
      '--scenario swarm draws its settings itself; it takes no --sweep and no files.',
    )
  }
  const [seed = 0] = seeds
  return {
    title: SWARM,
    answers: swarmAnswers,
    candidates: [{ label: SWARM, scenario: drawScenario(seed) }],
    seeds,
    scenarioFor: (_, each) => drawScenario(each),
  }
}

/** @throws CommandFailure where a flag says what the swarm draws */
export function refuseWithSwarm(values: ScenarioValues): void {
  const { nodes, profile, set, rules, loss, delay, checkers, for: forMs } = values
  const given = Object.entries({ nodes, profile, rules, loss, delay, checkers, for: forMs })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name)
  const [first] = Object.keys(set).length > 0 ? ['set'] : given
  if (first === undefined) return
  throw usageFailure(
    `--scenario swarm draws everything from the seed; it does not take --${first}.`,
  )
}

function candidatesOf(values: Values<typeof simFlags>, operands: readonly string[]): Candidate[] {
  const { compare, sweep } = values
  if (compare.length === 0) {
    const [word] = operands
    if (word !== undefined) {
      throw usageFailure(
        `"${word}" is no command of sim; it takes list, replay, or flags only.`,
        'A scenario goes after --scenario, files to hold against each other after --compare.',
      )
    }
    const scenario = scenarioOf(values)
    if (sweep.length === 0) return [{ label: scenario.name, scenario }]
    return swept(scenario, sweep)
  }
  const files = [...compare, ...operands]
  if (sweep.length > 0)
    throw usageFailure('--compare and --sweep are both given; it takes one of them.')
  if (files.length < 2)
    throw usageFailure(`--compare got one file, ${files[0] ?? ''}; it takes two or more.`)
  if (files.length > MAX_CANDIDATES) throw tooMany(files.length)
  return files.map((file) => ({
    label: labelOf(file, files),
    flags: `--scenario ${file}`,
    scenario: scenarioOf({ ...values, scenario: file }),
  }))
}

/** The file's own name where that tells it from the others. */
function labelOf(file: string, files: readonly string[]): string {
  const short = (path: string) => (path.split('/').at(-1) ?? path).replace(/\.json$/, '')
  return files.filter((other) => short(other) === short(file)).length > 1 ? file : short(file)
}

function swept(scenario: Scenario, sweep: Values<typeof simFlags>['sweep']): Candidate[] {
  const count = sweep.reduce((product, { values }) => product * values.length, 1)
  if (count > MAX_CANDIDATES) throw tooMany(count)
  const candidates = sweepCandidates(
    scenario,
    sweep.map(({ setting, values }) => ({ setting: setting as keyof Settings, values })),
  )
  for (const { label, scenario: each } of candidates) check(each, `--sweep ${label}`)
  return candidates
}

function tooMany(count: number): CommandFailure {
  return usageFailure(
    `That is ${count} sets of settings side by side; it takes at most ${MAX_CANDIDATES}.`,
  )
}

/** The scenario that the flags say: by name or from a file, single flags over it. */
export function scenarioOf(values: ScenarioValues): Scenario {
  const { nodes, profile, set, rules, scenario: given, loss, delay, checkers, for: forMs } = values
  const over: Over = {
    settings: set,
    network: {
      ...(loss === undefined ? {} : { loss }),
      ...(delay === undefined ? {} : { delayMs: delay }),
    },
    ...(nodes === undefined ? {} : { nodes }),
    ...(profile === undefined ? {} : { profile }),
    ...(rules === undefined ? {} : { rules: ruleSetOf(rules) }),
    ...(forMs === undefined ? {} : { forMs }),
  }
  const isNamed = namedScenarios.some(({ name }) => name === given)
  const scenario = isNamed
    ? told(() => scenarioFrom({ scenario: given }, `--scenario ${given}`, over))
    : scenarioFromFile(given, over)
  return { ...scenario, ...checkedBy(checkers) }
}

/** Who does not look whether all agree in the end need not wait for it. */
function checkedBy(checkers: 'all' | 'none' | undefined): Partial<Scenario> {
  if (checkers === undefined) return {}
  return checkers === 'none' ? { checkers: [], livenessMs: 0, endsAfterMs: 0 } : { checkers: 'all' }
}

const largestFileBytes = 8 << 20

function scenarioFromFile(path: string, over: Over): Scenario {
  if (!existsSync(path)) {
    const names = namedScenarios.map(({ name }) => name).join(', ')
    throw usageFailure(`"${path}" is neither a scenario nor a file; there are ${names}, ${SWARM}.`)
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw usageFailure(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
    )
  }
  if (text.length > largestFileBytes)
    throw usageFailure(`${path} is larger than 8 MiB, the most that a scenario may be.`)
  return told(() => readScenario(text, path, over))
}

function check(scenario: Scenario, source: string): void {
  told(() => {
    checkScenario(scenario, source)
  })
}

/** What is wrong with a scenario is bad usage, told as the sentence that it is. */
function told<Value>(make: () => Value): Value {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error
    throw usageFailure(error.message)
  }
}
