import { ourRules, type Rules, type Settings } from '@hearsay/memberlist/internal'
import type { Network, Scenario } from '../scenario.ts'
import { defaultNetwork } from './network.ts'

/** What a scenario of the list is asked for with. */
export interface ScenarioRequest {
  readonly nodes: number
  readonly profile: Scenario['profile']
  readonly settings: Partial<Settings>
  readonly rules?: Rules
  readonly network?: Partial<Network>
  /** How long faults last, in virtual ms. Left out: `NamedScenario.forMs`. */
  readonly forMs?: number
}

/** A scenario of the list: a question, and the run that answers it. */
export interface NamedScenario {
  readonly name: string
  /** The question that it answers, as a sentence. */
  readonly answers: string
  /** How long faults last where it is not said. */
  readonly forMs: number
  readonly build: (request: ScenarioRequest) => Scenario
}

type Parts = Partial<Scenario> & Pick<Scenario, 'steps'>

/** @param parts what is special about it, given the request and how long it lasts */
export function namedScenario(
  name: string,
  answers: string,
  forMs: number,
  parts: (request: ScenarioRequest, forMs: number) => Parts,
): NamedScenario {
  const build = (request: ScenarioRequest): Scenario => {
    const { nodes, profile, settings, rules = ourRules, network } = request
    const lastsMs = request.forMs ?? forMs
    const special = parts(request, lastsMs)
    return {
      name,
      nodes,
      profile,
      settings,
      rules,
      mode: 'bytes',
      start: 'joined',
      settleMs: 0,
      safetyMs: lastsMs,
      checkers: 'all',
      ...special,
      network: { ...defaultNetwork, ...special.network, ...network },
    }
  }
  return { name, answers, forMs, build }
}

/** So many members that the share comes out, at least one and never all. */
export function shareOf(nodes: number, share: number): number {
  return Math.max(1, Math.min(nodes - 1, Math.round(nodes * share)))
}
