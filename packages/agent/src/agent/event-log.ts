import type { AgentEvent } from '../http/schemas.ts'
import type { Untimed } from './event-json.ts'

/** One event with its place in the log; the JSON is made once for all readers. */
export interface LoggedEvent {
  readonly id: string
  readonly event: AgentEvent['event']
  readonly json: string
}

export interface EventLogOptions {
  readonly maxEvents?: number
  readonly maxBytes?: number
  readonly now?: () => Date
}

export interface Missed {
  /** Events after the asked-for one that are no longer kept. */
  readonly missed: boolean
  readonly events: readonly LoggedEvent[]
}

/**
 * The last events, so that a reader who was cut off can go on where it was. Bounded in number and
 * in bytes: the oldest go, but the newest is always kept. An id names the life of the agent and
 * the place in it, so that an id from an earlier life is not mistaken for one of this.
 */
export class EventLog {
  readonly #maxEvents: number
  readonly #maxBytes: number
  readonly #now: () => Date
  readonly #life: string
  readonly #kept: LoggedEvent[] = []
  readonly #listeners = new Set<(event: LoggedEvent) => void>()
  #bytes = 0
  #last = 0

  constructor(options: EventLogOptions = {}) {
    this.#maxEvents = options.maxEvents ?? 1_024
    this.#maxBytes = options.maxBytes ?? 8_388_608
    this.#now = options.now ?? (() => new Date())
    this.#life = this.#now().getTime().toString(36)
  }

  append(untimed: Untimed<AgentEvent>): LoggedEvent {
    const { event } = untimed
    const json = JSON.stringify({ time: this.#now().toISOString(), ...untimed })
    const logged: LoggedEvent = { id: `${this.#life}-${++this.#last}`, event, json }
    this.#kept.push(logged)
    this.#bytes += json.length
    while (
      this.#kept.length > 1 &&
      (this.#kept.length > this.#maxEvents || this.#bytes > this.#maxBytes)
    ) {
      this.#bytes -= this.#kept.shift()?.json.length ?? 0
    }
    for (const listener of this.#listeners) listener(logged)
    return logged
  }

  /** Calls the listener for every event from now on. The number of listeners is the caller's bound. */
  listen(listener: (event: LoggedEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get listeners(): number {
    return this.#listeners.size
  }

  /** What is kept after the event of that id. An id of another life, or none of ours, means all. */
  after(id: string): Missed {
    const [life, text = ''] = id.split('-')
    const first = this.#last - this.#kept.length + 1
    if (life !== this.#life || !/^\d{1,15}$/.test(text)) {
      return { missed: first > 1, events: [...this.#kept] }
    }
    const wanted = Number(text) + 1
    return { missed: wanted < first, events: this.#kept.slice(Math.max(0, wanted - first)) }
  }
}
