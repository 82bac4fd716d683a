import type { Member, Memberlist } from '@hearsay/memberlist'
import { KvError } from '../errors.ts'

/** Updates that are gossiped and not through yet, as long as there is somebody to tell. */
const MAX_GOSSIPED = 2_048
/** Bytes of updates that wait to go by stream. */
const MAX_STREAMED_BYTES = 64 * 1024 * 1024
const STREAMS = 8
/** Members that are told directly, by a packet each. */
const MAX_TOLD = 256

/**
 * Tells the other members what was written here.
 *
 * What fits a packet is gossiped, a newer update of a key in place of an older one. Gossip alone,
 * which nobody passes on, reaches as many members as it has retransmits: the example's writes get to
 * three others, or six of a hundred. So each is sent to every member as well.
 *
 * What fits no packet (the example queues it, and it never leaves) goes to each member by stream;
 * later updates of that key wait behind it, so that the last one arrives last.
 */
export class Spreader {
  readonly #list: Memberlist
  /** The latest update of each key that goes by stream; `undefined` while it is on its way. */
  readonly #streamed = new Map<string, Uint8Array | undefined>()
  #streamedBytes = 0
  #gossiped = 0

  constructor(list: Memberlist) {
    this.#list = list
  }

  get peers(): number {
    return this.#list.members.length - 1
  }

  /** Before anything is changed. @throws KvError ERR_KV_OVERLOAD */
  checkLoad(): void {
    const isBusy = this.#gossiped >= MAX_GOSSIPED || this.#streamedBytes >= MAX_STREAMED_BYTES
    if (this.peers === 0 || !isBusy) return
    throw new KvError(
      'ERR_KV_OVERLOAD',
      `${this.#gossiped} updates wait to be gossiped; nothing changed. Try again in a moment.`,
      { waiting: this.#gossiped },
    )
  }

  /** Who joins later gets the state then, so nothing waits for members to come. */
  spread(key: string, update: Uint8Array): void {
    if (this.peers === 0) return
    if (update.length > this.#list.packetBudget || this.#streamed.has(key)) {
      this.#stream(key, update)
      return
    }
    this.#gossiped++
    const { finished } = this.#list.broadcast(update, { name: `go-example/${key}` })
    void finished.then(() => this.#gossiped--)
    for (const member of this.#others().slice(0, MAX_TOLD)) {
      this.#list.send(member, update).catch(() => undefined)
    }
  }

  #others(): Member[] {
    return this.#list.members.filter(({ local }) => !local)
  }

  #stream(key: string, update: Uint8Array): void {
    const isUnderWay = this.#streamed.has(key)
    this.#streamedBytes += update.length - (this.#streamed.get(key)?.length ?? 0)
    this.#streamed.set(key, update)
    if (!isUnderWay) void this.#streamAll(key)
  }

  async #streamAll(key: string): Promise<void> {
    for (let update = this.#streamed.get(key); update; update = this.#streamed.get(key)) {
      this.#streamed.set(key, undefined)
      const members = this.#others().values()
      await Promise.all(Array.from({ length: STREAMS }, () => this.#sendEach(members, update)))
      this.#streamedBytes -= update.length
    }
    this.#streamed.delete(key)
  }

  async #sendEach(members: Iterable<Member>, update: Uint8Array): Promise<void> {
    for (const member of members) {
      // One that cannot be reached has no other way to get it but to join again: so the example.
      await this.#list.sendReliable(member, update).catch(() => undefined)
    }
  }
}
