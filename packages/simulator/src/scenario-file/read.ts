import {
  goRules,
  lan,
  local,
  MemberlistError,
  ourRules,
  type Rules,
  resolveSettings,
  swimRules,
  wan,
} from '@hearsay/memberlist/internal'
import type { Network, Scenario } from '../scenario.ts'
import { defaultNetwork } from '../scenarios/network.ts'
import { explain } from './explain.ts'
import { fileSchema, type ScenarioFile } from './schema.ts'
import { checkTogether } from './together.ts'

/** A scenario that cannot be run: one sentence that says where, what it is and what it must be. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
}

export const profiles = { lan, wan, local } as const
const namedRules = { ours: ourRules, go: goRules, swim: swimRules } as const

/**
 * A scenario from the text of a file.
 * @param source how the file is called in messages
 * @throws ScenarioError
 */
export function readScenario(text: string, source: string): Scenario {
  return scenarioFrom(parse(text, source), source)
}

/** As `readScenario`, for what is no text any more. */
export function scenarioFrom(value: unknown, source: string): Scenario {
  const result = fileSchema.safeParse(value)
  if (!result.success) throw new ScenarioError(`${source}: ${explain(value, result.error)}`)
  const scenario = complete(result.data)
  checkScenario(scenario, source)
  return scenario
}

/**
 * What fields say about each other: settings that do not go together, members that do not exist,
 * steps after the end.
 * @throws ScenarioError
 */
export function checkScenario(scenario: Scenario, source: string): void {
  checkSettings(scenario, source)
  const problem = checkTogether(scenario)
  if (problem !== undefined) throw new ScenarioError(`${source}: ${problem}`)
}

export function ruleSetOf(name: keyof typeof namedRules): Rules {
  return namedRules[name]
}

function parse(text: string, source: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new ScenarioError(`${source} is not JSON: ${why}.`)
  }
}

function complete(file: ScenarioFile): Scenario {
  const { $schema: _, rules, network, ...given } = file
  return {
    profile: 'lan',
    mode: 'bytes',
    start: 'joined',
    settleMs: 0,
    steps: [],
    checkers: 'all',
    ...given,
    settings: given.settings ?? {},
    rules: rulesOf(rules),
    network: { ...defaultNetwork, ...(network as Partial<Network>) },
  } as Scenario
}

function rulesOf(given: ScenarioFile['rules']): Rules {
  if (given === undefined) return ourRules
  return typeof given === 'string' ? namedRules[given] : { ...ourRules, ...given }
}

function checkSettings({ profile, settings }: Scenario, source: string): void {
  try {
    resolveSettings({ ...profiles[profile](), ...settings })
  } catch (error) {
    if (!(error instanceof MemberlistError)) throw error
    throw new ScenarioError(`${source}: settings.${error.message}`)
  }
}
