import { EventEmitter } from 'node:events'
import type { Memberlist } from '@hearsay/memberlist'

const PACKET_BUDGET = 1_000

interface Sent {
  readonly by: 'gossip' | 'packet' | 'stream'
  readonly to: string
  readonly text: string
}

/** What the store uses of a memberlist; everything that is sent arrives within the call. */
export class FakeList {
  readonly sent: Sent[] = []
  readonly packetBudget = PACKET_BUDGET
  readonly local: { name: string; host: string; port: number; local: boolean }
  readonly others: FakeList[] = []
  /** Whether gossip gets through its queue. */
  isGossiping = true
  /** Streams wait for this. */
  gate: Promise<void> = Promise.resolve()
  readonly #emitter = new EventEmitter()

  constructor(name: string, port: number) {
    this.local = { name, host: '10.0.0.1', port, local: true }
  }

  static connected(...names: string[]): FakeList[] {
    const all = names.map((name, index) => new FakeList(name, 7_000 + index))
    for (const one of all) one.others.push(...all.filter((other) => other !== one))
    return all
  }

  get members(): unknown[] {
    return [this.local, ...this.others.map(({ local }) => ({ ...local, local: false }))]
  }

  get asMemberlist(): Memberlist {
    return this as unknown as Memberlist
  }

  on(name: string, listener: (event: unknown) => void): this {
    this.#emitter.on(name, listener)
    return this
  }

  off(name: string, listener: (event: unknown) => void): this {
    this.#emitter.off(name, listener)
    return this
  }

  /** A message as it comes from a member. */
  receive(bytes: Uint8Array | string, from?: FakeList): void {
    const { host, port } = from?.local ?? { host: '10.9.9.9', port: 1 }
    this.#emitter.emit('message', { bytes: Buffer.from(bytes), host, port })
  }

  broadcast(bytes: Uint8Array, { name }: { name?: string } = {}) {
    this.sent.push({ by: 'gossip', to: name ?? '', text: Buffer.from(bytes).toString() })
    const never = new Promise<'sent'>(() => undefined)
    return { finished: this.isGossiping ? Promise.resolve('sent' as const) : never }
  }

  send(to: { name: string }, bytes: Uint8Array): Promise<void> {
    return this.#deliver('packet', to, bytes)
  }

  async sendReliable(to: { name: string }, bytes: Uint8Array): Promise<void> {
    await this.gate
    await this.#deliver('stream', to, bytes)
  }

  #deliver(by: Sent['by'], { name }: { name: string }, bytes: Uint8Array): Promise<void> {
    this.sent.push({ by, to: name, text: Buffer.from(bytes).toString() })
    const target = this.others.find(({ local }) => local.name === name)
    if (target === undefined) return Promise.reject(new Error(`no ${name}`))
    target.receive(bytes, this)
    return Promise.resolve()
  }
}
