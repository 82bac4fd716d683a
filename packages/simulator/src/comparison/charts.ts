import type { Chart } from '../report/chart/chart.ts'
import type { Point } from '../report/chart/mark.ts'
import { figures, valueText } from '../results/figures.ts'
import type { Estimate } from '../statistics/estimate.ts'
import { letterOf, type Objective, type Objectives, type Outcome } from './candidate.ts'

type Side = {
  readonly name: 'latency' | 'falsePositives' | 'bytes'
  readonly label: string
  readonly format: (value: number) => string
}

/** The trade-off as three looks at it: each pair of latency, false positives and bytes. */
export function tradeOffCharts(outcomes: readonly Outcome[], objectives: Objectives): Chart[] {
  const { latency } = objectives
  const sides: Side[] = [
    ...(latency === undefined
      ? []
      : [
          {
            name: 'latency',
            label: figures[latency].label,
            format: (value: number) => valueText(value, 'ms'),
          } as const,
        ]),
    {
      name: 'falsePositives',
      label: 'false positives',
      format: (value) => valueText(value, 'count'),
    },
    {
      name: 'bytes',
      label: 'bytes sent by a member',
      format: (value) => valueText(value, 'bytes-per-second'),
    },
  ]
  const pairs = sides.flatMap((x, index) => sides.slice(index + 1).map((y) => [x, y] as const))
  return pairs.map(([x, y]) => tradeOffChart(outcomes, objectives, x, y))
}

function tradeOffChart(
  outcomes: readonly Outcome[],
  { rows }: Objectives,
  x: Side,
  y: Side,
): Chart {
  const points = outcomes.flatMap((_, index) => {
    const row = rows[index]
    return row === undefined ? [] : pointOf(row, letterOf(index), x, y)
  })
  return {
    title: `${capital(x.label)} against ${y.label}`,
    description: `Lower left is better. ${points.map((point) => `${point.label ?? ''}: ${x.format(point.x)}, ${y.format(point.y)}`).join('; ')}.`,
    x: { label: x.label, format: x.format, show: showOf(x) },
    y: { label: y.label, format: y.format, show: showOf(y) },
    marks: [{ kind: 'points', series: 0, name: 'candidate (ringed: of the Pareto set)', points }],
  }
}

/** From nothing on; a count at least to one, since there is no fraction of a failure. */
function showOf({ name }: Side): number[] {
  return name === 'falsePositives' ? [0, 1] : [0]
}

function pointOf(row: Objective, label: string, x: Side, y: Side): Point[] {
  const [ex, ey] = [row[x.name], row[y.name]]
  if (ex === undefined || ey === undefined) return []
  const ranges = { ...interval(ex, 'xLow', 'xHigh'), ...interval(ey, 'yLow', 'yHigh') }
  return [{ x: ex.value, y: ey.value, label, isChosen: row.isPareto, ...ranges }]
}

/** Never below nothing: what is drawn cannot be negative. */
function interval({ low, high }: Estimate, from: 'xLow' | 'yLow', to: 'xHigh' | 'yHigh') {
  return Number.isFinite(low) && low < high ? { [from]: Math.max(0, low), [to]: high } : {}
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}
