import { describe, expect, test } from 'vitest'
import { valueText } from '../../src/results/figures.ts'
import { resultCells, resultsOf } from '../../src/results/results.ts'
import { summarize } from '../../src/results/run-summary.ts'
import { namedScenarios } from '../../src/scenarios/all.ts'
import { simulate } from '../../src/simulate.ts'

describe('A value', () => {
  test.each([
    [0, 'ms', '0 ms'],
    [0.1234, 'ms', '0.123 ms'],
    [12.34, 'ms', '12.3 ms'],
    [1_582, 'ms', '1.58 s'],
    [97_000, 'ms', '97 s'],
    [0.055, 'share', '5.50 %'],
    [540, 'bytes-per-second', '540 B/s'],
    [7_360, 'bytes-per-second', '7.36 kB/s'],
    [12_345, 'count', '12,345'],
    [2.5, 'per-second', '2.50 /s'],
    [Number.POSITIVE_INFINITY, 'ms', '∞'],
  ] as const)('%d in %s is written %s', (value, unit, text) => {
    expect(valueText(value, unit)).toBe(text)
  })
})

describe('The figures of a run', () => {
  const figuresOf = (name: string, nodes: number) => {
    const scenario = namedScenarios
      .find((each) => each.name === name)
      ?.build({ nodes, profile: 'local', settings: {}, forMs: 30_000 })
    if (scenario === undefined) throw new Error(name)
    return summarize(simulate(scenario, 3), scenario)
  }

  test('of a crash are when the first knew, and when all did', () => {
    const { figures, firstDetectionsMs } = figuresOf('crash', 8)
    expect(firstDetectionsMs).toHaveLength(1)
    expect(figures.firstDetectionMs).toBe(firstDetectionsMs[0])
    expect(figures.detectionByAllMs).toBeGreaterThanOrEqual(figures.firstDetectionMs ?? Infinity)
    expect(figures.crashesMissed).toBe(0)
    expect(figures.spreadP50Ms).toBeUndefined()
    expect(figures.bootstrapMs).toBeUndefined()
    expect(figures.convergenceMs).toBeUndefined()
  })

  test('of broadcasts are when half, 99 % and all had them', () => {
    const { figures, spreadCurveMs } = figuresOf('spread', 8)
    expect(figures.spreadMissed).toBe(0)
    expect(figures.spreadP50Ms).toBe(spreadCurveMs[50])
    expect(figures.spreadMaxMs).toBe(spreadCurveMs.at(-1))
    expect(figures.firstDetectionMs).toBeUndefined()
  })

  test('of traffic count only as long as the faults last', () => {
    const { bytesBySecond, figures } = figuresOf('steady', 4)
    expect(bytesBySecond).toHaveLength(30)
    expect(figures.bytesOutMax).toBeGreaterThan(figures.bytesOutMean ?? Infinity)
    expect(figures.bytesInMean).toBeCloseTo(figures.bytesOutMean ?? 0, 0)
  })

  test('that are shares have no interval above all of them', () => {
    const one = figuresOf('steady', 4)
    const runs = [0, 1].map((crashesMissed) => ({ ...one, figures: { crashesMissed } }))
    expect(resultsOf(runs).map(resultCells)).toEqual([
      ['crashes not known to all', '50 %', '0 % … 100 %', '0 %', '100 %', '2'],
    ])
  })

  test('over runs have an interval, one run has none, and nothing is below nothing', () => {
    const one = figuresOf('steady', 4)
    const runs = [0, 0, 9].map((viewChanges) => ({ ...one, figures: { viewChanges } }))
    expect(resultsOf(runs).map(resultCells)).toEqual([
      ['view changes', '3', '0 … 15.9', '0', '9', '3'],
    ])
    expect(resultsOf(runs.slice(0, 1)).map(resultCells)).toEqual([
      ['view changes', '0', '', '0', '0', '1'],
    ])
  })
})
