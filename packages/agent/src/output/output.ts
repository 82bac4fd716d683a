import { type ColorChoice, choosePaint, type Paint } from './color.ts'
import { type Sink, type Surroundings, sizeOf } from './streams.ts'
import { type Cell, type TableOptions, tableLines } from './table.ts'

export const formats = ['table', 'json', 'ndjson'] as const
export type Format = (typeof formats)[number]

export interface OutputChoices {
  /** What `-o` says; without it a table on a terminal, else json, or ndjson for a stream. */
  readonly format: Format | undefined
  readonly color: ColorChoice
}

/** Data goes to stdout through this, narration to stderr. */
export class Output {
  readonly format: Format
  /** Whether stdout is read by a person. */
  readonly isTerminal: boolean
  readonly paint: Paint
  /** Colour for what goes to stderr. */
  readonly narrationPaint: Paint
  readonly #stdout: Sink
  readonly #stderr: Sink

  constructor(surroundings: Surroundings, choices: OutputChoices, kind: 'answer' | 'stream') {
    const { stdout, stderr, environment } = surroundings
    this.#stdout = stdout
    this.#stderr = stderr
    const isTerminal = stdout.isTTY === true
    this.isTerminal = isTerminal
    const piped: Format = kind === 'stream' ? 'ndjson' : 'json'
    this.format = choices.format ?? (isTerminal ? 'table' : piped)
    this.paint = choosePaint(choices.color, isTerminal, environment)
    this.narrationPaint = choosePaint(choices.color, stderr.isTTY === true, environment)
  }

  line(text: string): void {
    this.#stdout.write(`${text}\n`)
  }

  /** Bytes as they are, nothing added. */
  bytes(bytes: Uint8Array): void {
    this.#stdout.write(bytes)
  }

  lines(texts: readonly string[]): void {
    for (const text of texts) this.line(text)
  }

  /** One answer, or one object of a stream, as JSON on a line of its own. */
  json(value: unknown): void {
    this.line(JSON.stringify(value))
  }

  narrate(text: string): void {
    this.#stderr.write(`${text}\n`)
  }

  table(
    headings: readonly string[],
    rows: readonly (readonly Cell[])[],
    more: Pick<TableOptions, 'wraps'> = {},
  ): void {
    const width = this.#stdout.isTTY === true ? sizeOf(this.#stdout).columns : undefined
    const options = { ...more, paint: this.paint, ...(width !== undefined && { width }) }
    this.lines(tableLines(headings, rows, options))
  }

  /** A list in each of the formats: a table, one JSON array, or an object a line. */
  list<Item>(
    items: readonly Item[],
    headings: readonly string[],
    cells: (item: Item) => readonly Cell[],
    more: Pick<TableOptions, 'wraps'> = {},
  ): void {
    if (this.format === 'json') this.line(JSON.stringify(items, null, 2))
    else if (this.format === 'ndjson') for (const item of items) this.json(item)
    else this.table(headings, items.map(cells), more)
  }

  /** A single answer: readable lines as the table, else the object. */
  answer(value: object, lines: readonly string[]): void {
    if (this.format === 'json') this.line(JSON.stringify(value, null, 2))
    else if (this.format === 'ndjson') this.json(value)
    else this.lines(lines)
  }
}
