import type { AckView } from '../wire/ack.ts'
import { writeAck } from '../wire/ack.ts'
import { decodePing, PingView } from '../wire/ping.ts'
import { Reader } from '../wire/reader.ts'
import { EMPTY } from '../wire/span.ts'
import { writeUserPacket } from '../wire/user.ts'
import { Writer } from '../wire/writer.ts'
import { Acks, DirectPing } from './acks.ts'
import { startSelf, takeAlive } from './alive.ts'
import { Core, type CoreOptions } from './core.ts'
import { declareDead } from './dead.ts'
import type { Timer } from './effects.ts'
import { pushPullIntervalMs } from './formulas.ts'
import { Gossip } from './gossip.ts'
import { encodePing } from './ping.ts'
import { CHECKSUM_VERSION, type Probe, Prober } from './probe.ts'
import { answerTo, askAnyone, PushPull } from './push-pull.ts'
import { Broadcast, type BroadcastOutcome } from './queue.ts'
import { Receiver } from './receiver.ts'
import { announceSelf } from './refute.ts'
import { NodeRecord } from './registry.ts'
import { Relays } from './relay.ts'
import { Sender } from './sender.ts'
import { ALIVE } from './state.ts'
import { StateEncoder } from './state-encoder.ts'
import { StateMerge } from './state-merge.ts'
import { accuseAgain, suspicionTimedOut } from './suspect.ts'

/** What the local member says of itself. */
export interface SelfDescription {
  readonly name: Uint8Array
  /** The advertised address: 4 or 16 bytes, in the form that others are to see. */
  readonly address: Uint8Array
  readonly host: string
  readonly port: number
  readonly meta: Uint8Array | undefined
  /** Above that of any earlier life: `initialIncarnation`. */
  readonly incarnation: number
}

/**
 * One member's protocol: SWIM with Lifeguard's extensions, as HashiCorp's memberlist speaks it.
 *
 *        packet ─┐                                   ┌─ sendPacket
 *    timerFired ─┤   Receiver ─ alive suspect dead   ├─ setTimer
 *  stream parts ─┼─▶ Prober  Relays  Acks  Gossip  ──┼─▶ openStream
 *   user's asks ─┘   Members · queues · suspicions   └─ tell, rejected
 *
 * Sans-I/O: every call is synchronous and is given `now` (monotonic milliseconds); everything that
 * follows goes out through `Effects`. Nothing throws on what peers send.
 */
export class Engine {
  readonly core: Core
  private readonly acks: Acks
  private readonly sender: Sender
  private readonly prober: Prober
  private readonly relays: Relays
  private readonly gossip: Gossip
  private readonly receiver: Receiver

  constructor(options: CoreOptions) {
    this.core = new Core(options)
    this.acks = new Acks(this.core)
    this.sender = new Sender(this.core)
    this.prober = new Prober(this.core, this.sender, this.acks)
    this.relays = new Relays(this.core, this.sender, this.acks)
    this.gossip = new Gossip(this.core, this.sender)
    this.receiver = new Receiver(this.core, this.acks, this.relays)
  }

  /** The local member is alive, and the periodic tasks begin, each after a random part of its interval. */
  start(now: number, self: SelfDescription): void {
    this.core.now = now
    const name = this.core.registry.intern(self.name, 0, self.name.length)
    const { settings } = this.core
    const versions = Uint8Array.of(
      1,
      5,
      settings.protocolVersion,
      settings.delegateProtocolMin,
      settings.delegateProtocolMax,
      settings.delegateProtocolVersion,
    )
    const { address, port, meta, host } = self
    startSelf(
      this.core,
      new NodeRecord(name, address, port, meta, versions, host),
      self.incarnation,
    )
    this.gossip.start()
    this.stagger({ kind: 'probe' }, settings.probeIntervalMs)
    this.stagger({ kind: 'push-pull' }, settings.pushPullIntervalMs)
    this.stagger({ kind: 'reconnect' }, settings.reconnectIntervalMs)
    this.gossip.arm()
  }

  /**
   * Members that are known from before, alive and as they were: nothing is announced, nobody is
   * asked. After `start`; those that are known already stay as they are. For the simulator, where
   * ten thousand that know each other are the beginning.
   */
  recall(
    now: number,
    records: readonly NodeRecord[],
    incarnation: (index: number) => number,
  ): void {
    const { members } = this.core
    this.core.now = now
    members.expect(records.length)
    for (let index = 0; index < records.length; index++) {
      const record = records[index]
      if (members.slotOf(record.name) >= 0) continue
      const slot = members.add(record, now)
      members.setIncarnation(slot, incarnation(index))
      members.setState(slot, ALIVE, now)
    }
  }

