import { type Sink, sizeOf } from '../output/streams.ts'

const control = '\u001b['
/** Terminals that know it show all that is between at once; others pass over it. */
const beginAtOnce = `${control}?2026h`
const endAtOnce = `${control}?2026l`
const hideCursor = `${control}?25l`
const showCursor = `${control}?25h`
const clearLineEnd = `${control}K`
const clearBelow = `${control}J`
const clearAll = `${control}2J${control}H`

/**
 * Redraws lines in place on a terminal: it goes up over what it drew and writes over it, in one
 * write, so that nothing flickers. What was there before stays above.
 */
export class Screen {
  readonly #sink: Sink
  #drawn = 0
  #wasResized = false
  readonly #onResize = () => {
    this.#wasResized = true
  }

  constructor(sink: Sink) {
    this.#sink = sink
    sink.on('resize', this.#onResize)
    sink.write(hideCursor)
  }

  get size(): { readonly columns: number; readonly rows: number } {
    const { columns = 80, rows = 24 } = sizeOf(this.#sink)
    return { columns, rows }
  }

  draw(lines: readonly string[]): void {
    // After a resize, lines may have been wrapped: how many there are is not known any more.
    const back = this.#wasResized
      ? clearAll
      : this.#drawn > 0
        ? `\r${control}${this.#drawn}A`
        : '\r'
    const body = lines.map((line) => `${line}${clearLineEnd}\n`).join('')
    this.#sink.write(`${beginAtOnce}${back}${body}${clearBelow}${endAtOnce}`)
    this.#drawn = lines.length
    this.#wasResized = false
  }

  close(): void {
    this.#sink.off('resize', this.#onResize)
    this.#sink.write(showCursor)
  }
}
