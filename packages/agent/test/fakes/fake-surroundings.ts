import { Readable } from 'node:stream'
import type { Sink, Surroundings } from '../../src/output/streams.ts'

/** A stream that keeps what is written to it. */
export class FakeSink implements Sink {
  text = ''
  bytes = Buffer.alloc(0)
  writableLength = 0
  readonly isTTY: boolean
  readonly columns: number | undefined
  readonly rows: number | undefined
  readonly #listeners = new Map<string, ((error: Error) => void)[]>()

  constructor(terminal?: { readonly columns: number; readonly rows: number }) {
    this.isTTY = terminal !== undefined
    this.columns = terminal?.columns
    this.rows = terminal?.rows
  }

  write(text: string | Uint8Array, done?: () => void): boolean {
    this.bytes = Buffer.concat([this.bytes, Buffer.from(text)])
    this.text = this.bytes.toString('utf8')
    done?.()
    return true
  }

  on(event: 'error' | 'resize', listener: (error: Error) => void): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
  }

  off(event: 'error' | 'resize', listener: (error: Error) => void): void {
    const others = (this.#listeners.get(event) ?? []).filter((each) => each !== listener)
    this.#listeners.set(event, others)
  }

  happen(event: 'error' | 'resize', error = new Error(event)): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(error)
  }

  get lines(): string[] {
    return this.text.split('\n').filter((line) => line !== '')
  }
}

export interface FakeSurroundings extends Surroundings {
  readonly stdout: FakeSink
  readonly stderr: FakeSink
}

export function fakeSurroundings(
  options: {
    readonly stdin?: string | Uint8Array
    readonly environment?: Readonly<Record<string, string>>
    readonly terminal?: { readonly columns: number; readonly rows: number }
    readonly interrupted?: AbortSignal
  } = {},
): FakeSurroundings {
  const { stdin, environment = {}, terminal, interrupted } = options
  const input = Readable.from(stdin === undefined ? [] : [Buffer.from(stdin)])
  return {
    stdin: Object.assign(input, { isTTY: stdin === undefined }),
    stdout: new FakeSink(terminal),
    stderr: new FakeSink(),
    environment,
    interrupted: interrupted ?? new AbortController().signal,
  }
}