  /**
   * Knows what that one knows, and what it knows of us. After `start`, instead of recalling the same
   * members again: for many engines in one process.
   */
  recallAs(now: number, other: Engine): void {
    const { core } = this
    core.now = now
    core.members.copyFrom(other.core.members, now)
    core.digest.copyFrom(other.core.digest)
    core.self = core.members.find(core.selfSpan.bytes, core.selfSpan.start, core.selfSpan.end)
    if (core.self < 0) throw new Error('the other does not know us')
  }

  /** Lets go of what is shared with other engines. Nothing may be called after it. */
  stop(): void {
    this.core.membership.clear()
    this.core.userMessages.clear()
    this.core.members.clear()
  }

  packet(now: number, bytes: Uint8Array, host: string, port: number): void {
    this.core.now = now
    this.receiver.packet(bytes, host, port)
    this.gossip.arm()
  }

  timerFired(now: number, timer: Timer): void {
    this.core.now = now
    this.dispatch(timer)
    this.gossip.arm()
  }

  /**
   * This process stood still for so long. To be called after the sockets were drained and before
   * the late timers are fired: what they would say of others, they say of us.
   */
  stalled(now: number, pausedMs: number): void {
    const { core } = this
    core.now = now
    core.counters.pauses++
    this.prober.abandon()
    for (const suspicion of core.suspicions.values()) {
      // Not beyond now: one that came out of the sockets just before has missed nothing.
      suspicion.startedAt = Math.min(now, suspicion.startedAt + pausedMs)
    }
    const missedProbes = Math.ceil(pausedMs / Math.max(1, core.settings.probeIntervalMs))
    core.changeHealth(Math.max(1, missedProbes))
    core.effects.tell({ type: 'pause', pausedMs })
  }

  /** The outcome of `openStream({ kind: 'ping' })`. */
  streamPingAnswered(now: number, probe: Probe, answered: boolean): void {
    this.core.now = now
    if (answered) probe.answeredByStream = true
  }

  /** The ack for a ping that came by stream (its struct), or undefined where none is due. */
  answerStreamPing(
    bytes: Uint8Array,
    start: number,
    end: number,
    host: string,
    port: number,
  ): Uint8Array | undefined {
    const reader = new Reader()
    const ping = new PingView()
    reader.reset(bytes, start, end)
    if (!decodePing(reader, ping)) {
      this.core.reject(reader.failure ?? 'malformed', host, port)
      return undefined
    }
    if (ping.node.length > 0 && !ping.node.equals(this.core.selfRecord.name.bytes)) {
      this.core.reject('wrong-name', host, port)
      return undefined
    }
    const writer = new Writer(32)
    writeAck(writer, ping.sequence, undefined)
    return writer.take()
  }

  /** The ping that a probe sends by stream: the same that went by packet. */
  encodeStreamPing(probe: Probe): Uint8Array {
    const writer = new Writer(128)
    encodePing(this.core, writer, probe.sequence, probe.record.name.bytes)
    return writer.take()
  }

  /** The push/pull message with all that we know, in one go. */
  encodeState(join: boolean, userState: Uint8Array): Uint8Array {
    return this.beginState(join, userState).whole()
  }

  /** The same in steps; see `StateEncoder`. */
  beginState(join: boolean, userState: Uint8Array): StateEncoder {
    return new StateEncoder(this.core, { join, userState })
  }

  /** A push/pull of ours, to be sent and answered. */
  beginPushPull(join: boolean, userState: Uint8Array): PushPull {
    return new PushPull(this.core, join, userState)
  }

  /** The answer to a peer's push/pull, before that is taken. */
  beginAnswer(merge: StateMerge, userState: Uint8Array): StateEncoder {
    return answerTo(this.core, merge, userState)
  }

  /** A peer's push/pull message, from after its type byte; see `StateMerge`. */
  beginMerge(bytes: Uint8Array, start: number, end: number, host: string): StateMerge {
    return new StateMerge(this.core, bytes, start, end, host)
  }

  /** After steps of a merge: what they queued has to go out. */
  mergeStepped(now: number): void {
    this.core.now = now
    this.gossip.arm()
  }

  /** The answer of the application to an alive message that it wanted to think about. */
  aliveJudged(
    now: number,
    record: NodeRecord,
    incarnation: number,
    host: string,
    port: number,
    accepted: boolean,
  ): void {
    this.core.now = now
    if (accepted) takeAlive(this.core, record, incarnation, host, port)
    else this.core.reject('vetoed', host, port)
    this.core.registry.release(record.name)
    this.gossip.arm()
  }

