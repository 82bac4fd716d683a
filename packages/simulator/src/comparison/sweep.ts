import { type Settings, settingDefinitions } from '@hearsay/memberlist'
import type { Scenario } from '../scenario.ts'
import { profiles } from '../scenario-file/read.ts'
import type { Candidate } from './candidate.ts'

/** One setting, and the values that it is to have in turn. */
export interface Sweep {
  readonly setting: keyof Settings
  readonly values: readonly (number | boolean)[]
}

/** No more than a person can look at side by side. */
export const MAX_CANDIDATES = 64

/** Every combination of the values, each as the scenario with those settings. */
export function sweepCandidates(scenario: Scenario, sweeps: readonly Sweep[]): Candidate[] {
  const combinations = sweeps.reduce<Partial<Settings>[]>(
    (made, { setting, values }) =>
      made.flatMap((each) => values.map((value) => ({ ...each, [setting]: value }))),
    [{}],
  )
  return combinations.map((swept) => {
    const all = { ...swept, ...followingTimeout(scenario, swept) }
    return {
      label: pairs(swept).join(' '),
      flags: pairs(all)
        .map((pair) => `--set ${pair}`)
        .join(' '),
      scenario: { ...scenario, settings: { ...scenario.settings, ...all } },
    }
  })
}

function pairs(settings: Partial<Settings>): string[] {
  return Object.entries(settings).map(([name, value]) => `${name}=${value}`)
}

/**
 * The probe time-out must be below the probe interval. Where only the interval is swept, it keeps
 * its proportion to it, as somebody who tunes one would tune the other.
 */
function followingTimeout(scenario: Scenario, swept: Partial<Settings>): Partial<Settings> {
  const isGiven = 'probeTimeoutMs' in swept || 'probeTimeoutMs' in scenario.settings
  if (swept.probeIntervalMs === undefined || isGiven) return {}
  const { probeIntervalMs, probeTimeoutMs } = profiles[scenario.profile]()
  const before = scenario.settings.probeIntervalMs ?? probeIntervalMs
  const scaled = Math.round((probeTimeoutMs * swept.probeIntervalMs) / before)
  return { probeTimeoutMs: Math.max(settingDefinitions.probeTimeoutMs.min, scaled) }
}
