import { roundedMs } from './milliseconds.ts'
import type { ActivityJson } from './schemas.ts'

/** Entries of a batch; what more there was is only counted. */
const maxEntries = 256

export interface Probed {
  readonly member: string
  readonly to: string
  readonly roundTripMs: number
}

const kinds = { ping: 'ping', 'indirect-ping': 'indirect', ack: 'answer', nack: 'answer' } as const

type Mutable<Entry> = { -readonly [Field in keyof Entry]: Entry[Field] }

/** What goes on in one interval: packets to or from the same member are added up. */
export class ActivityBatch {
  readonly #pings: ActivityJson['pings'] = []
  readonly #gossip = new Map<string, Mutable<ActivityJson['gossip'][number]>>()
  readonly #received = new Map<string, Mutable<ActivityJson['received'][number]>>()
  readonly #exchanges: ActivityJson['exchanges'] = []
  #entries = 0
  #leftOut = 0

  get isEmpty(): boolean {
    return this.#entries === 0
  }

  asked(to: string, kind: keyof typeof kinds, messages: number): void {
    const along = messages > 0 ? { messages } : {}
    if (this.#hasRoom()) this.#pings.push({ to, kind: kinds[kind], ...along })
  }

  acked({ to, roundTripMs }: Probed): void {
    if (this.#hasRoom()) this.#pings.push({ to, kind: 'ack', roundTripMs: roundedMs(roundTripMs) })
  }

  gossip(to: string, messages: number, bytes: number): void {
    const entry = this.#gossip.get(to) ?? { to, messages: 0, packets: 0, bytes: 0 }
    if (entry.packets === 0) {
      if (!this.#hasRoom()) return
      this.#gossip.set(to, entry)
    }
    entry.messages += messages
    entry.packets++
    entry.bytes += bytes
  }

  received(from: string, bytes: number): void {
    const entry = this.#received.get(from) ?? { from, packets: 0, bytes: 0 }
    if (entry.packets === 0) {
      if (!this.#hasRoom()) return
      this.#received.set(from, entry)
    }
    entry.packets++
    entry.bytes += bytes
  }

  exchanged(exchange: ActivityJson['exchanges'][number]): void {
    if (this.#hasRoom()) this.#exchanges.push(exchange)
  }

  json(time: Date): ActivityJson {
    return {
      time: time.toISOString(),
      pings: this.#pings,
      gossip: [...this.#gossip.values()],
      received: [...this.#received.values()],
      exchanges: this.#exchanges,
      leftOut: this.#leftOut,
    }
  }

  #hasRoom(): boolean {
    if (this.#entries >= maxEntries) this.#leftOut++
    else this.#entries++
    return this.#leftOut === 0
  }
}
