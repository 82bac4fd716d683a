import { figureNames, figures, valueText } from '../results/figures.ts'
import type { Objectives, Outcome } from './candidate.ts'

/** Side by side: a row for each figure, a column for each candidate, which is marked where it is of the Pareto set. */
export function comparisonTable(
  outcomes: readonly Outcome[],
  { rows: objectives }: Objectives,
): { headings: string[]; rows: string[][] } {
  const headings = outcomes.map(({ label }, index) =>
    objectives[index]?.isPareto === true ? `${label} ★` : label,
  )
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
  return { headings: ['FIGURE', ...headings], rows }
}
