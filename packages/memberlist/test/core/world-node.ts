import { resolveSettings, type Settings } from '../../src/config.ts'
import type { Hooks } from '../../src/core/core.ts'
import type { CoreEvent, Effects, StreamRequest, Timer } from '../../src/core/effects.ts'
import { Engine } from '../../src/core/engine.ts'
import { initialIncarnation } from '../../src/core/formulas.ts'
import type { PushPull } from '../../src/core/push-pull.ts'
import type { Rules } from '../../src/core/rules.ts'
import { ALIVE, DEAD, SUSPECT } from '../../src/core/state.ts'
import type { StateMerge } from '../../src/core/state-merge.ts'
import { PacketBuilder, type PacketSecurity } from '../../src/wire/packet.ts'
import type { RejectionReason } from '../../src/wire/rejection.ts'
import { EMPTY } from '../../src/wire/span.ts'
import { bytesFromText } from '../../src/wire/text.ts'
import {
  addressOf,
  type Message,
  messagesIn,
  PORT,
  packetOf,
  plain,
  pushPull,
  type StateEntry,
} from './messages.ts'
import { type Decisions, seededRandom } from './seeded.ts'
import type { World } from './world.ts'

export interface NodeOptions {
  readonly host?: string
  readonly port?: number
  readonly incarnation?: number
  readonly meta?: string
  readonly settings?: Partial<Settings>
  readonly hooks?: Hooks
  readonly security?: Partial<PacketSecurity>
  readonly rules?: Rules
  readonly decisions?: Decisions
  /** Keep what is sent, for `sent` and `packets`. */
  readonly recording?: boolean
}

export interface SentPacket {
  readonly at: number
  readonly to: string
  readonly bytes: Uint8Array
}

/** The wall clock of the world at virtual time 0. */
const WALL_CLOCK = Date.UTC(2026, 0, 1)

/** Few, so that every merge of a test is taken in several steps. */
const MERGE_STEP = 3

/** One member of a world: an engine, and what it was seen to do. */
export class WorldNode implements Effects {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly engine: Engine
  readonly security: PacketSecurity
  /** All that was told so far; `told` gives what is new. */
  readonly events: { readonly at: number; readonly text: string; readonly event: CoreEvent }[] = []
  readonly rejections = new Map<RejectionReason, number>()
  readonly packets: SentPacket[] = []
  readonly streams: { readonly at: number; readonly request: StreamRequest }[] = []
  /** Timers that were set and have not fired. */
  readonly timers = new Map<Timer, number>()
  joinAddresses: readonly string[] = []
  /** Hosts to which sending fails at once. */
  readonly unreachable = new Set<string>()
  stopped = false
  isPaused = false
  private readonly world: World
  private readonly recording: boolean
  private readonly backlog: (() => void)[] = []
  private readonly lateTimers: Timer[] = []
  private eventsTaken = 0
  private packetsTaken = 0
  private readonly highest = new Map<string, number>()

  constructor(world: World, name: string, host: string, options: NodeOptions) {
    this.world = world
    this.name = name
    this.host = host
    this.port = options.port ?? PORT
    this.recording = options.recording ?? false
    this.security = plain(options.security)
    this.engine = new Engine({
      settings: resolveSettings(options.settings ?? {}),
      security: this.security,
      bindPort: this.port,
      effects: this,
      random: seededRandom(world.bits(), options.decisions),
      registry: world.registry,
      hooks: options.hooks ?? {},
      ...(options.rules && { rules: options.rules }),
    })
    this.engine.start(world.now, {
      name: bytesFromText(name),
      address: addressOf(host),
      host,
      port: this.port,
      meta: options.meta === undefined ? undefined : bytesFromText(options.meta),
      incarnation: options.incarnation ?? initialIncarnation(WALL_CLOCK + world.now),
    })
  }

  get address(): string {
    return `${this.host}:${this.port}`
  }

  // What the engine asks for.

  sendPacket(bytes: Uint8Array, host: string, port: number): boolean {
    if (this.recording) this.packets.push({ at: this.world.now, to: `${host}:${port}`, bytes })
    if (this.unreachable.has(host)) return false
    this.world.carry(this, bytes, `${host}:${port}`)
    return true
  }

