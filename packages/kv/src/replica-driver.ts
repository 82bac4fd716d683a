import { randomInt } from 'node:crypto'
import type { Memberlist, MemberlistEvent } from '@hearsay/memberlist'
import { KvError } from './errors.ts'
import type {
  Instant,
  ReplicaEffects,
  ReplicaEvent,
  ReplicaTimer,
  SendToken,
} from './replica/effects.ts'
import type { Held } from './replica/held.ts'
import { decodeSelf, decodeVector } from './replica/meta.ts'
import { Replica, type Restored } from './replica/replica.ts'
import type { KvSettings } from './settings.ts'
import type { Storage } from './storage/storage.ts'
import { isKvMessage } from './wire/message.ts'
import { decodeRecord } from './wire/record.ts'

/** A local write whose caller waits until it is stored. */
interface Waiting {
  readonly held: Held
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

type Listener = (event: ReplicaEvent) => void

/** Before a member is attached. */
const USUAL_PACKET_BYTES = 1_300

/**
 * One replica in the real world: its time, its timers, its storage, and the messages of a
 * memberlist. What is to be stored within one turn of the event loop goes together.
 */
export class ReplicaDriver implements ReplicaEffects {
  readonly replica: Replica
  private readonly storage: Storage | undefined
  private list: Memberlist | undefined
  private readonly timers = new Set<NodeJS.Timeout>()
  /** Local writes that are in no batch yet. Bound: `limits.waitingWrites`. */
  private waiting: Waiting[] = []
  private isSaveDue = false
  private saving: Promise<void> = Promise.resolve()
  private failure: KvError | undefined
  private closing: Promise<void> | undefined
  private happened: Listener = () => undefined
  private failed: (error: unknown) => void = () => undefined

  private constructor(
    settings: KvSettings,
    storage: Storage | undefined,
    restored: Restored | undefined,
  ) {
    this.storage = storage
    this.replica = new Replica({ settings, effects: this, random }, restored)
  }

  /** Reads what is stored. @throws KvError ERR_KV_STORAGE */
  static async open(settings: KvSettings, storage: Storage | undefined): Promise<ReplicaDriver> {
    const driver = new ReplicaDriver(settings, storage, storage && readRestored(storage))
    if (storage !== undefined) await driver.load(storage)
    return driver
  }

  /** What was found broken in the storage, for people. */
  get damage(): string | undefined {
    return this.storage?.damage?.text
  }

  get isClosed(): boolean {
    return this.closing !== undefined
  }

  get waitingBytes(): number {
    return this.replica.waitingBytes
  }

  get packetBytes(): number {
    return this.list?.packetBudget ?? USUAL_PACKET_BYTES
  }

  listen(happened: Listener, failed: (error: unknown) => void): void {
    this.happened = happened
    this.failed = failed
  }

  instant(): Instant {
    return { now: performance.now(), wallMs: Date.now() }
  }

  attach(list: Memberlist): void {
    if (this.list !== undefined) {
      throw new KvError('ERR_KV_OPTION', 'The store is attached to a memberlist already.')
    }
    this.checkOpen()
    this.list = list
    this.replica.start(this.instant(), list.local.name)
    for (const member of list.members) this.replica.memberUp(this.instant(), member.name)
    list.on('event', this.memberlistEvent)
  }

  /** @throws KvError ERR_KV_CLOSED, ERR_KV_STORAGE */
  checkWritable(): void {
    this.checkOpen()
    if (this.failure !== undefined) throw this.failure
  }

