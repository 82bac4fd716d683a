// A process under measurement, or one that measures: a JSON object a line each way.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { buildGo, buildLibrary } from './build.mjs'

const nodeProgram = fileURLToPath(new URL('member.mjs', import.meta.url))

export class Process {
  #child
  #waiting = []
  #ended
  #errors = ''

  /** The Go program, with so many threads that run Go code at a time. */
  static go(threads) {
    const env = threads === undefined ? process.env : { ...process.env, GOMAXPROCS: `${threads}` }
    return Process.#start(buildGo(), [], env)
  }

  /**
   * Ours in plain Node. `library` is the folder of another build of it; with `profile`, a folder,
   * the process leaves a CPU profile there when it ends.
   */
  static node({ library, profile, flags = [] } = {}) {
    const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`]
    const all = [...flags, ...profiling, nodeProgram, buildLibrary(library)]
    return Process.#start(process.execPath, all, process.env)
  }

  static async #start(path, flags, env) {
    const started = new Process(spawn(path, flags, { env, stdio: ['pipe', 'pipe', 'pipe'] }))
    started.about = await started.#answer('start')
    return started
  }

  /** @private */
  constructor(child) {
    this.#child = child
    child.stdin.on('error', () => {})
    child.stderr.on('data', (chunk) => {
      this.#errors = (this.#errors + chunk).slice(-4000)
    })
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { op, resolve, reject } = this.#waiting.shift()
      const { result, error } = JSON.parse(line)
      if (error === undefined) resolve(result)
      else reject(new Error(`${op}: ${error}`))
    })
    this.#ended = once(child, 'close').then(([code, signal]) => {
      const failure = new Error(`the process has ended (${code ?? signal})\n${this.#errors}`)
      for (const { reject } of this.#waiting.splice(0)) reject(failure)
    })
  }

  call(op, given = {}) {
    this.#child.stdin.write(`${JSON.stringify({ op, ...given })}\n`)
    return this.#answer(op)
  }

  /** CPU used so far, user and system, in microseconds. */
  async cpuUs() {
    const { userUs, systemUs } = await this.call('cpu')
    return userUs + systemUs
  }

  /** Ends the process in good order; it is killed when that takes long. */
  async stop() {
    this.#child.stdin.end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 60_000)
    await this.#ended
    clearTimeout(timer)
  }

  #answer(op) {
    return new Promise((resolve, reject) => this.#waiting.push({ op, resolve, reject }))
  }
}
