import { setImmediate } from 'node:timers'
import { MemberlistError } from '../errors.ts'
import { endpointText } from './address.ts'
import { checkBindAddress } from './bind.ts'
import { MemoryTransport, type MemoryTransportOptions } from './memory-transport.ts'
import type { Endpoint } from './transport.ts'

/** What becomes of one packet: lost, or delivered after so many milliseconds. */
export type PacketFate = 'lost' | number

export interface MemoryNetworkOptions {
  /** Decides over each packet; default 0, delivered in its turn. Set at any time. */
  readonly packetFate?: (from: Endpoint, to: Endpoint, bytes: Uint8Array) => PacketFate
  /**
   * Runs a task later: with delay 0 not before the caller returned, and in the order of the calls.
   * Default: one turn of the event loop, or a timer. A test with its own clock gives its own.
   */
  readonly schedule?: (task: () => void, delayMs: number) => void
}

/**
 * A network within the process, for tests: any number of transports that behave as UDP and TCP do,
 * without sockets. Delivery is asynchronous and in the order of sending, so a run is the same every
 * time. Tasks that wait are bounded by what the transports take: packets by each receiver's buffer,
 * streams by their high water mark.
 */
export class MemoryNetwork {
  packetFate: (from: Endpoint, to: Endpoint, bytes: Uint8Array) => PacketFate
  readonly #schedule: (task: () => void, delayMs: number) => void
  readonly #transports = new Map<string, MemoryTransport>()
  /** The group of each endpoint while the network is partitioned. */
  readonly #groups = new Map<string, number>()
  #tasks: (() => void)[] = []
  #nextPort = 10_000

  constructor(options: MemoryNetworkOptions = {}) {
    this.packetFate = options.packetFate ?? (() => 0)
    this.#schedule = options.schedule ?? ((task, delayMs) => this.#defaultSchedule(task, delayMs))
  }

  /**
   * Binds a transport; port 0 takes any free one.
   * @throws MemberlistError ERR_ADDRESS_IN_USE, ERR_ADDRESS, ERR_CONFIG
   */
  transport(endpoint: Endpoint, options: MemoryTransportOptions = {}): Promise<MemoryTransport> {
    return new Promise((resolve) => resolve(this.#bind(endpoint, options)))
  }

  #bind(endpoint: Endpoint, options: MemoryTransportOptions): MemoryTransport {
    const { host, port } = checkBindAddress(endpoint.host, endpoint.port)
    const local = { host, port: port === 0 ? this.#freePort(host) : port }
    const key = endpointText(local.host, local.port)
    if (this.#transports.has(key)) {
      throw new MemberlistError('ERR_ADDRESS_IN_USE', `${key} is taken on this network.`, {
        data: { ...local },
      })
    }
    const transport = new MemoryTransport(this, local, options)
    this.#transports.set(key, transport)
    return transport
  }

  #freePort(host: string): number {
    while (this.#transports.has(endpointText(host, this.#nextPort))) this.#nextPort++
    return this.#nextPort++
  }

  /**
   * From now on only members of the same group reach each other; who is in no group reaches all.
   * Replaces an earlier partition. Streams across it break with the next byte.
   */
  partition(...groups: readonly (readonly Endpoint[])[]): void {
    this.heal()
    for (const [index, group] of groups.entries()) {
      for (const { host, port } of group) this.#groups.set(endpointText(host, port), index)
    }
  }

  heal(): void {
    this.#groups.clear()
  }

  reaches(from: Endpoint, to: Endpoint): boolean {
    const one = this.#groups.get(endpointText(from.host, from.port))
    const other = this.#groups.get(endpointText(to.host, to.port))
    return one === undefined || other === undefined || one === other
  }

  /** Who is bound there now. */
  at(host: string, port: number): MemoryTransport | undefined {
    return this.#transports.get(endpointText(host, port))
  }

  release({ local }: MemoryTransport): void {
    this.#transports.delete(endpointText(local.host, local.port))
  }

  later(task: () => void, delayMs = 0): void {
    this.#schedule(task, delayMs)
  }

  /** Tasks of one turn run together; what they bring about waits for the next, as in an event loop. */
  #defaultSchedule(task: () => void, delayMs: number): void {
    if (delayMs > 0) {
      setTimeout(task, delayMs)
      return
    }
    if (this.#tasks.length === 0) setImmediate(() => this.#runTasks())
    this.#tasks.push(task)
  }

  #runTasks(): void {
    const tasks = this.#tasks
    this.#tasks = []
    for (const task of tasks) task()
  }
}
