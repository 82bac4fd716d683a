import type { KeyValueStore } from '@hearsay/kv'
import type { EventLog } from '../agent/event-log.ts'
import type { AgentMemberlist } from '../agent/memberlist-port.ts'
import { Activity } from './activity.ts'
import { History } from './history.ts'
import { SpreadEvents } from './spread.ts'

/** What is looked at: the parts of an agent. */
export interface LiveParts {
  readonly list: AgentMemberlist
  readonly store: KeyValueStore
  readonly events: EventLog
}

/** What the dashboard shows beside what every client reads: how it was, and what goes on. */
export class Live implements Disposable {
  readonly parts: LiveParts
  readonly history: History
  readonly activity: Activity
  readonly #spreads: SpreadEvents

  constructor(parts: LiveParts) {
    this.parts = parts
    this.history = new History(parts)
    this.activity = new Activity(parts.list)
    this.#spreads = new SpreadEvents(parts)
  }

  [Symbol.dispose](): void {
    this.#spreads[Symbol.dispose]()
    this.activity[Symbol.dispose]()
    this.history[Symbol.dispose]()
  }
}
