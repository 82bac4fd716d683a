import {
  goRules,
  lan,
  local,
  MemberlistError,
  ourRules,
  type Rules,
  resolveSettings,
  type Settings,
  swimRules,
  wan,
} from '@hearsay/memberlist/internal'
import type { z } from 'zod'
import type { Network, Scenario } from '../scenario.ts'
import { namedScenarios } from '../scenarios/all.ts'
import type { ScenarioRequest } from '../scenarios/named-scenario.ts'
import { defaultNetwork } from '../scenarios/network.ts'
import { explain } from './explain.ts'
import { fileSchema, type ScenarioFile, type VariantFile, variantSchema } from './schema.ts'
import { checkTogether } from './together.ts'

/** A scenario that cannot be run: one sentence that says where, what it is and what it must be. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError'
}

export const profiles = { lan, wan, local } as const

/** Members of a scenario of the list where nobody says otherwise. */
const DEFAULT_NODES = 100

const namedRules = { ours: ourRules, go: goRules, swim: swimRules } as const

/** What is said over a file: what it leaves open, or says otherwise. */
export type Over = Partial<ScenarioRequest>

/**
 * A scenario from the text of a file: one of its own, or one of the list with other settings.
 * @param source how the file is called in messages
 * @param over goes over what the file says
 * @throws ScenarioError
 */
export function readScenario(text: string, source: string, over: Over = {}): Scenario {
  return scenarioFrom(parse(text, source), source, over)
}

/** As `readScenario`, for what is no text any more. */
export function scenarioFrom(value: unknown, source: string, over: Over = {}): Scenario {
  const scenario = isOwn(value)
    ? complete(checked(fileSchema, value, source), over)
    : vary(checked(variantSchema, value, source), over)
  checkScenario(scenario, source)
  return scenario
}

/** Whether it says itself what happens. */
function isOwn(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return true
  return ['name', 'steps', 'safetyMs'].some((field) => field in value)
}

function checked<File>(schema: z.ZodType<File>, value: unknown, source: string): File {
  const result = schema.safeParse(value)
  if (!result.success) throw new ScenarioError(`${source}: ${explain(value, result.error)}`)
  return result.data
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

function complete(file: ScenarioFile, { forMs, ...over }: Over): Scenario {
  const { $schema: _, ...given } = file
  return {
    mode: 'bytes',
    start: 'joined',
    settleMs: 0,
    steps: [],
    checkers: 'all',
    ...given,
    profile: over.profile ?? given.profile ?? 'lan',
    nodes: over.nodes ?? given.nodes,
    settings: { ...given.settings, ...over.settings },
    rules: over.rules ?? rulesOf(given.rules),
    network: { ...defaultNetwork, ...given.network, ...over.network },
    safetyMs: forMs ?? given.safetyMs,
  } as Scenario
}

/** A scenario of the list as the file wants it. */
function vary(file: VariantFile, over: Over): Scenario {
  const { scenario = 'crash', nodes = DEFAULT_NODES, profile = 'lan', rules, ...given } = file
  const named = namedScenarios.find(({ name }) => name === scenario)
  if (named === undefined) throw new ScenarioError(`there is no scenario ${scenario}`)
  return named.build({
    nodes,
    profile,
    rules: rulesOf(rules),
    ...over,
    settings: { ...(given.settings as Partial<Settings>), ...over.settings },
    network: { ...(given.network as Partial<Network>), ...over.network },
  })
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
