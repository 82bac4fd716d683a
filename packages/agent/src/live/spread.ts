import type { KeyValueStore, Spread } from '@hearsay/kv'
import type { EventLog } from '../agent/event-log.ts'
import type { AgentMemberlist } from '../agent/memberlist-port.ts'
import { roundedMs } from './milliseconds.ts'
import type { SpreadJson } from './schemas.ts'

/** A write that spreads is told of once in such a time, as it is at its end. */
const spreadIntervalMs = 200
/** Writes that are told of in such a time; for how further ones spread it can be asked. */
const maxFollowed = 16

/** Who has the write, and of whom that takes part nothing is heard. */
export function spreadJson(spread: Spread, list: AgentMemberlist): SpreadJson {
  const holders = new Set(spread.members.map(({ name }) => name))
  return {
    version: spread.version,
    key: spread.key,
    startedAt: new Date(spread.startedAt).toISOString(),
    expected: spread.expected,
    members: spread.members.map(({ name, afterMs }) => ({ name, afterMs: roundedMs(afterMs) })),
    missing: list.members
      .filter(({ local, name }) => !local && !holders.has(name))
      .map(({ name }) => name),
  }
}

export interface SpreadEventsOptions {
  readonly store: Pick<KeyValueStore, 'on' | 'off'>
  readonly list: AgentMemberlist
  readonly events: EventLog
}

/** Tells how traced writes spread, as events of the agent. */
export class SpreadEvents implements Disposable {
  readonly #options: SpreadEventsOptions
  /** By version, the newest that is not told yet. Bound: `maxFollowed`. */
  readonly #untold = new Map<string, Spread>()
  #timer: NodeJS.Timeout | undefined

  constructor(options: SpreadEventsOptions) {
    this.#options = options
    options.store.on('spread', this.#follow)
  }

  [Symbol.dispose](): void {
    this.#options.store.off('spread', this.#follow)
    clearTimeout(this.#timer)
    this.#untold.clear()
  }

  readonly #follow = (spread: Spread): void => {
    if (!this.#untold.has(spread.version) && this.#untold.size >= maxFollowed) return
    this.#untold.set(spread.version, spread)
    this.#timer ??= setTimeout(() => this.tell(), spreadIntervalMs).unref()
  }

  /** Tells what is new of all writes that are followed. */
  tell(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { events, list } = this.#options
    for (const spread of this.#untold.values()) {
      events.append({ event: 'spread', ...spreadJson(spread, list) })
    }
    this.#untold.clear()
  }
}
