import { type Estimate, meanEstimate } from '../statistics/estimate.ts'
import { type FigureName, figureNames, figures, valueText } from './figures.ts'
import type { RunSummary } from './run-summary.ts'

/** One figure over all runs. */
export interface Result {
  readonly figure: FigureName
  /** The mean over the runs, and Student's interval. */
  readonly estimate: Estimate
  readonly least: number
  readonly most: number
}

/** The figures that the runs have, in the order of the table. */
export function resultsOf(runs: readonly RunSummary[]): Result[] {
  return figureNames.flatMap((figure) => {
    const values = runs.flatMap((run) => run.figures[figure] ?? [])
    if (values.length === 0) return []
    const estimate = meanEstimate(values)
    // No figure can be below nothing, and no share above all, whatever the interval of a few runs says.
    const low = Math.max(0, estimate.low)
    const isShare = figures[figure].unit === 'share' && estimate.count > 1
    const high = isShare ? Math.min(1, estimate.high) : estimate.high
    return [
      {
        figure,
        estimate: { ...estimate, low, high },
        least: Math.min(...values),
        most: Math.max(...values),
      },
    ]
  })
}

export const resultHeadings = ['FIGURE', 'MEAN', '95 % INTERVAL', 'LEAST', 'MOST', 'RUNS'] as const

export function resultCells({ figure, estimate, least, most }: Result): string[] {
  const { label, unit } = figures[figure]
  const text = (value: number) => valueText(value, unit)
  return [
    label,
    text(estimate.value),
    intervalText(estimate, text),
    text(least),
    text(most),
    String(estimate.count),
  ]
}

/** One run has no interval, and runs that all say the same need none. */
function intervalText({ low, high, count }: Estimate, text: (value: number) => string): string {
  if (count < 2 || !Number.isFinite(high)) return ''
  return low === high ? 'always' : `${text(low)} … ${text(high)}`
}
