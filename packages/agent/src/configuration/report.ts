import type { Settings } from '@hearsay/memberlist'
import { printable } from '../output/printable.ts'
import { addressText } from './address.ts'
import type { Flag, Flags } from './flag.ts'
import { flagName } from './flag.ts'
import { keyId } from './key.ts'
import type { Origin, Resolved } from './resolve.ts'
import { type profiles, settingNames } from './settings.ts'

/** One effective value and where it came from; secrets are told to be there, no more. */
export interface ReportedValue {
  readonly name: string
  readonly value: unknown
  readonly source: string
  readonly label: string
}

const notReported = new Set(['config', 'output', 'color', 'set', 'check'])

export function reportValues<F extends Flags>(flags: F, resolved: Resolved<F>): ReportedValue[] {
  return Object.entries(flags)
    .filter(([key]) => !notReported.has(key))
    .map(([key, flag]) => {
      const origin = resolved.origins[key] ?? { source: 'default', label: 'default' }
      const shown =
        origin.source === 'default'
          ? (flag.defaultText ?? plainValue(flag, flag.initial))
          : plainValue(flag, resolved.values[key])
      return { name: flagName(key), value: shown, source: origin.source, label: origin.label }
    })
}

/** The settings one by one: those of the profile, and those that `--set` replaced. */
export function reportSettings(
  profile: keyof typeof profiles,
  settings: Settings,
  given: Partial<Settings>,
  origin: Origin,
): ReportedValue[] {
  return settingNames().map((name) => {
    const value = settings[name]
    if (name in given) return { name, value, ...origin }
    return { name, value, source: 'profile', label: `profile ${profile}` }
  })
}

function plainValue(flag: Flag<unknown>, value: unknown): unknown {
  if (flag.secret) return hidden(value)
  if (value instanceof Uint8Array) return printable(new TextDecoder().decode(value))
  if (typeof value === 'object' && value !== null && 'host' in value && 'port' in value) {
    const { host, port } = value as { host: string; port: number | undefined }
    return port === undefined ? host : addressText(host, port)
  }
  return value ?? null
}

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(
      (key: unknown) => `(hidden, id ${key instanceof Uint8Array ? keyId(key) : '?'})`,
    )
  }
  return value === undefined ? null : '(hidden)'
}
