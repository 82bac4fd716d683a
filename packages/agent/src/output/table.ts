import { type Hue, type Paint, plain } from './color.ts'
import { fit, pad, printable, textWidth } from './printable.ts'

/** One cell: its text, and its colour where it has one. */
export type Cell = string | { readonly text: string; readonly hue: Hue }

export interface TableOptions {
  readonly paint?: Paint
  /**
   * Columns of the terminal; the widest ones give way, and where that leaves them unreadable, the
   * last ones are left out. Default: no bound.
   */
  readonly width?: number
  /** The text of the last column goes on below where it does not fit. */
  readonly wraps?: boolean
}

const gap = 2
/** A column of fewer characters than its text has and than these tells nothing. */
const readable = 8
/** Stands for columns that were left out. */
const more = ' …'

/** Lines of a table with a heading, columns aligned, nothing wider than the terminal. */
export function tableLines(
  headings: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string[] {
  const { paint = plain, width = Number.POSITIVE_INFINITY, wraps = false } = options
  const texts = rows.map((row) => headings.map((_, column) => cellText(row[column] ?? '')))
  const widths = headings.map((heading, column) =>
    Math.max(textWidth(heading), ...texts.map((row) => textWidth(row[column] ?? ''))),
  )
  const shown = headings.slice(0, countFitting(widths, width))
  widths.length = shown.length
  const isCut = shown.length < headings.length
  shrink(widths, isCut ? width - more.length : width)
  const last = shown.length - 1
  const place = (text: string, column: number) => {
    const fitted = fit(text, widths[column] ?? 0)
    return column === last ? fitted : pad(fitted, (widths[column] ?? 0) + gap)
  }
  const lines = [paint('dim', `${shown.map(place).join('').trimEnd()}${isCut ? more : ''}`)]
  rows.forEach((row, index) => {
    const tail = texts[index]?.[last] ?? ''
    const [first = '', ...others] = wraps ? wrapped(tail, widths[last] ?? 0) : [tail]
    const cells = shown.map((_, column) => {
      const cell = row[column] ?? ''
      const text = place(column === last ? first : (texts[index]?.[column] ?? ''), column)
      return typeof cell === 'string' ? text : paint(cell.hue, text)
    })
    lines.push(cells.join('').trimEnd())
    const before = shown.map((_, column) => (column === last ? '' : place('', column))).join('')
    for (const text of others) lines.push(`${before}${place(text, last)}`)
  })
  return lines
}

function cellText(cell: Cell): string {
  return printable(typeof cell === 'string' ? cell : cell.text)
}

/** How many columns, from the first on, can be had so that one can read them; one at the least. */
function countFitting(widths: readonly number[], total: number): number {
  const needs = widths.map((width) => Math.min(width, readable) + gap)
  const sum = (count: number) => needs.slice(0, count).reduce((all, each) => all + each, -gap)
  if (sum(widths.length) <= total) return widths.length
  let count = widths.length - 1
  while (count > 1 && sum(count) + more.length > total) count--
  return Math.max(1, count)
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

/** The text in lines of so many columns, broken at its spaces. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const line = lines.at(-1)
    if (line !== undefined && textWidth(`${line} ${word}`) <= width) {
      lines[lines.length - 1] = `${line} ${word}`
    } else lines.push(word)
  }
  return lines
}
