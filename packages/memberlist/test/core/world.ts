import type { StreamRequest } from '../../src/core/effects.ts'
import { Registry } from '../../src/core/registry.ts'
import type { StateEncoder } from '../../src/core/state-encoder.ts'
import { EMPTY } from '../../src/wire/span.ts'
import { seededBits } from './seeded.ts'
import { Timeline } from './timeline.ts'
import { type NodeOptions, WorldNode } from './world-node.ts'

export interface Network {
  /** Of a packet: 0 … 1. Streams lose nothing, as TCP. */
  loss: number
  duplication: number
  minDelayMs: number
  /** Delays are drawn for each packet, so that packets overtake each other. */
  maxDelayMs: number
}

/**
 * Members in virtual time on a network of their own: real engines, real bytes, and everything that
 * can go wrong with them drawn from one seed. What an engine asks for happens later, never within
 * its call.
 *
 *   engine ── sendPacket ──▶ loss, cut links, delay, twice ──▶ the engine that has this address now
 *          ── openStream ──▶ cut links, delay ──▶ the same, and a reply
 *          ── setTimer ────▶ the timeline
 *
 * An address that no member has is a place from which a test speaks with `hear`.
 */
export class World {
  readonly timeline = new Timeline()
  readonly registry = new Registry(0x5eed)
  readonly network: Network = { loss: 0, duplication: 0, minDelayMs: 1, maxDelayMs: 3 }
  /** Of what these send, instead of the network's. */
  readonly lossOf = new Map<WorldNode, number>()
  readonly bits: () => number
  /** All that ever lived, in the order of starting. */
  readonly nodes: WorldNode[] = []
  private readonly byAddress = new Map<string, WorldNode>()
  private readonly cut = new Set<string>()
  private hosts = 0

  constructor(seed = 1) {
    this.bits = seededBits(seed)
  }

  get now(): number {
    return this.timeline.now
  }

  get live(): WorldNode[] {
    return this.nodes.filter((node) => !node.stopped)
  }

  /** A member begins, at an address of its own or at the one that is given. */
  node(name: string, options: NodeOptions = {}): WorldNode {
    this.hosts++
    const host = options.host ?? `10.1.${this.hosts >> 8}.${this.hosts & 0xff}`
    const node = new WorldNode(this, name, host, options)
    this.nodes.push(node)
    this.byAddress.set(node.address, node)
    return node
  }

  /** So many members that have all joined the first and know each other. */
  cluster(names: readonly string[], options: NodeOptions = {}): WorldNode[] {
    const nodes = names.map((name) => this.node(name, options))
    for (const node of nodes.slice(1)) node.join(nodes[0].address)
    this.runUntil(() => this.agrees(nodes), 60_000)
    return nodes
  }

  run(durationMs: number): void {
    this.timeline.runTo(this.now + durationMs)
  }

  /** Runs until it holds, and says how long that took. Throws when it takes longer than that. */
  runUntil(holds: () => boolean, maxMs: number, stepMs = 50): number {
    const since = this.now
    while (!holds()) {
      if (this.now - since >= maxMs) {
        throw new Error(`it does not hold after ${maxMs} ms of virtual time`)
      }
      this.run(stepMs)
    }
    return this.now - since
  }

  /** Whether all of these, and nobody else, are what each of them sees, alive and as it is. */
  agrees(nodes: readonly WorldNode[] = this.live): boolean {
    const names = nodes.map(({ name }) => name)
    names.sort()
    return nodes.every((node) => {
      const present = node.present()
      return (
        present.length === names.length &&
        present.every((name, index) => name === names[index]) &&
        nodes.every(
          (other) =>
            node.state(other.name) === 'alive' &&
            node.incarnation(other.name) === other.incarnation(),
        )
      )
    })
  }

  /** Nothing passes from the one to the other, by packet or stream; the way back is open. */
  cutLink(from: WorldNode, to: WorldNode): void {
    this.cut.add(`${from.address}>${to.address}`)
  }

  partition(one: readonly WorldNode[], other: readonly WorldNode[]): void {
    for (const from of one) {
      for (const to of other) {
        this.cutLink(from, to)
        this.cutLink(to, from)
      }
    }
  }

  heal(): void {
    this.cut.clear()
  }

  carry(from: WorldNode, bytes: Uint8Array, address: string): void {
    if (this.isCut(from.address, address)) return
    const copies = this.chance(this.network.duplication) ? 2 : 1
    const loss = this.lossOf.get(from) ?? this.network.loss
    for (let copy = 0; copy < copies; copy++) {
      if (this.chance(loss)) continue
      this.timeline.after(this.delay(), () => {
        const to = this.byAddress.get(address)
        to?.accept(() => {
          to.hearPacket(bytes, from.host, from.port)
        })
      })
    }
  }

  exchange(from: WorldNode, request: StreamRequest): void {
    switch (request.kind) {
      case 'ping': {
        const { probe, timeoutMs } = request
        const { host, port } = probe.record
        const question = from.engine.encodeStreamPing(probe)
        this.roundTrip(from, `${host}:${port}`, timeoutMs, {
          ask: (to) =>
            to.engine.answerStreamPing(question, 1, question.length, from.host, from.port),
          answered: () => from.engine.streamPingAnswered(this.now, probe, true),
        })
        return
      }
      case 'push-pull':
        this.pushPull(from, `${request.record.host}:${request.record.port}`, false)
        return
      case 'rejoin':
        for (const address of from.joinAddresses) {
          if (!from.holdsAlive(address)) this.pushPull(from, address, true)
        }
    }
  }

  private pushPull(from: WorldNode, address: string, join: boolean): void {
    const exchange = from.engine.beginPushPull(join, EMPTY)
    const ask = (encoder: StateEncoder): void => {
      const state = encoder.whole()
      this.roundTrip(from, address, from.engine.core.settings.tcpTimeoutMs, {
        ask: (to) => to.answer(state, from.host),
        answered: (reply, to) => {
          const merge = from.mergeBytes(reply, to.host, exchange)
          const next = merge.failure === undefined ? exchange.followUp(merge) : undefined
          if (next !== undefined) ask(next)
        },
      })
    }
    ask(exchange.request)
  }

  private roundTrip(
    from: WorldNode,
    address: string,
    timeoutMs: number,
    exchange: {
      ask: (to: WorldNode) => Uint8Array | undefined
      answered: (reply: Uint8Array, to: WorldNode) => void
    },
  ): void {
    const deadline = this.now + timeoutMs
    const passes = (): boolean =>
      this.now <= deadline &&
      !this.isCut(from.address, address) &&
      !this.isCut(address, from.address)
    this.timeline.after(this.delay(), () => {
      const to = this.byAddress.get(address)
      if (to === undefined || !passes()) return
      to.accept(() => {
        const reply = exchange.ask(to)
        if (reply === undefined) return
        this.timeline.after(this.delay(), () => {
          from.accept(() => {
            if (passes()) exchange.answered(reply, to)
          })
        })
      })
    })
  }

  private isCut(from: string, to: string): boolean {
    return this.cut.has(`${from}>${to}`)
  }

  private chance(probability: number): boolean {
    return probability > 0 && this.bits() < probability * 2 ** 32
  }

  private delay(): number {
    const { minDelayMs, maxDelayMs } = this.network
    return minDelayMs + (this.bits() / 2 ** 32) * (maxDelayMs - minDelayMs)
  }
}
