import {
  bytesFromHost,
  bytesFromText,
  type CoreEvent,
  type Effects,
  Engine,
  initialIncarnation,
  isAliveAt,
  isOutdated,
  JoinAddresses,
  joinRetryMs,
  judgeLateness,
  type NodeRecord,
  type RejectionReason,
  type Settings,
  type StreamRequest,
  type Timer,
} from '@hearsay/memberlist/internal'
import { memberName } from '../run.ts'
import type { Standstill } from '../scenario.ts'
import { Generator } from './generator.ts'
import type { MemberApplication } from './member-application.ts'
import { type Backlog, newBacklog } from './socket-buffer.ts'
import type { StateMessage } from './state-message.ts'
import type { World } from './world.ts'
import { type PacketEvent, TimerEvent } from './world-event.ts'

export const PORT = 7_946

/** The wall clock of the world at virtual time 0. */
const WALL_CLOCK_MS = Date.UTC(2026, 0, 1)

/**
 * A place in the virtual network, with the lives of one member after each other. It does around
 * the engine what the shell does around it: late timers, joins that are tried again, application.
 */
export class SimulatedMember implements Effects {
  // First, side by side in memory, what every event looks at: of a thousand members, each is long out
  // of the cache when its turn comes.
  private readonly world: World
  readonly index: number
  /** The process that runs now, if one does. */
  engine: Engine | undefined
  /** Counts the processes; what an earlier one asked for comes to nothing. */
  life = 0
  isPaused = false
  /** Timers of this life that have not fired. */
  pendingTimers = 0
  private clockOffsetMs: number
  private readonly clockRate: number
  application: MemberApplication | undefined
  /** States that are on their way and not yet written down, if there are any. */
  private unwritten: Set<StateMessage> | undefined
  readonly host: string
  private readonly draws: Generator

  readonly name: string
  readonly nameBytes: Uint8Array
  readonly port = PORT
  settings: Settings
  meta: Uint8Array | undefined
  /** Since it left in good order, until it starts again. */
  hasLeft = false
  /** A fault of its own befell it in this run: a pause, slowness, loss, a partition. */
  isDisturbed = false
  /** It forges: what others believe of what it says is no violation. */
  isHostile = false
  /** Forged messages about it went around. */
  isForgedAbout = false
  /** When this life began. */
  startedAt = Number.NEGATIVE_INFINITY
  /** How far the wall clock is off. */
  wallOffsetMs = 0
  private joinAddresses = new JoinAddresses()
  private highestIncarnation = 0
  private readonly backlog: Backlog
  private lateTimers: TimerEvent[] = []
  /** While it stands still: whether time-outs run on. */
  private hasTimeouts = false
  /** What waits to be sent; what has to send waits too, so it is little: what time-outs ask for. */
  private heldSends: (() => void)[] = []

  constructor(world: World, index: number, settings: Settings) {
    this.world = world
    this.index = index
    this.settings = settings
    this.name = memberName(index)
    this.nameBytes = bytesFromText(this.name)
    this.host = hostOf(index)
    this.draws = new Generator(world.seed, 'member', index)
    this.clockOffsetMs = Math.floor(this.draws.share() * 1_000_000)
    const drift = world.scenario.clockDrift ?? 0
    this.clockRate = drift === 0 ? 1 : 1 + this.draws.between(-drift, drift)
    this.backlog = newBacklog()
  }

  get isLive(): boolean {
    return this.engine !== undefined
  }

  /** Its own monotonic clock: nobody else's has this beginning, or quite this speed. */
  get now(): number {
    return this.world.now * this.clockRate + this.clockOffsetMs
  }

  get wallClockMs(): number {
    return WALL_CLOCK_MS + this.world.now * this.clockRate + this.wallOffsetMs
  }

  /** Only while it is live. */
  get core() {
    return this.running.core
  }

  get running(): Engine {
    if (this.engine === undefined) throw new Error(`${this.name} does not run`)
    return this.engine
  }

  /** The engine, for a call that may change what it knows: states under way are written down. */
  beforeChange(): Engine {
    if (this.unwritten !== undefined) for (const state of [...this.unwritten]) state.bytes()
    return this.running
  }

  writesLater(state: StateMessage): void {
    this.unwritten ??= new Set()
    this.unwritten.add(state)
  }

