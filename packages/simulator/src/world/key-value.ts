import {
  checkSettings,
  decodeRecord,
  decodeSelf,
  decodeVector,
  type EncodedBatch,
  type Instant,
  isKvMessage,
  Replica,
  type ReplicaEffects,
  type ReplicaTimer,
  type SendToken,
} from '@hearsay/kv/internal'
import { Generator } from './generator.ts'
import type { SimulatedMember } from './member.ts'
import type { World } from './world.ts'

/** Clocks in a simulated world jump by hours: how far ahead a stamp may be is not what is tried. */
const settings = checkSettings({ maxSkewMs: 86_400_000 })

/** Room in a packet for what is around a message of the application: its type, the checksum. */
const PACKET_OVERHEAD_BYTES = 16

/** A disk takes up to this long. */
const SLOWEST_DISK_MS = 20

/** What a process stored, for the one after it. */
export class Disk {
  private readonly entries = new Map<string, Uint8Array>()
  private readonly meta = new Map<string, Uint8Array>()

  write({ entries, meta }: EncodedBatch): void {
    for (const { key, record } of entries) {
      const name = Buffer.from(key).toString('hex')
      if (record === undefined) this.entries.delete(name)
      else this.entries.set(name, record)
    }
    for (const [name, record] of meta) this.meta.set(name, record)
  }

  /** A replica that goes on where the stored one ended. */
  open(effects: ReplicaEffects, random: (below: number) => number): Replica {
    const self = this.meta.get('self')
    const vector = this.meta.get('vector')
    const meta = self === undefined ? undefined : decodeSelf(self)
    const origins = vector === undefined ? undefined : decodeVector(vector)
    const restored = meta === undefined ? undefined : { meta, vector: origins ?? [] }
    const replica = new Replica({ settings, effects, random }, restored)
    const entries = [...this.entries.values()].map(decodeRecord)
    replica.restore(entries.filter((entry) => entry !== undefined))
    return replica
  }
}

/** The key/value store's replica on top of one life of a member: what its driver does, virtually. */
export class KeyValueReplica implements ReplicaEffects {
  readonly packetBytes: number
  readonly replica: Replica
  private readonly world: World
  private readonly member: SimulatedMember
  private readonly disk: Disk
  private readonly draws: Generator
  /** What came within a call of the engine. */
  private noted: (() => void)[] = []
  /** When the batch before is stored: they are in order. */
  private storedAt = 0

  constructor(world: World, member: SimulatedMember, disk: Disk) {
    this.world = world
    this.member = member
    this.disk = disk
    this.packetBytes = member.settings.udpBufferSize - PACKET_OVERHEAD_BYTES
    // Each life draws anew: an origin's id must never come twice.
    this.draws = new Generator(world.seed, `key-value ${member.life}`, member.index)
    this.replica = disk.open(this, (below) => this.draws.below(below))
  }

  get instant(): Instant {
    return { now: this.member.now, wallMs: this.member.wallClockMs }
  }

  start(): void {
    this.replica.start(this.instant, this.member.name)
    const { members, self } = this.member.core
    members.forEach((slot, { name }) => {
      if (slot !== self && !members.isGone(slot)) this.replica.memberUp(this.instant, name.text)
    })
  }

  /** True where the message was the store's. */
  received(bytes: Uint8Array): boolean {
    if (!isKvMessage(bytes)) return false
    this.noted.push(() => this.replica.message(this.instant, bytes))
    return true
  }

  memberChanged(name: string, isUp: boolean): void {
    this.noted.push(() => {
      if (isUp) this.replica.memberUp(this.instant, name)
      else this.replica.memberDown(this.instant, name)
    })
  }

  act(): void {
    while (this.noted.length > 0) {
      const noted = this.noted
      this.noted = []
      for (const run of noted) run()
    }
  }

  /** Undefined deletes. */
  write(key: string, value: Uint8Array | undefined): void {
    this.replica.write(this.instant, key, value, { ttlMs: 0, acks: 0, isTraced: false })
  }

  // What the replica asks for.

  send(name: string, bytes: Uint8Array, token?: SendToken): void {
    const { member, world } = this
    const finished = (isSent: boolean): void => {
      if (token !== undefined) {
        member.after(0, () => this.replica.sendFinished(this.instant, token, isSent))
      }
    }
    // Within the replica's call nothing may be called that could call back.
    member.after(0, () => {
      const to = world.memberNamed(name)
      if (to === undefined) finished(false)
      else if (bytes.length > this.packetBytes) world.streams.send(member, to.host, bytes, finished)
      else {
        const engine = member.running
        finished(engine.sendUserMessage(member.now, bytes, to.host, to.port, -1))
      }
    })
  }

  broadcast(bytes: Uint8Array, name: string): void {
    this.member.after(0, () => {
      this.member.running.broadcast(this.member.now, bytes, name, () => undefined)
    })
  }

  setTimer(timer: ReplicaTimer, delayMs: number): void {
    this.member.after(delayMs, () => this.replica.timerFired(this.instant, timer))
  }

  saveSoon(): void {
    const { member, world } = this
    member.after(0, () => {
      const batch = this.replica.takeBatch()
      const encoded = this.replica.encodeBatch(batch)
      this.storedAt = Math.max(this.storedAt, world.now + this.draws.below(SLOWEST_DISK_MS))
      member.after(this.storedAt - world.now, () => {
        this.disk.write(encoded)
        this.replica.saved(this.instant, batch)
      })
    })
  }

  tell(): void {
    // Nobody watches; what is held in the end is looked at.
  }
}
