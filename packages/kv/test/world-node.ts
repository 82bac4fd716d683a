import { Buffer } from 'node:buffer'
import { KvError } from '../src/errors.ts'
import type {
  Instant,
  ReplicaEffects,
  ReplicaEvent,
  ReplicaTimer,
  SendToken,
} from '../src/replica/effects.ts'
import type { Held } from '../src/replica/held.ts'
import { decodeSelf, decodeVector } from '../src/replica/meta.ts'
import { type EncodedBatch, Replica, type ReplicaBatch } from '../src/replica/replica.ts'
import { decodeRecord } from '../src/wire/record.ts'
import type { World } from './world.ts'

const PACKET_BYTES = 1_300

/** What survives a crash: whole batches, in their order. */
export class Disk {
  readonly entries = new Map<string, Uint8Array>()
  readonly meta = new Map<string, Uint8Array>()

  write({ entries, meta }: EncodedBatch): void {
    for (const { key, record } of entries) {
      const name = Buffer.from(key).toString('hex')
      if (record === undefined) this.entries.delete(name)
      else this.entries.set(name, record)
    }
    for (const [name, record] of meta) this.meta.set(name, record)
  }

  copy(): Disk {
    const copy = new Disk()
    for (const [name, record] of this.entries) copy.entries.set(name, record)
    for (const [name, record] of this.meta) copy.meta.set(name, record)
    return copy
  }
}

/** One member of the world: a replica, its disk if it has one, its clock, and whether it is up. */
export class WorldNode implements ReplicaEffects {
  readonly packetBytes = PACKET_BYTES
  readonly name: string
  readonly hasDisk: boolean
  readonly events: ReplicaEvent[] = []
  disk = new Disk()
  replica: Replica
  isUp = false
  /** Each crash ends one: what was under way then never comes. */
  life = 0
  clockOffsetMs = 0
  /** Stands still until then; what comes meanwhile waits. */
  pausedUntil = 0
  private readonly world: World
  /** When the batch before is stored: they are in order. */
  private storedAt = 0
  private readonly durable = new Set<string>()
  /** Writes that a member with a disk said it holds. */
  private readonly heldElsewhere = new Set<string>()

  constructor(world: World, name: string, hasDisk: boolean) {
    this.world = world
    this.name = name
    this.hasDisk = hasDisk
    this.replica = this.open()
  }

  get instant(): Instant {
    const { now, wallMs } = this.world
    return { now, wallMs: wallMs + this.clockOffsetMs }
  }

  start(): void {
    this.isUp = true
    this.replica.start(this.instant, this.name)
    for (const other of this.world.nodes) {
      if (other === this || !other.isUp) continue
      this.replica.memberUp(this.instant, other.name)
      other.replica.memberUp(other.instant, this.name)
    }
  }

  /** The process ends; what was not stored is lost. The others notice in a second. */
  crash(): void {
    if (!this.isUp) return
    this.isUp = false
    this.life++
    this.pausedUntil = 0
    const { life } = this
    this.world.later(1_000, () => {
      if (this.life !== life || this.isUp) return
      for (const other of this.world.nodes) {
        if (other.isUp) other.replica.memberDown(other.instant, this.name)
      }
    })
  }

  restart(): void {
    if (this.isUp) return
    this.life++
    for (const other of this.world.nodes) {
      if (other.isUp) other.replica.memberDown(other.instant, this.name)
    }
    if (!this.hasDisk) this.disk = new Disk()
    this.replica = this.open()
    this.start()
  }

  /** Undefined when the store refuses it. */
  write(key: string, value: Uint8Array | undefined, ttlMs = 0): Held | undefined {
    try {
      return this.replica.write(this.instant, key, value, { ttlMs, acks: 1, isTraced: false })
    } catch (error) {
      if (error instanceof KvError) return undefined
      throw error
    }
  }

  /** Whether a write was stored, as its caller would have been told. */
  isStored({ origin, sequence }: Held): boolean {
    return this.durable.has(`${origin.id} ${sequence}`)
  }

  /** Whether another member, which never loses anything, acknowledged it. */
  isHeldElsewhere({ origin, sequence }: Held): boolean {
    return this.heldElsewhere.has(`${origin.id} ${sequence}`)
  }

  /** The key's value as a reader gets it. */
  read(key: string): string | undefined {
    const held = this.replica.state.live(key, this.instant.wallMs)
    return held?.value === undefined ? undefined : Buffer.from(held.value).toString('utf8')
  }

  receive(bytes: Uint8Array): void {
    this.whenAwake(() => this.replica.message(this.instant, bytes))
  }

  timerFired(timer: ReplicaTimer): void {
    this.whenAwake(() => this.replica.timerFired(this.instant, timer))
  }

  sendFinished(token: SendToken, isSent: boolean): void {
    this.whenAwake(() => this.replica.sendFinished(this.instant, token, isSent))
  }

  send(member: string, bytes: Uint8Array, token?: SendToken): void {
    this.world.carry(this, member, bytes, token)
  }

  broadcast(bytes: Uint8Array): void {
    const others = this.world.nodes.filter((node) => node !== this)
    for (let copy = 0; copy < 3; copy++) {
      this.world.later(this.world.random(400), () => {
        const other = others[this.world.random(others.length)]
        if (this.isUp && other.isUp) this.world.carry(this, other.name, bytes, undefined)
      })
    }
  }

  setTimer(timer: ReplicaTimer, delayMs: number): void {
    this.world.timer(this, timer, delayMs)
  }

  saveSoon(): void {
    const { life, world } = this
    world.later(0, () => {
      if (this.life !== life) return
      const batch = this.replica.takeBatch()
      const encoded = this.replica.encodeBatch(batch)
      this.storedAt = Math.max(this.storedAt, world.now + world.random(20))
      world.later(this.storedAt - world.now, () => {
        if (this.life !== life) return
        this.store(batch, encoded)
      })
    })
  }

  tell(event: ReplicaEvent): void {
    this.events.push(event)
    if (event.type !== 'acked' || this.world.node(event.member)?.hasDisk !== true) return
    this.heldElsewhere.add(`${this.replica.state.self.id} ${event.sequence}`)
  }

  private store(batch: ReplicaBatch, encoded: EncodedBatch): void {
    this.disk.write(encoded)
    const self = this.replica.state.self.id
    for (const held of batch.entries.values()) {
      if (held?.origin.id === self) this.durable.add(`${self} ${held.sequence}`)
    }
    for (const { record } of encoded.entries) {
      const entry = record === undefined ? undefined : decodeRecord(record)
      if (entry?.originId === self) this.durable.add(`${self} ${entry.sequence}`)
    }
    this.whenAwake(() => this.replica.saved(this.instant, batch))
  }

  private whenAwake(run: () => void): void {
    if (!this.isUp) return
    const { now } = this.world
    if (now >= this.pausedUntil) {
      run()
      return
    }
    const { life } = this
    this.world.later(this.pausedUntil - now, () => {
      if (this.life === life) this.whenAwake(run)
    })
  }

  private open(): Replica {
    const { settings, random } = this.world
    const self = this.disk.meta.get('self')
    const vector = this.disk.meta.get('vector')
    const meta = self === undefined ? undefined : decodeSelf(self)
    const origins = vector === undefined ? undefined : decodeVector(vector)
    const options = { settings, effects: this, random }
    const restored = meta === undefined ? undefined : { meta, vector: origins ?? [] }
    const replica = new Replica(options, restored)
    const entries = [...this.disk.entries.values()].map(decodeRecord)
    replica.restore(entries.filter((entry) => entry !== undefined))
    return replica
  }
}
