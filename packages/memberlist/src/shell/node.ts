import { randomFillSync } from 'node:crypto'
import type { DirectPing } from '../core/acks.ts'
import type { CoreEvent, Effects, StreamRequest, Timer } from '../core/effects.ts'
import { Engine } from '../core/engine.ts'
import { initialIncarnation } from '../core/formulas.ts'
import type { Random } from '../core/random.ts'
import { type NodeRecord, Registry } from '../core/registry.ts'
import { channels, packetKind } from '../diagnostics.ts'
import { overloaded } from '../errors.ts'
import { limits } from '../limits.ts'
import { abortedError } from '../transport/aborted.ts'
import { endpointText } from '../transport/address.ts'
import type { Endpoint, StreamConnection, Transport } from '../transport/transport.ts'
import { bytesFromHost } from '../wire/host.ts'
import type { RejectionReason } from '../wire/rejection.ts'
import { Events } from './emitter.ts'
import { type ExchangeHost, Exchanges } from './exchanges.ts'
import type { Delegate, Logger } from './options.ts'
import type { Prepared } from './preparation.ts'
import { Snapshots } from './snapshot.ts'
import { noRejections } from './statistics.ts'
import { Timers } from './timers.ts'
import { sharedTimetable } from './timetable.ts'
import { Warnings } from './warnings.ts'

export interface NodeOptions {
  readonly prepared: Prepared
  readonly transport: Transport
  readonly advertise: Endpoint
  readonly meta: Uint8Array
  readonly delegate: Delegate
  readonly logger: Logger | undefined
}

/**
 * One engine in the real world: bound to a transport, to real timers, to the application's hooks.
 *
 *   transport ──packet──▶ engine ──sendPacket──▶ transport
 *             ──stream──▶ exchanges ──merge──▶ engine
 *   timers ◀──setTimer── engine ──tell──▶ events ──▶ application, in a microtask of its own
 */
export class MemberlistNode implements Effects, ExchangeHost {
  readonly engine: Engine
  readonly transport: Transport
  readonly delegate: Delegate
  readonly events: Events
  readonly snapshots: Snapshots
  readonly exchanges: Exchanges
  readonly rejections = noRejections()
  readonly memberName: string
  /** What to do about the engine's wish to try the join addresses again; set by the owner. */
  rejoin: () => void = () => undefined
  private readonly timers: Timers
  readonly warnings: Warnings
  /** Bound: `limits.pingsUnderWay`. */
  private readonly pings = new Map<DirectPing, (result: PingResult | undefined) => void>()
  /** Alive messages that the application is thinking about. Bound: `handoffQueueDepth`. */
  private judging = 0
  private closed = false

  constructor(options: NodeOptions) {
    const { prepared, transport, delegate, logger } = options
    const { settings } = prepared
    this.transport = transport
    this.delegate = delegate
    this.memberName = prepared.name
    this.events = new Events(prepared.name, (listener, error) =>
      this.warnings.callbackFailed(listener, error),
    )
    this.warnings = new Warnings(this.now, (warning) => this.events.emit(warning), logger)
    this.timers = new Timers({
      timetable: sharedTimetable,
      now: this.now,
      latenessThresholdMs: settings.latenessThresholdMs,
      drain: () => transport.drain(),
      fire: (timer) => this.engine.timerFired(this.now(), timer),
      stalled: (pausedMs) => this.stalled(pausedMs),
    })
    this.engine = new Engine({
      settings,
      security: prepared.security,
      bindPort: transport.local.port,
      effects: this,
      random: systemRandom,
      registry: sharedRegistry,
      hooks: this.hooks(prepared),
    })
    this.snapshots = new Snapshots(this.engine.core, Date.now() - performance.now())
    this.exchanges = new Exchanges(this)
    this.start(prepared, options)
  }

  readonly now = (): number => performance.now()

  sendPacket(bytes: Uint8Array, host: string, port: number): boolean {
    if (channels.packetOut.hasSubscribers) {
      const { finishedCount: messages, finishedType } = this.engine.core.builder
      const kind = packetKind(finishedType)
      channels.packetOut.publish({ member: this.memberName, bytes, host, port, kind, messages })
    }
    return this.transport.sendPacket(bytes, host, port)
  }

  setTimer(timer: Timer, delayMs: number): void {
    this.timers.set(timer, delayMs)
  }

  openStream(request: StreamRequest): void {
    switch (request.kind) {
      case 'ping':
        void this.exchanges.fallbackPing(request.probe, request.timeoutMs)
        return
      case 'push-pull':
        void this.pushPullInBackground(request.record)
        return
      case 'rejoin':
        this.rejoin()
        return
    }
  }

