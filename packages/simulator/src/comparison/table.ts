import { figureNames, figures, valueText } from '../results/figures.ts'
import { letterOf, type Objectives, type Outcome } from './candidate.ts'

/**
 * Side by side: a row for each figure, a column for each candidate, which is marked where it is of the
 * Pareto set; the columns have letters, which the legend explains.
 */
export function comparisonTable(
  outcomes: readonly Outcome[],
  { rows: objectives }: Objectives,
): { legend: string[]; headings: string[]; rows: string[][] } {
  const headings = outcomes.map((_, index) => {
    const letter = letterOf(index)
    return objectives[index]?.isPareto === true ? `${letter} ★` : letter
  })
  const shown = figureNames.filter((name) =>
    outcomes.some(({ results }) => results.some(({ figure }) => figure === name)),
  )
  const rows = shown.map((name) => [
    figures[name].label,
    ...outcomes.map(({ results }) => {
      const estimate = results.find(({ figure }) => figure === name)?.estimate
      if (estimate === undefined) return '–'
      const half = (estimate.high - estimate.low) / 2
      const { unit } = figures[name]
      const spread = Number.isFinite(half) && half > 0 ? ` ±${valueText(half, unit)}` : ''
      return `${valueText(estimate.value, unit)}${spread}`
    }),
  ])
  const legend = outcomes.map(({ label }, index) => `${letterOf(index)}  ${label}`)
  return { legend, headings: ['FIGURE', ...headings], rows }
}
