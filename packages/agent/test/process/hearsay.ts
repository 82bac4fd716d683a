import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { AgentEvent } from '../../src/http/schemas.ts'

const fromSources = fileURLToPath(new URL('../../../../scripts/typescript.mjs', import.meta.url))
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

type Event = AgentEvent['event']
/** The event of that name; several names may share a shape. */
type Named<Name extends Event, Each = AgentEvent> = Each extends { event: infer Names }
  ? Name extends Names
    ? Each & { event: Name }
    : never
  : never

/** A `hearsay` process, run on the sources. It is killed when the test is over, and gone before what it wrote into is removed. */
export class Hearsay {
  readonly events: AgentEvent[] = []
  readonly ended: Promise<number | string>
  stderr = ''
  readonly #process: ChildProcessByStdio<null, Readable, Readable>
  readonly #waiting = new Set<() => void>()

  constructor(...words: string[]) {
    const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('HEARSAY_'))
    this.#process = spawn(process.execPath, ['--import', fromSources, main, ...words], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: Object.fromEntries(environment),
    })
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.events.push(JSON.parse(line) as AgentEvent)
      for (const look of this.#waiting) look()
    })
    this.#process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
      for (const look of this.#waiting) look()
    })
    this.ended = new Promise((resolve) => {
      this.#process.once('close', (code, signal) => {
        resolve(code ?? signal ?? 'nothing')
        for (const look of this.#waiting) look()
      })
    })
    const exited = once(this.#process, 'exit')
    onTestFinished(async () => {
      this.#process.kill('SIGKILL')
      await exited
    })
  }

  get pid(): number {
    return this.#process.pid ?? 0
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  /** The first event of that name that fits; it may have been told already. */
  event<Name extends Event>(
    name: Name,
    fits: (event: Named<Name>) => boolean = () => true,
  ): Promise<Named<Name>> {
    const isOne = (event: AgentEvent): event is Named<Name> => event.event === name
    return this.#until(name, () => this.events.filter(isOne).find(fits))
  }

  narrated(text: string): Promise<true> {
    return this.#until(text, () => this.stderr.includes(text) || undefined)
  }

  #until<Thing>(what: string, find: () => Thing | undefined): Promise<Thing> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = find()
        if (found !== undefined) resolve(found)
        else if (this.#process.exitCode !== null || this.#process.signalCode !== null) {
          reject(new Error(`It ended before "${what}" came:\n${this.stderr}`))
        } else return
        this.#waiting.delete(look)
      }
      this.#waiting.add(look)
      look()
    })
  }
}

/** Any free ports, and failures noticed soon. */
const quick = [
  ...['--bind', '127.0.0.1:0', '--http', '127.0.0.1:0', '--profile', 'local'],
  ...['--set', 'probeIntervalMs=300', '--set', 'probeTimeoutMs=250'],
]

export function agent(...words: string[]): Hearsay {
  return new Hearsay('agent', ...quick, ...words)
}

/** A command to its end: its exit code, and what it wrote. */
export async function hearsay(...words: string[]) {
  const ran = new Hearsay(...words)
  const exitCode = await ran.ended
  return { exitCode, stdout: ran.events, stderr: ran.stderr }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
