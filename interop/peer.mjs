// Drives a process with members of the real memberlist (peer/main.go) from a test.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { build } from './build.mjs'
import { RELEASES } from './releases.mjs'

const LOG_LINES_SHOWN = 30

/** The bytes that `{ length, seed }` stands for in a request. */
export function pattern(length, seed = 0) {
  const bytes = new Uint8Array(length)
  for (let index = 0; index < length; index++) {
    bytes[index] = index * 31 + (index >> 8) * 17 + seed
  }
  return bytes
}

export class Peer {
  /** Every event so far, in order, log lines included. Bounded by the life of the process. */
  events = []
  /** Of the module that it was built with, as in `v0.7.0`. */
  version = ''
  #process
  #calls = new Map()
  #nextId = 1
  #waiters = new Set()
  #listeners = []
  #ended
  #failure
  #errors = ''

  /**
   * Builds the program if need be and starts it; no member yet. `within` is a command that runs it
   * somewhere else, as in `['ip', 'netns', 'exec', 'a']`.
   */
  static async start(release = RELEASES[0], { within = [] } = {}) {
    const peer = new Peer(await build('peer', release), within)
    const { version } = await peer.waitFor(({ event }) => event === 'ready')
    peer.version = version
    return peer
  }

  constructor(path, within = []) {
    const [command, ...rest] = [...within, path]
    this.#process = spawn(command, rest, { stdio: ['pipe', 'pipe', 'pipe'] })
    // A command that is not there: what is waited for fails with its message.
    this.#process.on('error', (error) => {
      this.#errors += error.message
    })
    this.#process.stdin.on('error', () => {})
    this.#process.stderr.on('data', (chunk) => {
      this.#errors = (this.#errors + chunk).slice(-4000)
    })
    const lines = createInterface({ input: this.#process.stdout })
    lines.on('line', (line) => this.#take(JSON.parse(line)))
    this.#ended = once(this.#process, 'close').then(([code]) => this.#end(code))
  }

  get pid() {
    return this.#process.pid
  }

  /**
   * Asks for an operation: `call('join', { member: 'a', addresses: ['127.0.0.1:7946'] })`.
   * @returns its result; rejects with the Go error's text
   */
  call(op, given = {}) {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { op, resolve, reject })
      this.#process.stdin.write(`${JSON.stringify({ id, op, ...given })}\n`)
    })
  }

  /**
   * The first event that the predicate takes, of those that there were (from the index `from`) and
   * those to come. Rejects after `timeoutMs`, with the last log lines.
   */
  waitFor(predicate, timeoutMs = 10_000, { from = 0 } = {}) {
    for (let index = from; index < this.events.length; index++) {
      if (predicate(this.events[index])) return Promise.resolve(this.events[index])
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return new Promise((resolve, reject) => {
      const waiter = { predicate, resolve, reject, timer: undefined }
      waiter.timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        reject(new Error(`no such event within ${timeoutMs} ms: ${predicate}\n${this.lastLines()}`))
      }, timeoutMs)
      this.#waiters.add(waiter)
    })
  }

  /** From now on `listener` is called with every event. */
  listen(listener) {
    this.#listeners.push(listener)
  }

  /** The end of the log of all members, for messages of failed tests. */
  lastLines() {
    const log = this.events.filter(({ event }) => event === 'log').slice(-LOG_LINES_SHOWN)
    return log.map(({ member, line }) => `${this.version} ${member}: ${line}`).join('\n')
  }

  /** Shuts every member down and ends the process; after two seconds it is killed. */
  async stop() {
    this.#process.stdin.end()
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 2_000)
    await this.#ended
    clearTimeout(timer)
  }

  /** SIGKILL, SIGSTOP or SIGCONT: a crash, or a process that stands still. */
  signal(name) {
    this.#process.kill(name)
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.stop()
  }

  #take(line) {
    if (line.event === undefined) {
      const call = this.#calls.get(line.id)
      this.#calls.delete(line.id)
      if (line.error !== undefined) call?.reject(new Error(`${call.op}: ${line.error}`))
      else call?.resolve(line.result)
      return
    }
    this.events.push(line)
    for (const listener of this.#listeners) listener(line)
    for (const waiter of this.#waiters) {
      if (!waiter.predicate(line)) continue
      this.#waiters.delete(waiter)
      clearTimeout(waiter.timer)
      waiter.resolve(line)
    }
  }

  #end(code) {
    const failure = new Error(`the Go process has ended (${code})\n${this.#errors}`)
    this.#failure = failure
    for (const { reject } of this.#calls.values()) reject(failure)
    for (const { reject, timer } of this.#waiters) {
      clearTimeout(timer)
      reject(failure)
    }
    this.#calls.clear()
    this.#waiters.clear()
  }
}
