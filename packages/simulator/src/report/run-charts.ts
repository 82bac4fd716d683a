import type { Outcome } from '../comparison/candidate.ts'
import { valueText } from '../results/figures.ts'
import type { RunSummary } from '../results/run-summary.ts'
import type { Chart } from './chart/chart.ts'
import type { Mark } from './chart/mark.ts'

const time = (value: number) => valueText(value, 'ms')
const percent = (value: number) => valueText(value, 'share')
const bytes = (value: number) => valueText(value, 'bytes-per-second')

/** The plots that the runs have something for. */
export function runCharts(outcomes: readonly Outcome[]): Chart[] {
  return [detectionChart(outcomes), spreadChart(outcomes), trafficChart(outcomes)].filter(
    (chart) => chart !== undefined,
  )
}

/** Six series can be told apart; further candidates are in the table. */
const SERIES = 6

function detectionChart(outcomes: readonly Outcome[]): Chart | undefined {
  const single = outcomes.length === 1
  const marks = outcomes.slice(0, SERIES).flatMap(({ label, runs }, index): Mark[] => {
    const first = runs.flatMap((run) => run.firstDetectionsMs)
    const all = runs.flatMap((run) => run.detectionsByAllMs)
    if (single) {
      return [
        cumulative('by the first member', 0, first),
        cumulative('by all members', 1, all),
      ].flatMap((mark) => mark ?? [])
    }
    return [cumulative(label, index, all)].flatMap((mark) => mark ?? [])
  })
  if (marks.length === 0) return undefined
  return {
    title: single ? 'How soon crashes are detected' : 'How soon crashes are detected by all',
    description: 'Share of the crashes that were detected within the time on the horizontal axis.',
    x: { label: 'time since the crash', format: time, show: [0] },
    y: { label: 'share of the crashes', format: percent, show: [0, 1] },
    marks,
  }
}

/** The share of values up to each value, as a staircase. */
function cumulative(name: string, series: number, values: readonly number[]): Mark | undefined {
  if (values.length === 0) return undefined
  const sorted = Float64Array.from(values).sort()
  const points: [number, number][] = [[0, 0]]
  sorted.forEach((value, index) => {
    points.push([value, index / sorted.length], [value, (index + 1) / sorted.length])
  })
  return { kind: 'line', name, series, points }
}

function spreadChart(outcomes: readonly Outcome[]): Chart | undefined {
  const marks = outcomes.slice(0, SERIES).flatMap(({ label, runs }, series): Mark[] => {
    const curves = runs.map(({ spreadCurveMs }) => spreadCurveMs).filter((each) => each.length > 1)
    const [first] = curves
    if (first === undefined) return []
    const points = first.map((_, index): [number, number] => {
      const sum = curves.reduce((total, curve) => total + (curve[index] ?? 0), 0)
      return [sum / curves.length, index / (first.length - 1)]
    })
    return [{ kind: 'line', series, points, ...(outcomes.length > 1 ? { name: label } : {}) }]
  })
  if (marks.length === 0) return undefined
  return {
    title: 'How a broadcast spreads',
    description: 'Share of the members that have a broadcast, by the time since it was sent.',
    x: { label: 'time since it was sent', format: time, show: [0] },
    y: { label: 'share of the members', format: percent, show: [0, 1] },
    marks,
  }
}

function trafficChart(outcomes: readonly Outcome[]): Chart | undefined {
  const single = outcomes.length === 1
  const marks = outcomes.slice(0, SERIES).flatMap(({ label, runs }, series): Mark[] => {
    const average = bySecond(runs, 'mean')
    if (average.length === 0) return []
    if (!single) return [{ kind: 'line', series, name: label, points: average }]
    return [
      { kind: 'line', series: 0, name: 'mean of the members', points: average },
      { kind: 'line', series: 1, name: 'the busiest member', points: bySecond(runs, 'max') },
    ]
  })
  if (marks.length === 0) return undefined
  return {
    title: 'What a member sends and receives',
    description: 'Bytes per second, sent and received together, over the time of the run.',
    x: { label: 'time of the run', format: time, show: [0] },
    y: { label: 'bytes per second', format: bytes, show: [0] },
    marks,
  }
}

/** Over the runs: the mean of the means, or the most of the most. */
function bySecond(runs: readonly RunSummary[], field: 'mean' | 'max'): [number, number][] {
  const seconds = Math.min(...runs.map(({ bytesBySecond }) => bytesBySecond.length))
  if (!Number.isFinite(seconds)) return []
  return Array.from({ length: seconds }, (_, second) => {
    const values = runs.map((run) => run.bytesBySecond[second]?.[field] ?? 0)
    const sum = values.reduce((total, value) => total + value, 0)
    return [second * 1_000, field === 'max' ? Math.max(...values) : sum / runs.length]
  })
}
