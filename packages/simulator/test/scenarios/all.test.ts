import { describe, expect, test } from 'vitest'
import { scenarioText } from '../../src/report/settings-section.ts'
import { readScenario } from '../../src/scenario-file/read.ts'
import { namedScenarios } from '../../src/scenarios/all.ts'
import { simulate } from '../../src/simulate.ts'

const names = namedScenarios.map(({ name }) => name)

describe('The scenarios by name', () => {
  test('are those that the documents promise', () => {
    expect(names).toEqual([
      ...['crash', 'crash-many', 'bootstrap', 'restart-all', 'partition', 'flip-flop'],
      ...['one-way-loss', 'lifeguard-threshold', 'lifeguard-interval', 'spread', 'steady'],
      ...['churn', 'rolling-upgrade', 'pause-gc'],
    ])
    for (const { answers } of namedScenarios) expect(answers).toMatch(/\?$/)
  })

  test.each(namedScenarios)('$name is a valid scenario at 2 and at 500 members', ({ build }) => {
    for (const nodes of [2, 500]) {
      const scenario = build({ nodes, profile: 'lan', settings: {} })
      expect(readScenario(scenarioText(scenario), 'text')).toEqual(scenario)
    }
  })

  test.each(namedScenarios)('$name passes all checkers with 8 members', ({ build }) => {
    const scenario = build({ nodes: 8, profile: 'local', settings: {}, forMs: 30_000 })
    expect(simulate(scenario, 1).violations).toEqual([])
  })
})
