import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { channels, type PacketKind } from '@hearsay/memberlist'
import type { AgentMemberlist } from '../agent/memberlist-port.ts'
import { addressText } from '../configuration/address.ts'
import { ActivityBatch, type Probed } from './activity-batch.ts'
import { roundedMs } from './milliseconds.ts'
import type { ActivityJson } from './schemas.ts'

const batchMs = 250

interface Packet {
  readonly member: string
  readonly bytes: Uint8Array
  readonly host: string
  readonly port: number
}
interface SentPacket extends Packet {
  readonly kind: PacketKind
  readonly messages: number
}
interface Exchange extends Omit<Packet, 'bytes'> {
  readonly kind: ActivityJson['exchanges'][number]['kind']
  readonly durationMs: number
  readonly error?: unknown
}

type Listener = (json: string) => void
type Handler = readonly [name: string | symbol, handle: (message: unknown) => void]

/**
 * What goes between this member and others, in batches, out of the library's diagnostics channels.
 * Costs nothing while nobody listens: only then are the channels subscribed to.
 */
export class Activity implements Disposable {
  readonly #list: AgentMemberlist
  readonly #listeners = new Set<Listener>()
  readonly #handlers: readonly Handler[]
  #batch = new ActivityBatch()
  #timer: NodeJS.Timeout | undefined
  #present: readonly unknown[] | undefined
  /** Names by address. Bound: the members there are. */
  #names: ReadonlyMap<string, string> = new Map()

  constructor(list: AgentMemberlist) {
    this.#list = list
    this.#handlers = [
      [channels.packetOut.name, this.#own((packet: SentPacket) => this.#sent(packet))],
      [channels.packetIn.name, this.#own((packet: Packet) => this.#received(packet))],
      [channels.probe.name, this.#own((probe: Probed) => this.#batch.acked(probe))],
      [channels.exchange.name, this.#own((exchange: Exchange) => this.#exchanged(exchange))],
    ]
  }

  /** The number of listeners is the caller's bound. */
  listen(listener: Listener): () => void {
    if (this.#listeners.size === 0) this.#begin()
    this.#listeners.add(listener)
    return () => {
      const wasThere = this.#listeners.delete(listener)
      if (wasThere && this.#listeners.size === 0) this.#end()
    }
  }

  /** Tells what there is since the last batch, if there is something. */
  flush(): void {
    const batch = this.#batch
    if (batch.isEmpty) return
    this.#batch = new ActivityBatch()
    const json = JSON.stringify(batch.json(new Date()))
    for (const listener of this.#listeners) listener(json)
  }

  [Symbol.dispose](): void {
    if (this.#listeners.size > 0) this.#end()
    this.#listeners.clear()
  }

  #begin(): void {
    for (const [name, handle] of this.#handlers) subscribe(name, handle)
    this.#timer = setInterval(() => this.flush(), batchMs)
    this.#timer.unref()
  }

  #end(): void {
    for (const [name, handle] of this.#handlers) unsubscribe(name, handle)
    clearInterval(this.#timer)
    this.#batch = new ActivityBatch()
  }

  /** A process may have several members; the channels are one for all. */
  #own<Message extends { readonly member: string }>(handle: (message: Message) => void) {
    return (message: unknown): void => {
      const typed = message as Message
      if (typed.member === this.#list.local.name) handle(typed)
    }
  }

  #sent({ bytes, host, port, kind, messages }: SentPacket): void {
    const to = this.#nameAt(host, port)
    if (kind === 'gossip') this.#batch.gossip(to, messages, bytes.length)
    else this.#batch.asked(to, kind, messages - 1)
  }

  #received({ bytes, host, port }: Packet): void {
    this.#batch.received(this.#nameAt(host, port), bytes.length)
  }

  #exchanged({ host, port, kind, durationMs, error }: Exchange): void {
    const failed = error !== undefined
    this.#batch.exchanged({
      with: this.#nameAt(host, port),
      kind,
      durationMs: roundedMs(durationMs),
      failed,
    })
  }

  #nameAt(host: string, port: number): string {
    const { members } = this.#list
    if (members !== this.#present) {
      this.#present = members
      this.#names = new Map(members.map((each) => [addressText(each.host, each.port), each.name]))
    }
    const address = addressText(host, port)
    return this.#names.get(address) ?? address
  }
}
