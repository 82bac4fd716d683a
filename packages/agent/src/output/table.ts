import { type Hue, type Paint, plain } from './color.ts'
import { fit, pad, printable, textWidth } from './printable.ts'

/** One cell: its text, and its colour where it has one. */
export type Cell = string | { readonly text: string; readonly hue: Hue }

export interface TableOptions {
  readonly paint?: Paint
  /** Columns of the terminal; the last column, then the widest ones, give way. Default: no bound. */
  readonly width?: number
}

const gap = 2

/** Lines of a table with a heading, columns aligned, nothing wider than the terminal. */
export function tableLines(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string[] {
  const paint = options.paint ?? plain
  const texts = rows.map((row) => headings.map((_, column) => cellText(row[column] ?? '')))
  const widths = headings.map((heading, column) =>
    Math.max(textWidth(heading), ...texts.map((row) => textWidth(row[column] ?? ''))),
  )
  shrink(widths, options.width ?? Number.POSITIVE_INFINITY)
  const last = headings.length - 1
  const place = (text: string, column: number) => {
    const fitted = fit(text, widths[column] ?? 0)
    return column === last ? fitted : pad(fitted, (widths[column] ?? 0) + gap)
  }
  const lines = [paint('dim', headings.map(place).join('').trimEnd())]
  rows.forEach((row, index) => {
    const cells = headings.map((_, column) => {
      const cell = row[column] ?? ''
      const text = place(texts[index]?.[column] ?? '', column)
      return typeof cell === 'string' ? text : paint(cell.hue, text)
    })
    lines.push(cells.join('').trimEnd())
  })
  return lines
}

function cellText(cell: Cell): string {
  return printable(typeof cell === 'string' ? cell : cell.text)
}

/** Takes from the widest column, one at a time, until the whole fits or nothing more can give. */
function shrink(widths: number[], total: number): void {
  if (Number.isFinite(total))
    widths.forEach((width, at) => {
      widths[at] = Math.min(width, total)
    })
  const taken = () => widths.reduce((sum, width) => sum + width, 0) + gap * (widths.length - 1)
  while (taken() > total) {
    const widest = Math.max(...widths)
    if (widest <= 1) return
    widths[widths.lastIndexOf(widest)] = widest - 1
  }
}
