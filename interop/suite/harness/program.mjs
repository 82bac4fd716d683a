import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { EventLog } from './events.mjs'

/** A program that runs until it is stopped, and what it says line by line. */
export class Program {
  /** The system's, whatever it is. */
  release = 'Debian'
  log
  #process
  #ended

  constructor(path, given, name) {
    this.name = name
    this.log = new EventLog(name)
    this.#process = spawn(path, given, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const output of [this.#process.stdout, this.#process.stderr]) {
      createInterface({ input: output }).on('line', (line) => this.log.push({ type: 'log', line }))
    }
    this.#ended = once(this.#process, 'close')
  }

  get lines() {
    return this.log.events.map(({ line }) => line)
  }

  says(pattern, options = {}) {
    const { timeoutMs, from } = options
    return this.log.waitFor(`line ${pattern}`, ({ line }) => pattern.test(line), timeoutMs, from)
  }

  async stop(signal = 'SIGTERM') {
    this.#process.kill(signal)
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 5_000)
    await this.#ended
    clearTimeout(timer)
  }
}

/** A port that was free a moment ago, for programs that cannot take any. */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