  openStream(request: StreamRequest): void {
    if (this.recording) this.streams.push({ at: this.world.now, request })
    this.world.exchange(this, request)
  }

  setTimer(timer: Timer, delayMs: number): void {
    this.timers.set(timer, (this.timers.get(timer) ?? 0) + 1)
    this.world.timeline.after(delayMs, () => {
      if (this.stopped) return
      if (this.isPaused) this.lateTimers.push(timer)
      else this.fire(timer)
    })
  }

  tell(event: CoreEvent): void {
    if (event.type === 'forget') {
      this.highest.delete(this.engine.core.members.record(event.slot).name.text)
    }
    this.events.push({ at: this.world.now, text: this.describe(event), event })
  }

  rejected(reason: RejectionReason): void {
    this.rejections.set(reason, (this.rejections.get(reason) ?? 0) + 1)
  }

  // What a test does with it.

  /** Something arrives for it: at once, or when it wakes. */
  accept(run: () => void): void {
    if (this.stopped) return
    if (this.isPaused) this.backlog.push(run)
    else run()
  }

  /** One packet with these messages, as if from there. */
  hear(messages: readonly Uint8Array[], host = '10.0.0.9', port = PORT): void {
    this.hearPacket(packetOf(messages, this.security), host, port)
  }

  hearPacket(bytes: Uint8Array, host = '10.0.0.9', port = PORT): void {
    this.engine.packet(this.world.now, bytes, host, port)
  }

  /** A whole push/pull from there. */
  merge(
    entries: readonly StateEntry[],
    { host = '10.0.0.9', join = false, userState = '' } = {},
  ): StateMerge {
    return this.mergeBytes(pushPull(entries, { join, userState }), host)
  }

  /** A peer's push/pull: the answer, and then it is taken. */
  answer(bytes: Uint8Array, host = '10.0.0.9'): Uint8Array {
    const merge = this.engine.beginMerge(bytes, 1, bytes.length, host)
    const answer = this.engine.beginAnswer(merge, EMPTY).whole()
    this.take(merge)
    return answer
  }

  /** @param asked what it answers to */
  mergeBytes(bytes: Uint8Array, host: string, asked?: PushPull): StateMerge {
    const merge = this.engine.beginMerge(bytes, 1, bytes.length, host)
    asked?.listen(merge)
    return this.take(merge)
  }

  private take(merge: StateMerge): StateMerge {
    const { engine, world } = this
    while (!merge.verify(MERGE_STEP)) engine.mergeStepped(world.now)
    if (merge.failure === undefined) {
      while (!merge.apply(world.now, MERGE_STEP)) engine.mergeStepped(world.now)
      engine.mergeStepped(world.now)
    }
    return merge
  }

  join(...addresses: readonly string[]): void {
    this.joinAddresses = addresses
    this.engine.core.reconnects.hasJoinAddresses = addresses.length > 0
    this.world.exchange(this, { kind: 'rejoin' })
  }

  /** The process stands still, as one that is blocked: what comes waits in its sockets. */
  pause(durationMs: number, { noticed = true } = {}): void {
    this.isPaused = true
    this.world.timeline.after(durationMs, () => {
      if (!this.stopped) this.wake(durationMs, noticed)
    })
  }

  /** Gone without a word. */
  crash(): void {
    this.stopped = true
    this.engine.stop()
  }

  // What a test looks at.

  /** What was told since the last call. */
  told(): string[] {
    const texts = this.events.slice(this.eventsTaken).map(({ text }) => text)
    this.eventsTaken = this.events.length
    return texts
  }

  /** What was sent since the last call, packet by packet. */
  sent(): { readonly to: string; readonly messages: Message[] }[] {
    const packets = this.packets.slice(this.packetsTaken)
    this.packetsTaken = this.packets.length
    return packets.map(({ to, bytes }) => ({ to, messages: messagesIn(bytes, this.security) }))
  }

  /** The messages of all packets since the last call. */
  said(): Message[] {
    return this.sent().flatMap(({ messages }) => messages)
  }

