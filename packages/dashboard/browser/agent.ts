import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'

const path = (name: string): string => fileURLToPath(new URL(`../../../${name}`, import.meta.url))

interface Ready {
  readonly gossip: string
  readonly http: string
}

/** Failures are noticed soon, but a suspect has time enough to be seen. */
const quick = [
  ...['--profile', 'local', '-o', 'ndjson', '--log-level', 'error'],
  ...['--set', 'probeIntervalMs=400', '--set', 'probeTimeoutMs=300'],
  ...['--set', 'suspicionMultiplier=12', '--set', 'gossipIntervalMs=50'],
]

/** A `hearsay agent` process, run on the sources. */
export class Agent {
  readonly name: string
  readonly flags: readonly string[]
  readonly gossip: string
  /** Its address for a browser. */
  readonly url: string
  readonly #process: ChildProcessByStdio<null, Readable, Readable>

  private constructor(
    name: string,
    flags: readonly string[],
    process: ChildProcessByStdio<null, Readable, Readable>,
    ready: Ready,
  ) {
    this.name = name
    this.flags = flags
    this.gossip = ready.gossip
    this.url = `http://${ready.http}`
    this.#process = process
  }

  /** Runs one until it is ready. Its ports are free ones unless flags say otherwise. */
  static async start(name: string, ...flags: string[]): Promise<Agent> {
    const ports = ['--bind', '127.0.0.1:0', '--http', '127.0.0.1:0']
    const words = ['--import', path('scripts/typescript.mjs'), path('packages/agent/src/main.ts')]
    const child = spawn(
      process.execPath,
      [...words, 'agent', '--name', name, ...ports, ...quick, ...flags],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const narration: string[] = []
    child.stderr.setEncoding('utf8').on('data', (text: string) => narration.push(text))
    const ready = await new Promise<Ready>((resolve, reject) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as Ready & { event: string }
        if (event.event === 'ready') resolve(event)
      })
      child.once('close', () => reject(new Error(`${name} ended: ${narration.join('')}`)))
    })
    return new Agent(name, flags, child, ready)
  }

  /** The same member again, at the same addresses. */
  restart(): Promise<Agent> {
    const http = this.url.replace('http://', '')
    const places = ['--bind', this.gossip, '--http', http]
    return Agent.start(this.name, ...this.flags, ...places)
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.kill(signal)
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const ended = new Promise((resolve) => this.#process.once('close', resolve))
    this.#process.kill('SIGKILL')
    await ended
  }

  call(route: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}/v1/${route}`, init)
  }
}

/** Agents that know each other. */
export class Cluster {
  agents: readonly Agent[] = []

  async start(names: readonly string[], ...flags: string[]): Promise<readonly Agent[]> {
    const [first = '', ...rest] = names
    const seed = await Agent.start(first, ...flags)
    this.agents = [seed]
    const others = rest.map((name) => Agent.start(name, '--join', seed.gossip, ...flags))
    this.agents = [seed, ...(await Promise.all(others))]
    return this.agents
  }

  add(agent: Agent): Agent {
    this.agents = [...this.agents, agent]
    return agent
  }

  async stop(): Promise<void> {
    await Promise.all(this.agents.map((agent) => agent.kill()))
  }
}