  tell(event: CoreEvent): void {
    switch (event.type) {
      case 'ping-done':
        this.pings.get(event.ping)?.(event)
        this.pings.delete(event.ping)
        return
      case 'ping-complete':
        this.pingComplete(event.record, event.roundTripMs, event.payload)
        return
      case 'udp-blocked':
        this.udpBlocked(event.record)
        return
      default:
        if (this.events.wants(event.type)) this.emit(event)
    }
  }

  rejected(reason: RejectionReason, host: string, port: number): void {
    this.rejections[reason]++
    if (channels.rejected.hasSubscribers) {
      channels.rejected.publish({ member: this.memberName, reason, host, port })
    }
    this.warnings.rejected(reason, host, port)
  }

  received(bytes: Uint8Array, { host, port }: Endpoint): void {
    this.engine.core.counters.userMessages++
    this.events.emit({ type: 'message', bytes, via: 'stream', host, port })
  }

  warn(text: string, host: string, port: number): void {
    this.warnings.warn('exchange-failed', text, host, port)
  }

  callbackFailed(what: string, error: unknown): void {
    this.warnings.callbackFailed(`The delegate's ${what}`, error)
  }

  ping(record: NodeRecord, signal: AbortSignal | undefined): Promise<PingResult | undefined> {
    if (this.pings.size >= limits.pingsUnderWay) {
      return Promise.reject(overloaded(`${this.pings.size} pings`))
    }
    return new Promise((resolve, reject) => {
      const ping = this.engine.ping(this.now(), record)
      const aborted = (): void => {
        this.pings.delete(ping)
        if (signal !== undefined) reject(abortedError(signal, `Pinging ${record.name.text}`))
      }
      signal?.addEventListener('abort', aborted, { once: true })
      this.pings.set(ping, (result) => {
        signal?.removeEventListener('abort', aborted)
        resolve(result)
      })
    })
  }

  /** Releases everything, in the reverse order of acquiring. */
  async close(): Promise<void> {
    if (this.closed) return
    this.closed = true
    this.timers.close()
    this.exchanges.close()
    for (const finished of this.pings.values()) finished(undefined)
    this.pings.clear()
    await this.transport[Symbol.asyncDispose]()
    this.snapshots.keep()
    this.engine.stop()
    this.events.close()
  }

  private start(prepared: Prepared, { advertise, meta }: NodeOptions): void {
    const address = bytesFromHost(advertise.host)
    if (address === undefined) throw new Error(`${advertise.host} is no IP address`)
    this.engine.start(this.now(), {
      name: prepared.nameBytes,
      address,
      host: advertise.host,
      port: advertise.port,
      meta: meta.length > 0 ? meta : undefined,
      incarnation: initialIncarnation(Date.now()),
    })
    try {
      this.transport.start({
        packet: this.packet,
        stream: (stream) => this.stream(stream),
        failed: (error) => this.transportFailed(error),
      })
    } catch (error) {
      this.timers.close()
      this.engine.stop()
      throw error
    }
  }

  private readonly packet = (bytes: Uint8Array, host: string, port: number): void => {
    if (this.closed) return
    if (channels.packetIn.hasSubscribers) {
      channels.packetIn.publish({ member: this.memberName, bytes, host, port })
    }
    this.engine.packet(this.now(), bytes, host, port)
  }

  private readonly judge = (
    record: NodeRecord,
    incarnation: number,
    host: string,
    port: number,
  ): 'accept' | 'refuse' | 'later' | 'overload' => {
    // Not even asked: each question that is open may hold memory and work of the application's.
    if (this.judging >= this.engine.core.settings.handoffQueueDepth) return 'overload'
    const member = this.snapshots.ofRecord(record, incarnation, 'alive')
    const answer = this.guarded('alive', () => this.delegate.alive?.(member) ?? true, false)
    if (typeof answer === 'boolean') return answer ? 'accept' : 'refuse'
    const accepted = Promise.resolve(answer).then(
      (given) => given === true,
      (error: unknown) => {
        this.callbackFailed('alive', error)
        return false
      },
    )
    this.judging++
    void accepted.then((isAccepted) => {
      this.judging--
      if (this.closed) return
      this.engine.aliveJudged(this.now(), record, incarnation, host, port, isAccepted)
    })
    return 'later'
  }

  private stream(stream: StreamConnection): void {
    if (this.closed) stream.destroy()
    else void this.exchanges.serve(stream)
  }