  /** What waits to be gossiped about members. Looking counts as sending once. */
  queued(): Message[] {
    const { membership } = this.engine.core
    if (membership.length === 0) return []
    const builder = new PacketBuilder(plain())
    builder.begin(65_000)
    membership.fill(builder, Number.MAX_SAFE_INTEGER, 0)
    return messagesIn(builder.finish(false))
  }

  slot(name: string): number {
    const bytes = bytesFromText(name)
    return this.engine.core.members.find(bytes, 0, bytes.length)
  }

  state(name: string): 'alive' | 'suspect' | 'dead' | 'left' | 'unknown' {
    const slot = this.slot(name)
    if (slot < 0) return 'unknown'
    const state = this.engine.core.members.state(slot)
    return state === ALIVE
      ? 'alive'
      : state === SUSPECT
        ? 'suspect'
        : state === DEAD
          ? 'dead'
          : 'left'
  }

  incarnation(name: string = this.name): number {
    const slot = this.slot(name)
    return slot < 0 ? 0 : this.engine.core.members.incarnation(slot)
  }

  /** Whether a member that it holds for alive is at this address; then nobody is missed there. */
  holdsAlive(address: string): boolean {
    const { members } = this.engine.core
    let found = false
    members.forEach((slot, { host, port }) => {
      found ||= `${host}:${port}` === address && members.state(slot) === ALIVE
    })
    return found
  }

  get health(): number {
    return this.engine.core.awareness.score
  }

  /** Names of those that it holds for alive or suspect, sorted. */
  present(): string[] {
    const { members } = this.engine.core
    const names: string[] = []
    members.forEach((slot, record) => {
      if (!members.isGone(slot)) names.push(record.name.text)
    })
    return names.sort()
  }

  rejectedFor(reason: RejectionReason): number {
    return this.rejections.get(reason) ?? 0
  }

  /** Throws when the incarnation of a member that was not forgotten went down. */
  checkIncarnations(): void {
    const { members } = this.engine.core
    members.forEach((slot, record) => {
      const name = record.name.text
      const incarnation = members.incarnation(slot)
      if (incarnation < (this.highest.get(name) ?? 0)) {
        throw new Error(`${this.name}: incarnation of ${name} went down to ${incarnation}`)
      }
      this.highest.set(name, incarnation)
    })
  }

  private fire(timer: Timer): void {
    const count = this.timers.get(timer) ?? 0
    if (count > 1) this.timers.set(timer, count - 1)
    else this.timers.delete(timer)
    this.engine.timerFired(this.world.now, timer)
  }

  /** As the shell does: first what the sockets hold, then the pause, then the timers. */
  private wake(pausedMs: number, noticed: boolean): void {
    this.isPaused = false
    if (noticed) for (const run of this.backlog.splice(0)) run()
    if (noticed) this.engine.stalled(this.world.now, pausedMs)
    for (const timer of this.lateTimers.splice(0)) this.fire(timer)
    for (const run of this.backlog.splice(0)) run()
  }

  private describe(event: CoreEvent): string {
    const { members } = this.engine.core
    const nameOf = (slot: number): string => members.record(slot).name.text
    switch (event.type) {
      case 'suspect':
      case 'fail':
        return `${event.type} ${nameOf(event.slot)} by ${event.from}`
      case 'message':
        return `message ${Buffer.from(event.bytes).toString()} from ${event.host}:${event.port}`
      case 'conflict':
        return `conflict ${nameOf(event.slot)} with ${event.other.host}:${event.other.port}`
      case 'health':
        return `health ${event.score}`
      case 'pause':
        return `pause ${event.pausedMs}`
      case 'udp-blocked':
        return `udp-blocked ${event.record.name.text}`
      case 'ping-complete':
        return `ping-complete ${event.record.name.text} ${event.roundTripMs} ${Buffer.from(event.payload).toString()}`
      case 'ping-done':
        return `ping-done ${event.ping.record.name.text} ${event.roundTripMs ?? 'lost'} ${Buffer.from(event.payload).toString()}`
      default:
        return `${event.type} ${nameOf(event.slot)}`
    }
  }
}