  /** Resolves once this write of ours is durable. */
  stored(held: Held): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ held, resolve, reject })
    })
  }

  /** Stores what waits, and lets go of the memberlist and the storage. Idempotent. */
  close(): Promise<void> {
    this.closing ??= this.stop()
    return this.closing
  }

  send(member: string, bytes: Uint8Array, token?: SendToken): void {
    void this.deliver(member, bytes, token)
  }

  broadcast(bytes: Uint8Array, name: string): void {
    try {
      this.list?.broadcast(bytes, { name })
    } catch {
      // Closed, or the packets have become smaller: it spreads by other ways.
    }
  }

  setTimer(timer: ReplicaTimer, delayMs: number): void {
    if (this.isClosed) return
    const handle = setTimeout(() => {
      this.timers.delete(handle)
      this.replica.timerFired(this.instant(), timer)
    }, delayMs)
    handle.unref()
    this.timers.add(handle)
  }

  saveSoon(): void {
    if (this.isSaveDue) return
    this.isSaveDue = true
    setImmediate(() => this.save())
  }

  tell(event: ReplicaEvent): void {
    this.happened(event)
  }

  private readonly memberlistEvent = (event: MemberlistEvent): void => {
    switch (event.type) {
      case 'message':
        if (isKvMessage(event.bytes)) this.replica.message(this.instant(), event.bytes)
        return
      case 'join':
        this.replica.memberUp(this.instant(), event.member.name)
        return
      case 'fail':
      case 'leave':
      case 'forget':
        this.replica.memberDown(this.instant(), event.member.name)
        return
      default:
        return
    }
  }

  private async deliver(
    member: string,
    bytes: Uint8Array,
    token: SendToken | undefined,
  ): Promise<void> {
    let isSent = false
    try {
      if (this.list !== undefined && !this.isClosed) {
        await this.list.send(member, bytes)
        isSent = true
      }
    } catch {
      // The member went, or cannot be reached now: anti-entropy asks again when it is back.
    }
    if (token !== undefined && !this.isClosed) {
      this.replica.sendFinished(this.instant(), token, isSent)
    }
  }

  /** Batches are handed to the storage in order, and are durable in that order. */
  private save(): void {
    if (!this.isSaveDue) return
    this.isSaveDue = false
    const batch = this.replica.takeBatch()
    const waiting = this.waiting
    this.waiting = []
    const written =
      this.storage === undefined ? undefined : this.storage.write(this.replica.encodeBatch(batch))
    // It may fail before its turn comes; that is told when it does.
    written?.catch(() => undefined)
    const settle = async (): Promise<void> => {
      try {
        if (written !== undefined) await written
        if (this.failure !== undefined) throw this.failure
      } catch (error) {
        this.storageFailed(error)
        for (const { reject } of waiting) reject(this.failure)
        return
      }
      this.replica.saved(this.instant(), batch)
      for (const { resolve } of waiting) resolve()
    }
    const before = this.saving
    this.saving = written === undefined ? settle() : before.then(settle)
  }

  private storageFailed(error: unknown): void {
    if (this.failure !== undefined) return
    const why = error instanceof Error ? error.message : String(error)
    this.failure = new KvError(
      'ERR_KV_STORAGE',
      `Storing failed, so no more is written: ${why} Restart the member when the disk is in order.`,
      {},
      error,
    )
    this.failed(error)
  }

  private async load(storage: Storage): Promise<void> {
    let unreadable = 0
    for await (const part of storage.load()) {
      const entries = part.map(({ record }) => decodeRecord(record))
      this.replica.restore(entries.filter((entry) => entry !== undefined))
      unreadable += entries.filter((entry) => entry === undefined).length
    }
    if (unreadable === 0) return
    throw new KvError(
      'ERR_KV_STORAGE',
      `${unreadable} stored entries are of a form that this version does not know. ` +
        'Start the version that wrote them, or move the data directory away.',
      { unreadable },
    )
  }

  private async stop(): Promise<void> {
    this.save()
    this.list?.off('event', this.memberlistEvent)
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    await this.saving
    await this.storage?.[Symbol.asyncDispose]()
  }

  private checkOpen(): void {
    if (!this.isClosed) return
    throw new KvError('ERR_KV_CLOSED', 'The store was closed. Open another one.')
  }
}

/**
 * What the storage knows of ourselves. Where it was damaged, nothing of it is trusted: the replica
 * takes a new origin and asks the others for everything.
 */
function readRestored(storage: Storage): Restored | undefined {
  if (storage.damage !== undefined) return undefined
  const self = storage.readMeta('self')
  const vector = storage.readMeta('vector')
  if (self === undefined || vector === undefined) return undefined
  const meta = decodeSelf(self)
  const origins = decodeVector(vector)
  if (meta === undefined || origins === undefined) {
    throw new KvError(
      'ERR_KV_STORAGE',
      'The stored state is of a form that this version does not know. ' +
        'Start the version that wrote it, or move the data directory away.',
    )
  }
  return { meta, vector: origins }
}

/** `randomInt` takes less than 2^48, which is as much as is asked for. */
function random(below: number): number {
  return below < 2 ? 0 : randomInt(below)
}
