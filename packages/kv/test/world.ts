import type { ReplicaTimer, SendToken } from '../src/replica/effects.ts'
import { checkSettings, type KvSettings } from '../src/settings.ts'
import { seeded } from './seeded.ts'
import { WorldNode } from './world-node.ts'

export const testSettings: KvSettings = checkSettings({
  maxBytes: 4 * 1_024 * 1_024,
  tombstoneLifeMs: 8_000,
  maxSkewMs: 1_000,
  answerMs: 300,
})

/** What befalls messages, in per cent and milliseconds. */
export interface Conditions {
  loss: number
  duplication: number
  maxDelayMs: number
}

interface Event {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Begins at a wall clock like those of today, so that stamps have their usual size. */
const EPOCH_MS = 1_700_000_000_000

/**
 * Replicas under one clock and on one network that the test moves. Everything that is drawn comes
 * from the seed; nothing depends on the machine.
 */
export class World {
  readonly random: (below: number) => number
  readonly nodes: WorldNode[] = []
  readonly settings: KvSettings
  conditions: Conditions = { loss: 0, duplication: 0, maxDelayMs: 5 }
  now = 0
  private events: Event[] = []
  private order = 0
  private readonly side = new Map<string, number>()

  constructor(seed: number, settings: Partial<KvSettings> = {}) {
    this.random = seeded(seed)
    this.settings = { ...testSettings, ...settings }
  }

  get wallMs(): number {
    return EPOCH_MS + this.now
  }

  /** Starts so many members that know of each other. */
  cluster(count: number, hasDisk: (index: number) => boolean = () => true): WorldNode[] {
    for (let index = 0; index < count; index++) {
      this.nodes.push(new WorldNode(this, `n${index}`, hasDisk(index)))
    }
    for (const node of this.nodes) node.start()
    return this.nodes
  }

  node(name: string): WorldNode | undefined {
    return this.nodes.find((node) => node.name === name)
  }

  later(delayMs: number, run: () => void): void {
    this.events.push({ at: this.now + delayMs, order: this.order++, run })
    this.up(this.events.length - 1)
  }

  run(durationMs: number): void {
    const until = this.now + durationMs
    for (;;) {
      const [next] = this.events
      if (next === undefined || next.at > until) break
      this.now = next.at
      this.pop()
      next.run()
    }
    this.now = until
  }

  /** Only members of the same side reach each other. */
  partition(sideOf: (index: number) => number): void {
    for (const [index, { name }] of this.nodes.entries()) this.side.set(name, sideOf(index))
  }

  heal(): void {
    this.side.clear()
  }

  reaches(from: string, to: string): boolean {
    return this.side.get(from) === this.side.get(to)
  }

  /** A message on its way. Those too long for a packet arrive whole or not at all, as streams. */
  carry(from: WorldNode, to: string, bytes: Uint8Array, token: SendToken | undefined): void {
    const { loss, duplication, maxDelayMs } = this.conditions
    const isLost = this.random(100) < loss
    const copies = token === undefined && this.random(100) < duplication ? 2 : 1
    const { life } = from
    let delayMs = 0
    for (let copy = 0; copy < copies; copy++) {
      delayMs = this.random(maxDelayMs + 1)
      if (isLost) continue
      this.later(delayMs, () => {
        if (this.reaches(from.name, to)) this.node(to)?.receive(bytes)
      })
    }
    if (token === undefined) return
    this.later(delayMs, () => {
      if (from.life === life) from.sendFinished(token, !isLost && this.reaches(from.name, to))
    })
  }

  timer(node: WorldNode, timer: ReplicaTimer, delayMs: number): void {
    const { life } = node
    this.later(delayMs, () => {
      if (node.life === life) node.timerFired(timer)
    })
  }

  private up(place: number): void {
    const { events } = this
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (!isBefore(events[place], events[parent])) return
      swap(events, place, parent)
      place = parent
    }
  }

  private pop(): void {
    const { events } = this
    const last = events.pop()
    if (last === undefined || events.length === 0) return
    events[0] = last
    let place = 0
    for (;;) {
      let child = 2 * place + 1
      if (child >= events.length) return
      if (child + 1 < events.length && isBefore(events[child + 1], events[child])) child++
      if (!isBefore(events[child], events[place])) return
      swap(events, place, child)
      place = child
    }
  }
}

function isBefore(one: Event, other: Event): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order)
}

function swap(events: Event[], one: number, other: number): void {
  const event = events[one]
  events[one] = events[other]
  events[other] = event
}
