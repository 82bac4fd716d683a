/** Events of one member in order: those that there were, and a way to wait for those to come. */
export class EventLog {
  /** Each with `at`, milliseconds of this process's monotonic clock. Bounded by the test's length. */
  events = []
  /** Called with each, where somebody else keeps a copy. */
  forward
  #waiters = new Set()
  #owner

  constructor(owner) {
    this.#owner = owner
  }

  push(event) {
    event.at = performance.now()
    this.events.push(event)
    this.forward?.(event)
    for (const waiter of this.#waiters) {
      if (!waiter.predicate(event)) continue
      this.#waiters.delete(waiter)
      clearTimeout(waiter.timer)
      waiter.resolve(event)
    }
  }

  /** The first event that the predicate takes, from the index `from` on. */
  waitFor(what, predicate, timeoutMs = 10_000, from = 0) {
    const known = this.find(predicate, from)
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve, reject) => {
      const waiter = { predicate, resolve }
      waiter.timer = setTimeout(() => {
        this.#waiters.delete(waiter)
        const message = `${this.#owner}: no ${what} within ${Math.round(timeoutMs)} ms`
        reject(new Error(`${message}; last events:\n${this.tail()}`))
      }, timeoutMs)
      this.#waiters.add(waiter)
    })
  }

  find(predicate, from = 0) {
    for (let index = from; index < this.events.length; index++) {
      if (predicate(this.events[index])) return this.events[index]
    }
    return undefined
  }

  filter(predicate, from = 0) {
    return this.events.slice(from).filter(predicate)
  }

  tail(count = 25) {
    return this.events
      .slice(-count)
      .map((event) => `  ${shown(event)}`)
      .join('\n')
  }
}

const SHOWN_CHARACTERS = 400

function shown({ at, type, ...rest }) {
  const plain = (_key, value) => {
    if (value instanceof Uint8Array) return `${value.length} bytes`
    return value?.type === 'Buffer' ? `${value.data.length} bytes` : value
  }
  return `${at.toFixed(0)} ${type} ${JSON.stringify(rest, plain).slice(0, SHOWN_CHARACTERS)}`
}
