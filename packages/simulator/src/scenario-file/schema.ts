import { type SettingDefinition, settingDefinitions } from '@hearsay/memberlist'
import { ourRules } from '@hearsay/memberlist/internal'
import { z } from 'zod'
import { checkerNames } from '../checkers/all.ts'
import { namedScenarios } from '../scenarios/all.ts'
import { networkSchema } from './network.ts'
import { durationMs, flag, oneOf, share, text, whole } from './primitives.ts'
import { stepSchema } from './steps.ts'

export const ruleSets = ['ours', 'go', 'swim'] as const

function settingSchema({ default: value, min = 0, max, meaning }: SettingDefinition) {
  if (typeof value === 'boolean') return flag.optional().describe(meaning)
  return whole(min, max ?? Number.MAX_SAFE_INTEGER)
    .optional()
    .describe(`${meaning} Default (lan): ${value}.`)
}

const settings = z.strictObject(
  Object.fromEntries(
    Object.entries(settingDefinitions).map(([name, definition]) => [
      name,
      settingSchema(definition),
    ]),
  ),
)

const ruleSwitches = z.strictObject(
  Object.fromEntries(Object.keys(ourRules).map((name) => [name, flag.optional()])),
)

const nodes = whole(2, 100_000).describe('Members at the beginning.')

/** What every file may say, and flags may say over it. */
const common = {
  $schema: z.string().optional().describe('Where an editor finds this schema.'),
  profile: oneOf(['lan', 'wan', 'local']).optional().describe('Settings to start from.'),
  settings: settings.optional().describe('Single settings that replace those of the profile.'),
  rules: z
    .union([oneOf(ruleSets), ruleSwitches], {
      error: `one of ${ruleSets.join(', ')}, or an object of switches (${Object.keys(ourRules).join(', ')})`,
    })
    .optional()
    .describe("Whose protocol runs: this project's, Go's, or SWIM without Lifeguard."),
  network: networkSchema.optional().describe('What the network does to everybody.'),
}

const scenarioNames = namedScenarios.map(({ name }) => name) as [string, ...string[]]

/** A scenario of the list, with settings of one's own. */
export const variantSchema = z.strictObject({
  ...common,
  scenario: oneOf(scenarioNames).optional().describe('A scenario of the list. Default: crash.'),
  nodes: nodes.optional(),
})

/** A scenario of one's own. */
export const fileSchema = z.strictObject({
  ...common,
  name: text(100).describe('What the reports call it.'),
  nodes,
  mode: oneOf(['bytes', 'messages']).optional(),
  start: oneOf(['joined', 'bootstrap'])
    .optional()
    .describe('All know all from the beginning, or all join the first one.'),
  settleMs: durationMs.optional().describe('Runs so long before the steps begin.'),
  clockDrift: share
    .optional()
    .describe('Monotonic clocks run up to this share too fast or too slow. Default: 0.'),
  steps: z
    .array(stepSchema, { error: 'a list of steps' })
    .max(10_000, 'at most 10000 steps')
    .optional()
    .describe('What happens, in milliseconds from the beginning of the faults.'),
  safetyMs: durationMs.describe('How long faults last; after that the network is healed.'),
  livenessMs: durationMs.optional().describe('Within so long after that all must agree.'),
  endsAfterMs: durationMs.optional().describe('The run ends so long after the faults.'),
  checkers: z
    .union([z.literal('all'), z.array(oneOf(checkerNames)).readonly()], {
      error: `"all", or a list of ${checkerNames.join(', ')}`,
    })
    .optional()
    .describe('What is looked after. Default: all.'),
  keyValue: flag.optional().describe('Whether members keep a key/value replica, too.'),
})

export type ScenarioFile = z.infer<typeof fileSchema>
export type VariantFile = z.infer<typeof variantSchema>

/** The same for editors, in the file `scenario.schema.json` of the package. */
export function jsonSchema(): object {
  return z.toJSONSchema(z.union([fileSchema, variantSchema]), {
    target: 'draft-7',
    io: 'input',
    reused: 'ref',
  })
}
