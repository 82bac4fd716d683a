import { ageText } from '../output/age.ts'
import { type Sink, sizeOf } from '../output/streams.ts'

const everyMs = 200

/** One line on a terminal that says how far it is and how long it takes still; elsewhere nothing. */
export class ProgressLine {
  readonly #sink: Sink
  readonly #isShown: boolean
  readonly #clock: () => number
  readonly #startedAt: number
  #drawnAt = Number.NEGATIVE_INFINITY
  #width = 0

  constructor(sink: Sink, clock: () => number = () => performance.now()) {
    this.#sink = sink
    this.#isShown = sink.isTTY === true
    this.#clock = clock
    this.#startedAt = clock()
  }

  /** @param share of all that is to be done, 0 … 1 */
  show(share: number, runsDone: number, runs: number): void {
    const now = this.#clock()
    if (!this.#isShown || now - this.#drawnAt < everyMs) return
    this.#drawnAt = now
    const passedMs = now - this.#startedAt
    const leftMs = share > 0 ? (passedMs * (1 - share)) / share : undefined
    // The first moments of a run, when code is still being compiled, say nothing of the rest.
    const left =
      leftMs === undefined || share < 0.02 || passedMs < 2_000 ? '' : `, ${ageText(leftMs)} left`
    this.#draw(`${bar(share)} ${Math.floor(share * 100)} %, ${runsDone} of ${runs} runs${left}`)
  }

  clear(): void {
    if (this.#width > 0) this.#draw('')
    if (this.#width > 0) this.#sink.write('\r')
    this.#width = 0
  }

  #draw(text: string): void {
    const fitted = text.slice(0, Math.max(10, (sizeOf(this.#sink).columns ?? 80) - 1))
    this.#sink.write(`\r${fitted.padEnd(this.#width)}`)
    this.#width = fitted.length
    if (text === '') this.#width = 1
  }
}

const cells = 24

function bar(share: number): string {
  const full = Math.round(share * cells)
  return `[${'█'.repeat(full)}${'░'.repeat(cells - full)}]`
}
