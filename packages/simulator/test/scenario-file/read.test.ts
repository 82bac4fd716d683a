import { readFileSync } from 'node:fs'
import { goRules, ourRules } from '@hearsay/memberlist/internal'
import { describe, expect, test } from 'vitest'
import { readScenario, ScenarioError, scenarioFrom } from '../../src/scenario-file/read.ts'
import { jsonSchema } from '../../src/scenario-file/schema.ts'
import { drawScenario } from '../../src/swarm/draw-scenario.ts'

const least = { name: 'mine', nodes: 20, safetyMs: 60_000 }

describe('A scenario file', () => {
  test('needs a name, members and how long; all else has a default', () => {
    const scenario = readScenario(JSON.stringify(least), 'a.json')
    expect(scenario).toMatchObject({
      ...least,
      profile: 'lan',
      settings: {},
      start: 'joined',
      steps: [],
      checkers: 'all',
      network: { loss: 0, delayMs: [0.25, 0.75] },
    })
    expect(scenario.rules).toEqual(ourRules)
  })

  test('may name a set of rules, or switch single ones', () => {
    expect(scenarioFrom({ ...least, rules: 'go' }, 'a').rules).toEqual(goRules)
    expect(scenarioFrom({ ...least, rules: { buddySystem: false } }, 'a').rules).toEqual({
      ...ourRules,
      buddySystem: false,
    })
  })

  test('takes back whatever a seed of the swarm draws, unchanged', () => {
    for (let seed = 0; seed < 100; seed++) {
      const drawn = JSON.parse(JSON.stringify(drawScenario(seed))) as object
      expect(scenarioFrom(drawn, 'drawn')).toEqual(drawn)
    }
  })

  test('may be a scenario of the list with other settings; what is said over it counts', () => {
    const settings = { suspicionMultiplier: 5 }
    const file = { scenario: 'crash-many', nodes: 200, settings, rules: 'go' }
    const many = scenarioFrom(file, 'a')
    expect(many).toMatchObject({ name: 'crash-many', nodes: 200, settings, rules: goRules })
    expect(many.steps).toEqual([expect.objectContaining({ do: 'crash', who: { draw: 20 } })])
    const over = { nodes: 50, settings: { gossipNodes: 4 }, network: { loss: 0.1 }, forMs: 9_000 }
    const fewer = scenarioFrom(file, 'a', over)
    expect(fewer.settings).toEqual({ ...settings, gossipNodes: 4 })
    expect(fewer.steps).toEqual([expect.objectContaining({ who: { draw: 5 } })])
    expect(fewer).toMatchObject({ network: { loss: 0.1 }, safetyMs: 9_000 })
    expect(scenarioFrom({ settings }, 'a')).toMatchObject({ name: 'crash', nodes: 100, settings })
  })

  test('of its own takes what is said over it', () => {
    const over = { nodes: 30, profile: 'wan', settings: { gossipNodes: 4 }, forMs: 9_000 } as const
    const file = { ...least, settings: { gossipNodes: 2, indirectChecks: 1 } }
    expect(scenarioFrom(file, 'a', over)).toMatchObject({
      ...{ name: 'mine', nodes: 30, profile: 'wan', safetyMs: 9_000 },
      settings: { gossipNodes: 4, indirectChecks: 1 },
    })
  })

  const step = (each: object) => ({ ...least, steps: [each] })
  test.each<[string, unknown, string]>([
    ['no object', [], 'it is []; it must be one JSON object.'],
    [
      'a missing field',
      { name: 'x', nodes: 3 },
      'safetyMs is missing; it must be milliseconds from 0 to 604800000 (a week).',
    ],
    [
      'too few members',
      { ...least, nodes: 1 },
      'nodes is 1; it must be a whole number from 2 to 100000.',
    ],
    ['an unknown field', { ...least, node: 3 }, '"node" is unknown.'],
    [
      'an unknown scenario of the list',
      { scenario: 'crush' },
      'scenario is "crush"; it must be one of crash, crash-many, bootstrap, restart-all, partition, flip-flop, one-way-loss, lifeguard-threshold, lifeguard-interval, spread, steady, churn, rolling-upgrade, pause-gc.',
    ],
    [
      'a setting where it does not belong',
      { gossipNodes: 3 },
      '"gossipNodes" is unknown; it is a setting, and those go into "settings".',
    ],
    [
      'an unknown setting',
      { ...least, settings: { probeMs: 3 } },
      'settings has "probeMs", which is unknown.',
    ],
    [
      'a setting out of range',
      { ...least, settings: { gossipNodes: 999 } },
      'settings.gossipNodes is 999; it must be a whole number from 0 to 255.',
    ],
    [
      'settings that do not go together',
      { ...least, settings: { probeTimeoutMs: 2_000 } },
      'settings.probeTimeoutMs is 2000; it must be less than probeIntervalMs (1000).',
    ],
    [
      'a share above one',
      { ...least, network: { loss: 5 } },
      'network.loss is 5; it must be a share from 0 to 1, such as 0.05 for 5 %.',
    ],
    [
      'an unknown profile',
      { ...least, profile: 'LAN' },
      'profile is "LAN"; it must be one of lan, wan, local.',
    ],
    [
      'an unknown step',
      step({ at: 1, do: 'explode' }),
      'steps[0].do is "explode"; it must be one of crash, restart-all, pause',
    ],
    [
      'a step with a field of another',
      step({ at: 1, do: 'join', count: 2, who: 'all' }),
      'steps[0] has "who", which is unknown; "join" takes at, do, count.',
    ],
    [
      'a choice that is none',
      step({ at: 1, do: 'crash', who: 'some' }),
      'steps[0].who is "some"; it must be "all", {"draw": 3}',
    ],
    [
      'a member that does not exist',
      step({ at: 1, do: 'crash', who: [20] }),
      'steps[0].who[0] is 20; members are numbered from 0 to 19.',
    ],
    [
      'more members drawn than there are',
      step({ at: 1, do: 'crash', who: { draw: 21 } }),
      'steps[0].who.draw is 21; there are 20 members.',
    ],
    [
      'a step after the end',
      step({ at: 60_001, do: 'join', count: 1 }),
      'steps[0].at is 60001; it must be within safetyMs (60000), when faults end.',
    ],
    [
      'a range upside down',
      step({ at: [9, 1], do: 'join', count: 1 }),
      'steps[0].at is [9,1]; it must be [from, to] with from not above to, each in milliseconds.',
    ],
    ['an unknown checker', { ...least, checkers: ['luck'] }, 'checkers'],
  ])('is refused with one sentence: %s', (_, value, sentence) => {
    const refuse = () => scenarioFrom(value, 'a.json')
    expect(refuse).toThrow(ScenarioError)
    expect(refuse).toThrow(`a.json: ${sentence}`)
  })

  test('that is not JSON is refused with what the parser says', () => {
    expect(() => readScenario('{"name": }', 'a.json')).toThrow(/^a\.json is not JSON: /)
  })
})

describe('The schema for editors', () => {
  test('in the package is the one that files are read by', () => {
    const path = new URL('../../scenario.schema.json', import.meta.url)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(JSON.parse(JSON.stringify(jsonSchema())))
  })
})
