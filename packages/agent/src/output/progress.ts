import { fit } from './printable.ts'
import { type Sink, sizeOf } from './streams.ts'

/** What is over sooner needs no progress. */
const quietMs = 300
const redrawMs = 200
const clearLine = '\r\u001b[K'

export interface Progress {
  /** What is shown in place of the first text, such as how much is done. */
  update(text: string): void
}

/**
 * Shows on stderr that something takes its time, and takes the line away when it is over. Only on
 * a terminal that can go back in a line; nothing is shown for what is over at once.
 */
export async function withProgress<Result>(
  stderr: Sink,
  environment: Readonly<Record<string, string | undefined>>,
  text: string,
  run: (progress: Progress) => Promise<Result>,
): Promise<Result> {
  const isCapable = stderr.isTTY === true && environment['TERM'] !== 'dumb'
  let current = text
  let isDrawn = false
  const startedAt = performance.now()
  const draw = () => {
    const forMs = performance.now() - startedAt
    if (forMs < quietMs) return
    const line = `${current} … ${Math.floor(forMs / 1_000)} s`
    stderr.write(`${clearLine}${fit(line, (sizeOf(stderr).columns ?? 80) - 1)}`)
    isDrawn = true
  }
  const timer = isCapable ? setInterval(draw, redrawMs) : undefined
  try {
    return await run({
      update: (next) => {
        current = next
      },
    })
  } finally {
    clearInterval(timer)
    if (isDrawn) stderr.write(clearLine)
  }
}
