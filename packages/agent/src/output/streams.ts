import type { Readable } from 'node:stream'

/** The part of stdout and stderr that is used. Tests give their own. */
export interface Sink {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  readonly rows?: number | undefined
  readonly writableLength: number
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): boolean
  on(event: 'error' | 'resize', listener: (error: Error) => void): unknown
  off(event: 'error' | 'resize', listener: (error: Error) => void): unknown
}

/** What the terminal has room for; a terminal without a size, as a container may have, says 0. */
export function sizeOf({ columns, rows }: Sink): {
  readonly columns: number | undefined
  readonly rows: number | undefined
} {
  return { columns: columns || undefined, rows: rows || undefined }
}

/** All that a command has of the world around it. */
export interface Surroundings {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined }
  readonly stdout: Sink
  readonly stderr: Sink
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Fires at the first SIGINT or SIGTERM; commands that can, end in good order then. */
  readonly interrupted: AbortSignal
}

/** Waits until everything written has gone out: so long, or for a slow reader as long as it takes. */
export function flushed(sink: Sink, patienceMs: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (sink.writableLength === 0) {
      resolve()
      return
    }
    const timer = patienceMs === undefined ? undefined : setTimeout(resolve, patienceMs)
    sink.write('', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
