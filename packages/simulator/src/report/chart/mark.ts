/** A point, with the interval that the true value lies in. */
export interface Point {
  readonly x: number
  readonly y: number
  readonly xLow?: number
  readonly xHigh?: number
  readonly yLow?: number
  readonly yHigh?: number
  readonly label?: string
  /** Marked out among the others, such as a member of the Pareto set. */
  readonly isChosen?: boolean
}

/** What is drawn. `series` from 0 decides colour, shape and dashes. */
export type Mark =
  | {
      readonly kind: 'line'
      readonly series: number
      readonly name?: string
      readonly points: readonly (readonly [x: number, y: number])[]
    }
  | {
      readonly kind: 'band'
      readonly series: number
      readonly points: readonly (readonly [x: number, low: number, high: number])[]
    }
  | {
      readonly kind: 'points'
      readonly series: number
      readonly name?: string
      readonly points: readonly Point[]
    }
  /** A value to compare with, across the whole chart. */
  | { readonly kind: 'rule'; readonly axis: 'x' | 'y'; readonly at: number; readonly label: string }

/** All values that marks have on one axis. */
export function extentOf(marks: readonly Mark[], axis: 'x' | 'y'): number[] {
  return marks.flatMap((mark) => (axis === 'x' ? valuesOnX(mark) : valuesOnY(mark)))
}

function valuesOnX(mark: Mark): number[] {
  switch (mark.kind) {
    case 'line':
    case 'band':
      return mark.points.map(([x]) => x)
    case 'points':
      return mark.points.flatMap(({ x, xLow = x, xHigh = x }) => [x, xLow, xHigh])
    case 'rule':
      return mark.axis === 'x' ? [mark.at] : []
  }
}

function valuesOnY(mark: Mark): number[] {
  switch (mark.kind) {
    case 'line':
      return mark.points.map(([, y]) => y)
    case 'band':
      return mark.points.flatMap(([, low, high]) => [low, high])
    case 'points':
      return mark.points.flatMap(({ y, yLow = y, yHigh = y }) => [y, yLow, yHigh])
    case 'rule':
      return mark.axis === 'y' ? [mark.at] : []
  }
}
