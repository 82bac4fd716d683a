import {
  lan,
  local,
  MemberlistError,
  type SettingDefinition,
  type SettingName,
  type Settings,
  settingDefinitions,
  wan,
} from '@hearsay/memberlist'
import { resolveSettings } from '@hearsay/memberlist/internal'
import { usageFailure } from '../failure.ts'
import { Refusal } from './refusal.ts'

export const profiles = { lan, wan, local } as const
export type ProfileName = keyof typeof profiles
export const profileNames = ['lan', 'wan', 'local'] as const

const definitions: Readonly<Record<string, SettingDefinition>> = settingDefinitions

/** Reads the pairs of `--set`. Ranges are checked here, too, so that a bad one is named as it was given. */
export function readSettings(texts: readonly string[]): Partial<Settings> {
  const settings: Record<string, number | boolean> = {}
  for (const text of texts) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
    const definition = Object.hasOwn(definitions, name) ? definitions[name] : undefined
    if (definition === undefined) {
      throw new Refusal(
        `NAME=VALUE with one of ${Object.keys(definitions).join(', ')}`,
        `"${text}"`,
      )
    }
    settings[name] = readSetting(text, name, value, definition)
  }
  return settings
}

function readSetting(
  text: string,
  name: string,
  value: string,
  definition: SettingDefinition,
): number | boolean {
  if (typeof definition.default === 'boolean') {
    if (value === 'true' || value === 'false') return value === 'true'
    throw new Refusal(`true or false for ${name}`, `"${text}"`)
  }
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = definition
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN
  if (number >= min && number <= max) return number
  throw new Refusal(`a whole number from ${min} to ${max} for ${name}`, `"${text}"`)
}

/** The profile with the single settings over it, checked together. */
export function effectiveSettings(profile: ProfileName, single: Partial<Settings>): Settings {
  try {
    return resolveSettings({ ...profiles[profile](), ...single })
  } catch (error) {
    if (!(error instanceof MemberlistError)) throw error
    const given = Object.entries(single).map(([name, value]) => `--set ${name}=${value}`)
    throw usageFailure(`--profile ${profile} ${given.join(' ')}: ${error.message}`)
  }
}

export function settingNames(): SettingName[] {
  return Object.keys(settingDefinitions) as SettingName[]
}
