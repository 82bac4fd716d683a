import {
  goRules,
  ourRules,
  type Rules,
  type Settings,
  swimRules,
} from '@hearsay/memberlist/internal'
import type { Scenario } from '../scenario.ts'
import { defaultNetwork } from '../scenarios/network.ts'

/** Whose rules: the three that tables hold against each other. */
export const ruleSets = { swim: swimRules, go: goRules, ours: ourRules } as const
export type RuleSet = keyof typeof ruleSets
export const ruleSetNames: Readonly<Record<RuleSet, string>> = {
  swim: 'SWIM',
  go: "Go's rules",
  ours: 'ours',
}

/** What Go has by settings: no attempts to reach failed members, no share for user messages. */
export const goSettings: Partial<Settings> = { reconnectIntervalMs: 0, userMessageShare: 0 }

export function settingsOfRules(rules: RuleSet): Partial<Settings> {
  return rules === 'ours' ? {} : goSettings
}

/** A run that is only measured: it ends when its steps do, and no checker looks. */
export function bareScenario(
  nodes: number,
  safetyMs: number,
  parts: Partial<Scenario> & { readonly rules: Rules },
): Scenario {
  return {
    name: 'experiment',
    nodes,
    profile: 'lan',
    settings: {},
    mode: 'bytes',
    network: defaultNetwork,
    start: 'joined',
    settleMs: 0,
    steps: [],
    safetyMs,
    livenessMs: 0,
    checkers: [],
    ...parts,
  }
}
