import { simulate } from '@hearsay/simulator'
import { exitCodes, usageFailure } from '../failure.ts'
import { scenarioOf } from '../sim/plan.ts'
import { MAX_SEED, scenarioFlags } from '../sim/sim-flags.ts'
import { command, outputOf } from './command.ts'

export const simReplayCommand = command({
  name: 'sim replay',
  summary: 'run seeds again exactly, and show what led to a failed checker',
  description:
    'The same version, scenario and seed give the same run to the byte; the hash over all of its events says so. Give the flags that the run had.',
  operands: [{ form: '<seed...>', meaning: 'seeds, as `hearsay sim` told them' }],
  flags: scenarioFlags,
  examples: [
    ['hearsay sim replay 4711', 'the default scenario with that seed'],
    ['hearsay sim replay 4711 --scenario churn --nodes 30', 'one of another scenario'],
  ],
  run: (invocation) => {
    const { values, operands } = invocation
    const output = outputOf(invocation)
    const scenario = scenarioOf(values)
    let hasFailed = false
    const results = operands.map(readSeed).map((seed) => {
      output.narrate(`seed ${seed}`)
      const result = simulate(scenario, seed, { stopAtViolation: false })
      const { hash, events, virtualMs, violations, faults } = result
      hasFailed ||= violations.length > 0
      return { seed, hash, events, virtualMs, violations, faults }
    })
    output.list(results, ['SEED', 'HASH', 'EVENTS', 'CHECKERS'], (each) => [
      String(each.seed),
      each.hash,
      String(each.events),
      each.violations.length === 0
        ? 'content'
        : each.violations.map(({ checker }) => checker).join(', '),
    ])
    return Promise.resolve(hasFailed ? exitCodes.failed : exitCodes.done)
  },
})

function readSeed(text: string): number {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (seed <= MAX_SEED) return seed
  throw usageFailure(`The seed got "${text}"; it takes a whole number from 0 to ${MAX_SEED}.`)
}
