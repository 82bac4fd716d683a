// One who writes over HTTP to an agent that may be killed at any time, and remembers what was promised.
import { setTimeout as sleep } from 'node:timers/promises'

const TIMEOUT_MS = 10_000
const RETRY_MS = 20
/** Every so often a key is written anew, or deleted. */
const REWRITE_EVERY = 5
const DELETE_EVERY = 7

/**
 * Writes keys of its own, one after the other, to the agent that `portOf` tells the port of. For each
 * key it knows the last version that was acknowledged (`deleted` for a delete), and whether a put or a
 * delete was attempted whose answer never came: that may have taken place or not.
 */
export class LedgerWriter {
  promises = new Map()
  counts = { acknowledged: 0, unanswered: 0, refused: 0 }
  #name
  #portOf
  #bytes
  #pauseMs
  #running
  #isStopping = false

  constructor(name, portOf, { bytes, pauseMs }) {
    this.#name = name
    this.#portOf = portOf
    this.#bytes = bytes
    this.#pauseMs = pauseMs
  }

  start() {
    this.#isStopping = false
    this.#running = this.#run()
  }

  async stop() {
    this.#isStopping = true
    await this.#running
  }

  async #run() {
    for (let number = this.promises.size; !this.#isStopping; number++) {
      await this.#put(number)
      if (number % REWRITE_EVERY === 0) await this.#put(number)
      if (number % DELETE_EVERY === 0) await this.#delete(number)
      if (this.#pauseMs > 0) await sleep(this.#pauseMs)
    }
  }

  async #put(number) {
    const body = `${this.#name} ${number} `.padEnd(this.#bytes, 'x')
    await this.#write(number, { method: 'PUT', body }, ({ version }) => version)
  }

  async #delete(number) {
    await this.#write(number, { method: 'DELETE' }, () => 'deleted')
  }

  async #write(number, request, promised) {
    const key = `${this.#name}/${`${number}`.padStart(7, '0')}`
    const before = this.promises.get(key) ?? {
      version: undefined,
      openPut: false,
      openDelete: false,
    }
    // Until the answer is here, both may be true.
    const open = request.method === 'PUT' ? { openPut: true } : { openDelete: true }
    this.promises.set(key, { ...before, ...open })
    try {
      const url = `http://127.0.0.1:${this.#portOf()}/v1/kv/${encodeURIComponent(key)}`
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const response = await fetch(url, { ...request, signal })
      const text = await response.text()
      if (!response.ok) {
        this.counts.refused++
        this.promises.set(key, before)
        return
      }
      this.counts.acknowledged++
      const version = promised(text === '' ? {} : JSON.parse(text))
      this.promises.set(key, { ...before, version })
    } catch {
      this.counts.unanswered++
      await sleep(RETRY_MS)
    }
  }
}

/**
 * What is wrong with what a member holds: a function of the versions by key. Of two versions of a
 * key the later one is the greater one as text.
 */
export function brokenPromises(writers, held) {
  const broken = []
  for (const { promises } of writers) {
    for (const [key, { version, openPut, openDelete }] of promises) {
      const found = held.get(key)
      if (version === undefined) continue
      const isDeleted = version === 'deleted'
      const isAsPromised = isDeleted ? found === undefined : found === version
      const isLaterPut = openPut && found !== undefined && (isDeleted || found > version)
      const isLaterDelete = openDelete && found === undefined
      if (!isAsPromised && !isLaterPut && !isLaterDelete) {
        broken.push({ key, promised: version, found })
      }
    }
  }
  return broken
}