  /** Queues a message of the application for all. */
  broadcast(
    now: number,
    payload: Uint8Array,
    subject: string | undefined,
    finished: (outcome: BroadcastOutcome) => void,
  ): void {
    this.core.now = now
    const writer = new Writer(payload.length + 1)
    writeUserPacket(writer, payload)
    this.core.userMessages.add(new Broadcast(subject, writer.view(), finished))
    this.gossip.arm()
  }

  /** One message of the application, by packet, to one address. False: it cannot arrive. */
  sendUserMessage(
    now: number,
    payload: Uint8Array,
    host: string,
    port: number,
    slot: number,
  ): boolean {
    const { core } = this
    core.now = now
    writeUserPacket(this.sender.begin(), payload)
    if (!core.builder.addWritten()) return false
    const checksum = slot >= 0 && core.members.record(slot).protocolMax >= CHECKSUM_VERSION
    return this.sender.flush(host, port, checksum)
  }

  /** A ping that the application asked for; its outcome is told as `ping-done`. */
  ping(now: number, record: NodeRecord): DirectPing {
    const { core, acks } = this
    core.now = now
    const ping = new DirectPing(record, acks.nextSequence(), now)
    const finish = (ack: AckView | undefined): void => {
      if (ping.done) return
      ping.done = true
      acks.stop(ping.sequence)
      const roundTripMs = ack === undefined ? undefined : core.now - ping.sentAt
      const payload = ack === undefined || ack.payload.length === 0 ? EMPTY : ack.payload.copy()
      core.effects.tell({ type: 'ping-done', ping, roundTripMs, payload })
    }
    ping.finish = finish
    acks.wait({
      sequence: ping.sequence,
      expects: (host, port) => host === record.host && port === record.port,
      acked: finish,
      nacked: () => undefined,
    })
    encodePing(core, this.sender.begin(), ping.sequence, record.name.bytes)
    this.sender.sendWithGossip(record.host, record.port)
    core.effects.setTimer({ kind: 'ping-timeout', ping }, core.settings.probeTimeoutMs)
    return ping
  }

  /** New metadata: the next incarnation, told to all. */
  updateMeta(now: number, meta: Uint8Array, finished: (outcome: BroadcastOutcome) => void): void {
    const { core } = this
    core.now = now
    const previous = core.selfRecord
    const { name, address, port, versions, host } = previous
    core.members.setRecord(core.self, new NodeRecord(name, address, port, meta, versions, host))
    const incarnation = core.members.incarnation(core.self)
    core.members.setIncarnation(core.self, Math.min(incarnation + 1, 0xffffffff))
    announceSelf(core, finished)
    core.effects.tell({ type: 'update', slot: core.self, previous })
    this.gossip.arm()
  }

  /** Tells all that we leave; probing and gossip go on until the shell stops. */
  leave(now: number, finished: (outcome: BroadcastOutcome) => void): void {
    const { core } = this
    core.now = now
    core.leaving = true
    const incarnation = core.members.incarnation(core.self)
    declareDead(core, core.self, incarnation, core.selfSpan, '', 0, finished)
    this.gossip.arm()
  }

  private dispatch(timer: Timer): void {
    const { core, prober, relays } = this
    switch (timer.kind) {
      case 'probe':
        core.effects.setTimer(timer, core.settings.probeIntervalMs)
        prober.tick()
        accuseAgain(core, this.sender)
        return
      case 'probe-again':
        prober.tick()
        return
      case 'probe-timeout':
        prober.timedOut(timer.probe)
        return
      case 'probe-end':
        prober.ended(timer.probe)
        return
      case 'ping-timeout':
        timer.ping.finish(undefined)
        return
      case 'relay-timeout':
        relays.timedOut(timer.relay)
        return
      case 'relay-end':
        relays.ended(timer.relay)
        return
      case 'suspicion':
        suspicionTimedOut(core, timer.slot, timer.dueAt)
        return
      case 'gossip':
        this.gossip.tick()
        return
      case 'push-pull':
        this.pushPullTick(timer)
        return
      case 'catch-up':
        core.catchUp.tick()
        return
      case 'reconnect':
        core.effects.setTimer(timer, core.settings.reconnectIntervalMs)
        core.reconnects.tick()
        return
    }
  }

  private pushPullTick(timer: Timer): void {
    const { core } = this
    const { members, settings, effects } = core
    effects.setTimer(timer, pushPullIntervalMs(settings.pushPullIntervalMs, members.size))
    askAnyone(core)
  }

  private stagger(timer: Timer, intervalMs: number): void {
    if (intervalMs === 0) return
    this.core.effects.setTimer(timer, this.core.random('stagger', intervalMs))
  }
}
