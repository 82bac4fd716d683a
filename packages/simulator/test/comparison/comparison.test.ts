import { describe, expect, test } from 'vitest'
import { objectivesOf, outcomeOf } from '../../src/comparison/candidate.ts'
import { tradeOffCharts } from '../../src/comparison/charts.ts'
import { paretoSet } from '../../src/comparison/pareto.ts'
import { sweepCandidates } from '../../src/comparison/sweep.ts'
import { comparisonTable } from '../../src/comparison/table.ts'
import type { RunFigures } from '../../src/results/figures.ts'
import type { RunSummary } from '../../src/results/run-summary.ts'
import { namedScenarios } from '../../src/scenarios/all.ts'

const crash = namedScenarios[0]?.build({ nodes: 10, profile: 'lan', settings: {} })
if (crash === undefined) throw new Error('There is a first scenario.')

function run(figures: RunFigures, isComplete = true): RunSummary {
  return {
    ...{
      seed: 1,
      hash: '',
      virtualMs: 1,
      complete: isComplete,
      violations: [],
      faults: [],
      figures,
    },
    ...{ firstDetectionsMs: [], detectionsByAllMs: [], spreadCurveMs: [], bytesBySecond: [] },
  }
}

describe('The Pareto set', () => {
  test('has who is best in something, and nobody who is beaten in all', () => {
    expect(
      paretoSet([
        [1, 9],
        [5, 5],
        [9, 1],
        [6, 6],
        [5, 5],
      ]),
    ).toEqual([true, true, true, false, true])
  })

  test('takes a value that is missing for the worst', () => {
    expect(
      paretoSet([
        [1, undefined],
        [2, 3],
        [3, 4],
      ]),
    ).toEqual([true, true, false])
  })
})

describe('A sweep', () => {
  test('is every combination of the values', () => {
    const made = sweepCandidates(crash, [
      { setting: 'gossipNodes', values: [2, 3] },
      { setting: 'indirectChecks', values: [0, 1] },
    ])
    expect(made.map(({ label }) => label)).toEqual([
      'gossipNodes=2 indirectChecks=0',
      'gossipNodes=2 indirectChecks=1',
      'gossipNodes=3 indirectChecks=0',
      'gossipNodes=3 indirectChecks=1',
    ])
    expect(made[3]?.scenario.settings).toEqual({ gossipNodes: 3, indirectChecks: 1 })
  })

  test('of the probe interval alone takes the time-out along, and says so in its flags', () => {
    const [half] = sweepCandidates(crash, [{ setting: 'probeIntervalMs', values: [500] }])
    expect(half?.scenario.settings).toEqual({ probeIntervalMs: 500, probeTimeoutMs: 250 })
    expect(half?.flags).toBe('--set probeIntervalMs=500 --set probeTimeoutMs=250')
  })
})

describe('Settings side by side', () => {
  const of = (label: string, detectionByAllMs: number, falsePositives: number, bytes: number) =>
    outcomeOf({ label, scenario: crash }, [
      run({ detectionByAllMs, falsePositivesAtHealthy: falsePositives, bytesOutMean: bytes }),
    ])
  const outcomes = [of('quick', 1_000, 9, 500), of('slow', 9_000, 0, 100), of('bad', 9_500, 1, 600)]
  const objectives = objectivesOf(outcomes)

  test('are judged by latency, false positives and bytes', () => {
    expect(objectives.latency).toBe('detectionByAllMs')
    expect(objectives.rows.map(({ isPareto }) => isPareto)).toEqual([true, true, false])
  })

  test('are a table whose columns are letters, the Pareto set marked', () => {
    const { legend, headings, rows } = comparisonTable(outcomes, objectives)
    expect(legend).toEqual(['A  quick', 'B  slow', 'C  bad'])
    expect(headings).toEqual(['FIGURE', 'A ★', 'B ★', 'C'])
    expect(rows[0]).toEqual(['detection by all', '1 s', '9 s', '9.50 s'])
  })

  test('are three plots, one for each pair', () => {
    const titles = tradeOffCharts(outcomes, objectives).map(({ title }) => title)
    expect(titles).toEqual([
      'Detection by all against false positives',
      'Detection by all against bytes sent by a member',
      'False positives against bytes sent by a member',
    ])
  })

  test('count runs that were cut short only where there is no other', () => {
    const value = (...runs: RunSummary[]) =>
      outcomeOf({ label: 'x', scenario: crash }, runs).results[0]?.estimate.value
    expect(value(run({ viewChanges: 5 }), run({ viewChanges: 1 }, false))).toBe(5)
    expect(value(run({ viewChanges: 1 }, false))).toBe(1)
  })
})
