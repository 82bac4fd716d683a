import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { AgentEvent, MemberJson } from '../http/schemas.ts'

export type Ready = Extract<AgentEvent, { event: 'ready' }>

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Launch {
  /** The program and its first arguments, up to where `agent` follows. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Lines of a child's narration that are kept, to say why it ended. */
const keptLines = 8

/**
 * One agent as a process of its own, and the cluster as that agent sees it. It is not in our
 * process group, so that Ctrl-C reaches it through us alone; when we end in any way, the channel
 * to it closes and it leaves.
 */
export class ChildAgent {
  readonly name: string
  readonly pid: number | undefined
  /** Known members by name; bounded by what the agent itself remembers. */
  readonly view = new Map<string, MemberJson>()
  ready: Ready | undefined
  exit: Exit | undefined
  readonly narration: string[] = []
  readonly exited: Promise<Exit>
  readonly #process: ChildProcess

  constructor(
    launch: Launch,
    name: string,
    flags: readonly string[],
    onEvent: (child: ChildAgent, event: AgentEvent) => void,
  ) {
    this.name = name
    const [program = process.execPath, ...words] = launch.command
    this.#process = spawn(program, [...words, 'agent', '--name', name, '-o', 'ndjson', ...flags], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
      windowsHide: true,
      env: withoutOurs(launch.environment),
    })
    this.pid = this.#process.pid
    this.exited = new Promise((resolve) => {
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        this.exit ??= { code, signal }
        resolve(this.exit)
      }
      // 'close' comes after the last line of its output.
      this.#process.once('close', end)
      this.#process.once('error', (error) => {
        this.#narrate(error.message)
        end(1, null)
      })
    })
    this.#readLines('stdout', (line) => onEvent(this, this.#take(line)))
    this.#readLines('stderr', (line) => this.#narrate(line))
  }

  get isRunning(): boolean {
    return this.exit === undefined
  }

  stop(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.isRunning) this.#process.kill(signal)
  }

  #readLines(stream: 'stdout' | 'stderr', each: (line: string) => void): void {
    const input = this.#process[stream]
    if (input !== null) createInterface({ input }).on('line', each)
  }

  #narrate(line: string): void {
    this.narration.push(line)
    if (this.narration.length > keptLines) this.narration.shift()
  }

  #take(line: string): AgentEvent {
    const event = JSON.parse(line) as AgentEvent
    if (event.event === 'ready') this.ready = event
    if (event.event === 'forget') this.view.delete(event.member.name)
    else if ('member' in event && event.event !== 'conflict') {
      this.view.set(event.member.name, event.member)
    }
    return event
  }
}

/** What configures us must not configure each of them: they would all have one name and port. */
function withoutOurs(environment: Launch['environment']): Record<string, string> {
  const entries = Object.entries(environment).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !entry[0].startsWith('HEARSAY_'),
  )
  return Object.fromEntries(entries)
}