  written(state: StateMessage): void {
    this.unwritten?.delete(state)
    if (this.unwritten?.size === 0) this.unwritten = undefined
  }

  // The life of a process.

  start(options: { readonly memory?: boolean } = {}): void {
    const { world } = this
    this.life++
    this.pendingTimers = 0
    this.hasLeft = false
    this.startedAt = world.now
    this.joinAddresses = new JoinAddresses()
    const engine = new Engine({
      settings: this.settings,
      security: world.security,
      bindPort: PORT,
      effects: this,
      random: (_draw, below) => this.draws.below(below),
      registry: world.registry,
      hooks: {},
      rules: world.rules,
    })
    const address = bytesFromHost(this.host)
    if (address === undefined) throw new Error(`${this.host} is no address`)
    this.engine = engine
    this.application = world.newApplication(this)
    engine.start(this.now, {
      name: this.nameBytes,
      address,
      host: this.host,
      port: PORT,
      meta: this.meta,
      incarnation: this.firstIncarnation(options.memory ?? false),
    })
    engine.core.selfRecord.name.latest = engine.core.selfRecord
  }

  /** Gone without a word. */
  crash(): void {
    if (this.engine === undefined) return
    this.beforeChange()
    this.highestIncarnation = this.core.members.incarnation(this.core.self)
    this.engine.stop()
    this.engine = undefined
    this.application = undefined
    this.isPaused = false
    this.backlog.clear()
    this.lateTimers = []
    this.heldSends = []
  }

  /** Knows all of these from the beginning, and has nothing to tell. */
  recall(records: readonly NodeRecord[], incarnation: (index: number) => number): void {
    this.running.recall(this.now, records, incarnation)
    this.core.membership.clear()
  }

  /** Knows all that this one knows, likewise. */
  recallAs(other: SimulatedMember): void {
    this.running.recallAs(this.now, other.running)
    this.core.membership.clear()
  }

  remember(addresses: readonly string[]): void {
    this.joinAddresses.remember(addresses)
    this.core.reconnects.hasJoinAddresses = true
  }

  /** Tries all, and again later if none was reached. */
  join(addresses: readonly string[], retryMs?: number): void {
    this.remember(addresses)
    const { life } = this
    let open = addresses.length
    let reached = 0
    const ended = (ok: boolean): void => {
      open--
      if (ok) reached++
      if (open > 0 || reached > 0 || this.life !== life || !this.isLive) return
      const wait = joinRetryMs(retryMs, this.settings)
      this.after(wait, () => this.join(addresses, wait))
    }
    for (const address of addresses) {
      if (address === this.host) ended(true)
      else this.world.streams.pushPull(this, address, true, ended)
    }
  }

  /** Runs in so much virtual time, if the process that runs now still does. */
  after(delayMs: number, run: () => void): void {
    const { life } = this
    this.world.after(delayMs, () => {
      if (this.life === life && this.isLive) this.whenAwake(run)
    })
  }

  // What the engine asks for.

  sendPacket(bytes: Uint8Array, host: string, _port: number): boolean {
    if (!this.isPaused) return this.world.send(this, bytes, host)
    const copy = bytes.slice()
    this.heldSends.push(() => this.world.send(this, copy, host))
    return true
  }

  openStream(request: StreamRequest): void {
    if (this.isPaused) {
      this.heldSends.push(() => this.openStream(request))
      return
    }
    switch (request.kind) {
      case 'ping':
        this.world.streams.ping(this, request.probe, request.timeoutMs)
        return
      case 'push-pull':
        this.world.streams.pushPull(this, request.record.host, false, undefined)
        return
      case 'rejoin':
        for (const address of this.joinAddresses.takeTurn()) {
          if (address === this.host || isAliveAt(this.core.members, address, PORT)) continue
          this.world.streams.pushPull(this, address, false, undefined)
        }
    }
  }

  setTimer(timer: Timer, delayMs: number): void {
    const event = new TimerEvent(this, this.life, timer, this.now + delayMs)
    this.pendingTimers++
    this.world.schedule(this.world.now + Math.max(0, delayMs) / this.clockRate, event)
  }

  tell(event: CoreEvent): void {
    this.world.told(this, event)
  }

