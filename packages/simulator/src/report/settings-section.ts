import { type Settings, settingDefinitions } from '@hearsay/memberlist'
import { ourRules, resolveSettings } from '@hearsay/memberlist/internal'
import type { Outcome } from '../comparison/candidate.ts'
import type { Scenario } from '../scenario.ts'
import { profiles } from '../scenario-file/read.ts'
import { markup } from './chart/svg.ts'

/** Every setting that the runs had, those that differ from the profile or between candidates marked. */
export function settingsSection(outcomes: readonly Outcome[]): string {
  const all = outcomes.map(({ scenario }) => effectiveSettings(scenario))
  const names = Object.keys(settingDefinitions) as (keyof Settings)[]
  const rows = names.map((name) => {
    const own = outcomes.some(({ scenario }) => scenario.settings[name] !== undefined)
    const cells = all.map((settings) => `<td>${String(settings[name])}</td>`).join('')
    const title = own ? `<strong>${name}</strong> ●` : name
    const { meaning } = settingDefinitions[name]
    return `<tr${own ? ' class="own"' : ''}><th scope="row">${title}<small>${markup(meaning)}</small></th>${cells}</tr>`
  })
  const heads = outcomes.map(({ label }) => `<th scope="col">${markup(label)}</th>`).join('')
  const changed = changedText(outcomes)
  return `<section><h2>Settings</h2><p>${changed}</p>
<details><summary>All settings</summary><p>● set for this run, the others are those of the profile.</p><div class="scroll" tabindex="0" role="region" aria-label="Settings"><table><thead><tr><th scope="col">SETTING</th>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div></details>
<details><summary>The scenario as a file</summary><pre tabindex="0">${markup(outcomes.map(({ scenario }) => scenarioText(scenario)).join('\n'))}</pre></details></section>`
}

export function effectiveSettings({ profile, settings }: Scenario): Settings {
  return resolveSettings({ ...profiles[profile](), ...settings })
}

/** As it can be given to `--scenario`. */
export function scenarioText(scenario: Scenario): string {
  const { rules, ...others } = scenario
  const isOurs = JSON.stringify(rules) === JSON.stringify(ourRules)
  return JSON.stringify(isOurs ? others : { ...others, rules }, null, 2)
}

function changedText(outcomes: readonly Outcome[]): string {
  const [first] = outcomes
  if (first === undefined) return ''
  const { nodes, profile, network } = first.scenario
  const own = Object.entries(first.scenario.settings).map(([name, value]) => `${name} ${value}`)
  const parts = [
    `${nodes} members`,
    `profile ${profile}`,
    ...(outcomes.length === 1 ? own : []),
    `loss ${network.loss * 100} %`,
    `delay ${JSON.stringify(network.delayMs)} ms`,
  ]
  return markup(`${parts.join(', ')}.`)
}
