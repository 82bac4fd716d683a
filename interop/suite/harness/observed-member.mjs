import { EventLog } from './events.mjs'
import { isSame } from './payload.mjs'

/** What is waited for on a member's events, wherever the member lives. */
export class ObservedMember {
  name
  log

  constructor(name, owner) {
    this.name = name
    this.log = new EventLog(owner)
  }

  /** What it knows of one member. */
  async member(name) {
    return (await this.members()).find((each) => each.name === name)
  }

  sees(type, name, { where = () => true, ...options } = {}) {
    const isIt = (event) => event.name === name && where(event)
    return this.#tells(type, `${type} of ${name}`, isIt, options)
  }

  hears(payload, options) {
    const isIt = (event) => isSame(event, payload)
    return this.#tells('message', `message of ${payload.length} bytes`, isIt, options)
  }

  mergesState(payload, { join, ...options } = {}) {
    const isIt = (event) => isSame(event, payload) && (join === undefined || event.join === join)
    return this.#tells('state', `state of ${payload.length} bytes`, isIt, options)
  }

  /** A warning of a Node member. */
  warns(code, options) {
    return this.#tells('warning', `warning ${code}`, (event) => event.code === code, options)
  }

  /** A line of a Go member's log. */
  logs(pattern, options) {
    return this.#tells('log', `log line ${pattern}`, ({ line }) => pattern.test(line), options)
  }

  #tells(type, what, isIt, { timeoutMs, from } = {}) {
    return this.log.waitFor(what, (event) => event.type === type && isIt(event), timeoutMs, from)
  }
}