  rejected(reason: RejectionReason, host: string): void {
    this.world.rejected(this, reason, host)
  }

  // What the world brings.

  packet(event: PacketEvent, host: string): void {
    if (this.engine === undefined) {
      this.world.lost(event, 'nobody is there')
      return
    }
    if (this.isPaused) {
      if (!this.backlog.packet(event, host)) this.world.lost(event, 'the buffer is full')
      return
    }
    this.world.arrived(event)
    this.beforeChange().packet(this.now, event.bytes, host, PORT)
    this.application?.act()
  }

  timer(event: TimerEvent): void {
    if (event.life !== this.life || this.engine === undefined) return
    const isLate = this.isPaused && !(this.hasTimeouts && !loops.has(event.timer.kind))
    if (isLate) this.lateTimers.push(event)
    else this.fire(event)
  }

  /** At once, or when it wakes; never, if the process ends before. */
  whenAwake(run: () => void): void {
    if (this.engine === undefined) return
    if (this.isPaused) this.backlog.stream(run)
    else run()
  }

  // Faults.

  pause(stops: Standstill = 'process'): void {
    this.isPaused = true
    this.hasTimeouts = stops === 'traffic'
  }

  /**
   * As the shell: the sockets first where a timer is late, then the engine is told, then the
   * timers. Go's processes believe their timers.
   */
  wake(): void {
    if (!this.isPaused || this.engine === undefined) return
    this.isPaused = false
    const late = this.lateTimers
    this.lateTimers = []
    if (this.hasTimeouts) {
      this.catchUp(late)
      return
    }
    const latenessMs = late.length === 0 ? 0 : this.now - late[0].dueAt
    const verdict = this.world.rules.noticedPauses
      ? judgeLateness(latenessMs, this.settings.latenessThresholdMs)
      : 'fire'
    if (verdict !== 'fire') this.drain()
    if (verdict === 'stalled') this.beforeChange().stalled(this.now, latenessMs)
    for (const event of late) this.fire(event)
    this.drain()
  }

  /** The network is there again: what waited to be sent goes first, and time was never lost. */
  private catchUp(late: readonly TimerEvent[]): void {
    const held = this.heldSends
    this.heldSends = []
    for (const send of held) send()
    this.drain()
    for (const event of late) this.fire(event)
  }

  /** A step of the monotonic clock: timers that are due by then are late at once. */
  jump(byMs: number): void {
    const pending = this.world.takeTimersOf(this)
    this.clockOffsetMs += byMs
    this.isPaused = true
    for (const event of pending) {
      if (event.dueAt <= this.now) this.lateTimers.push(event)
      else this.world.schedule(this.world.now + (event.dueAt - this.now) / this.clockRate, event)
    }
    this.lateTimers.sort((one, other) => one.dueAt - other.dueAt)
    this.wake()
  }

  private drain(): void {
    this.backlog.drain(
      (event, host) => this.packet(event, host),
      (run) => this.whenAwake(run),
    )
  }

  private fire(event: TimerEvent): void {
    if (event.life !== this.life || this.engine === undefined) return
    this.pendingTimers--
    this.world.timerFired(this, event.timer)
    if (!isOutdated(event.timer)) this.beforeChange().timerFired(this.now, event.timer)
    this.application?.act()
  }

  private firstIncarnation(memory: boolean): number {
    if (!this.world.rules.clockIncarnation) return 1
    const byClock = initialIncarnation(this.wallClockMs)
    return memory ? Math.max(byClock, this.highestIncarnation + 1) : byClock
  }
}

/** 10.0.0.1 and on: one address for each member, no other host beside it. */
export function hostOf(index: number): string {
  const number = index + 1
  return `10.${(number >> 16) & 0xff}.${(number >> 8) & 0xff}.${number & 0xff}`
}

/** The member at that address, or -1. */
export function indexOfHost(host: string): number {
  const parts = host.split('.')
  if (parts.length !== 4 || parts[0] !== '10') return -1
  return Number(parts[1]) * 65_536 + Number(parts[2]) * 256 + Number(parts[3]) - 1
}

/** Tasks that come round and send; the others are time-outs, for something that was sent. */
const loops: ReadonlySet<Timer['kind']> = new Set([
  'probe',
  'probe-again',
  'gossip',
  'push-pull',
  'reconnect',
])