  private hooks(prepared: Prepared) {
    const { delegate } = this
    return {
      ...(prepared.allowsAddress && { allowsAddress: prepared.allowsAddress }),
      ...(delegate.alive && {
        judgeAlive: this.judge,
      }),
      ...(delegate.ackPayload && {
        ackPayload: () => this.guarded('ackPayload', () => delegate.ackPayload?.(), undefined),
      }),
      ...(delegate.disableTcpPingsFor && {
        disableTcpPingsFor: (name: string) =>
          this.guarded(
            'disableTcpPingsFor',
            () => delegate.disableTcpPingsFor?.(name) ?? false,
            false,
          ),
      }),
    }
  }

  /** A promise holds that one message back; everything else goes on. */
  private guarded<Result>(what: string, call: () => Result, otherwise: Result): Result {
    try {
      return call()
    } catch (error) {
      this.callbackFailed(what, error)
      return otherwise
    }
  }

  private emit(event: CoreEvent): void {
    const { snapshots, events } = this
    switch (event.type) {
      case 'join':
      case 'alive':
      case 'leave':
      case 'forget':
        events.emit({ type: event.type, member: snapshots.bySlot(event.slot) })
        return
      case 'suspect':
      case 'fail':
        events.emit({ type: event.type, member: snapshots.bySlot(event.slot), from: event.from })
        return
      case 'update': {
        const member = snapshots.bySlot(event.slot)
        const previous = snapshots.ofRecord(event.previous, member.incarnation, member.state)
        events.emit({ type: 'update', member, previous })
        return
      }
      case 'conflict': {
        const existing = snapshots.bySlot(event.slot)
        events.emit({
          type: 'conflict',
          existing,
          other: snapshots.ofRecord(event.other, 0, 'alive'),
        })
        return
      }
      case 'message':
        events.emit({ ...event, via: 'packet' })
        return
      case 'health':
      case 'pause':
        events.emit(event)
        return
      case 'udp-blocked':
      case 'ping-complete':
      case 'ping-done':
        return
    }
  }

  private pingComplete(record: NodeRecord, roundTripMs: number, payload: Uint8Array): void {
    const { delegate, snapshots, engine } = this
    if (channels.probe.hasSubscribers) {
      channels.probe.publish({ member: this.memberName, to: record.name.text, roundTripMs })
    }
    if (delegate.pingComplete === undefined) return
    const slot = engine.core.members.slotOf(record.name)
    if (slot < 0) return
    const member = snapshots.bySlot(slot)
    queueMicrotask(() =>
      this.guarded(
        'pingComplete',
        () => delegate.pingComplete?.(member, roundTripMs, payload),
        undefined,
      ),
    )
  }

  private udpBlocked({ name, host, port }: NodeRecord): void {
    const peer = `${name.text} (${endpointText(host, port)})`
    const text = `${peer} answers over TCP but not over UDP. Open UDP port ${port} in both directions.`
    this.warnings.warn('udp-blocked', text, host, port)
  }

  private stalled(pausedMs: number): void {
    const seconds = (pausedMs / 1_000).toFixed(1)
    this.warnings.warn(
      'stalled',
      `This process stood still for ${seconds} s; others may have suspected it. Look for long synchronous work.`,
    )
    this.engine.stalled(this.now(), pausedMs)
  }

  private async pushPullInBackground(record: NodeRecord): Promise<void> {
    try {
      await this.exchanges.pushPull(record, false)
    } catch (error) {
      if (this.closed) return
      const reason = error instanceof Error ? error.message : String(error)
      this.warnings.warn('exchange-failed', reason, record.host, record.port)
    }
  }

  private transportFailed(error: Error): void {
    this.warnings.warn(
      'exchange-failed',
      `The transport broke: ${error.message} The member hears nothing more; restart it.`,
    )
  }
}

export interface PingResult {
  readonly roundTripMs: number | undefined
  readonly payload: Uint8Array
}

/** Random words in stock, so that a draw costs no call into the system. */
const stock = new Uint32Array(1_024)
let used = stock.length

const systemRandom: Random = (_draw, below) => {
  if (used === stock.length) {
    randomFillSync(stock)
    used = 0
  }
  // Scaled, not cut off: the bias is below / 2^32, far below what the protocol could notice.
  return Math.floor((stock[used++] / 2 ** 32) * below)
}

/** One for the process: members in it that know the same share what they know. */
const sharedRegistry = new Registry(systemRandom('hash-seed', 2 ** 32))
