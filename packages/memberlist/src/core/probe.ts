import type { AckView } from '../wire/ack.ts'
import { writeIndirectPing } from '../wire/indirect-ping.ts'
import { EMPTY } from '../wire/span.ts'
import { writeSuspect } from '../wire/suspect.ts'
import type { Writer } from '../wire/writer.ts'
import type { Acks, Waiting } from './acks.ts'
import type { Core } from './core.ts'
import { encodePing } from './ping.ts'
import type { NodeRecord } from './registry.ts'
import type { Sender } from './sender.ts'
import { ALIVE, DEAD } from './state.ts'
import { suspectMember } from './suspect.ts'

/** Versions of the protocol from which a member answers stream pings, and sends nacks. */
const STREAM_PING_VERSION = 3
const NACK_VERSION = 4
/** From this version on, a member reads a packet's checksum. */
export const CHECKSUM_VERSION = 5

const NOBODY: readonly NodeRecord[] = []

/** One probe of one member: from its ping to the ack, or to the suspicion. */
export class Probe implements Waiting {
  readonly slot: number
  readonly record: NodeRecord
  readonly incarnation: number
  readonly sequence: number
  readonly sentAt: number
  /** When it ends without an ack: the probe interval, longer the worse our own health is. */
  readonly deadline: number
  /** Who was asked to ping it for us; nobody, for most probes. */
  asked: readonly NodeRecord[] = NOBODY
  isIndirect = false
  sendFailed = false
  nacksExpected = 0
  nacks = 0
  answeredByStream = false
  /** Acked, judged or given up: its timers are outdated. */
  isOver = false
  private readonly prober: Prober

  constructor(prober: Prober, slot: number, sequence: number, core: Core) {
    this.prober = prober
    this.slot = slot
    this.record = core.members.record(slot)
    this.incarnation = core.members.incarnation(slot)
    this.sequence = sequence
    this.sentAt = core.now
    this.deadline = core.now + core.awareness.scale(core.settings.probeIntervalMs)
  }

  expects(host: string, port: number): boolean {
    if (this.record.host === host && this.record.port === port) return true
    for (const each of this.asked) if (each.host === host && each.port === port) return true
    return false
  }

  acked(ack: AckView): void {
    this.prober.acked(this, ack)
  }

  nacked(): void {
    this.nacks = Math.min(this.nacks + 1, this.nacksExpected)
  }
}

/**
 * Failure detection: one member at a time, round robin (SWIM, sections 3 and 4.3).
 *
 *   tick ── ping ──┬─ ack in time ─────────────────────────────── good, health -1
 *                  └─ probe timeout ── indirect pings + stream ping
 *                                        ├─ ack ─────────────── good, health -1
 *                                        ├─ stream answered ─── good, and a warning
 *                                        └─ end of interval ─── suspect, health worse
 *
 * A tick that comes while a probe lasts is remembered, one of them; so a slow probe delays the
 * next but does not cancel it. Go: `probe`, `probeNode`, and the ticker's channel of one.
 */
export class Prober {
  current: Probe | undefined
  private readonly core: Core
  private readonly sender: Sender
  private readonly acks: Acks
  private tickWaits = false
  private readonly chosen: number[] = []
  private askingFor = -1

  constructor(core: Core, sender: Sender, acks: Acks) {
    this.core = core
    this.sender = sender
    this.acks = acks
  }

  tick(): void {
    if (this.current !== undefined) {
      this.tickWaits = true
      return
    }
    const slot = this.core.members.nextToProbe(this.core.self, this.forgetTheDead)
    if (slot >= 0) this.probe(slot)
  }

  /** The ping got no answer in time: others are asked, and the target by stream. */
  timedOut(probe: Probe): void {
    if (!probe.isOver && !probe.isIndirect) this.askOthers(probe)
  }

  /** The interval is over: the verdict. */
  ended(probe: Probe): void {
    if (probe.isOver) return
    if (probe.answeredByStream) {
      this.core.effects.tell({ type: 'udp-blocked', record: probe.record })
      this.finish(probe, probe.sendFailed ? 0 : -1)
      return
    }
    const { core } = this
    core.counters.probesFailed++
    const missing = probe.nacksExpected - probe.nacks
    const stillKnown = core.members.holds(probe.slot, probe.record.name)
    this.finish(probe, probe.nacksExpected > 0 ? missing : 1)
    if (stillKnown) {
      suspectMember(core, probe.slot, probe.incarnation, core.selfSpan, '', 0)
    }
  }

  acked(probe: Probe, ack: AckView): void {
    const { core } = this
    if (probe.isOver) return
    if (!probe.isIndirect) {
      const roundTripMs = core.now - probe.sentAt
      if (core.members.holds(probe.slot, probe.record.name)) {
        core.members.setRoundTrip(probe.slot, roundTripMs)
      }
      const payload = ack.payload.length > 0 ? ack.payload.copy() : EMPTY
      core.effects.tell({ type: 'ping-complete', record: probe.record, roundTripMs, payload })
    }
    this.finish(probe, probe.sendFailed ? 0 : -1)
  }

  /** This process stood still: whatever the running probe would say, it says of us. */
  abandon(): void {
    const probe = this.current
    if (probe !== undefined) this.end(probe)
    this.tickWaits = false
  }

  private probe(slot: number): void {
    const { core } = this
    const probe = new Probe(this, slot, this.acks.nextSequence(), core)
    this.current = probe
    this.acks.wait(probe)
    core.counters.probes++
    if (core.awareness.score > 0) core.counters.degradedProbes++
    const accuse = core.members.state(slot) !== ALIVE && core.rules.buddySystem
    const sent = accuse ? this.pingAndAccuse(probe) : this.ping(probe)
    if (sent) {
      core.effects.setTimer({ kind: 'probe-timeout', probe }, core.settings.probeTimeoutMs)
      return
    }
    probe.sendFailed = true
    this.askOthers(probe)
  }

  private ping(probe: Probe): boolean {
    this.writePing(probe, this.sender.begin())
    return this.sender.sendWithGossip(probe.record.host, probe.record.port)
  }

  /** Ping and suspicion in one packet, and nothing else, so that it can refute at once. */
  private pingAndAccuse(probe: Probe): boolean {
    const { builder, selfRecord } = this.core
    const { host, port, name, protocolMax } = probe.record
    const writer = this.sender.begin()
    this.writePing(probe, writer)
    if (!builder.addWritten()) return false
    writeSuspect(writer, probe.incarnation, name.bytes, selfRecord.name.bytes)
    builder.addWritten()
    return this.sender.flush(host, port, protocolMax >= CHECKSUM_VERSION)
  }

  private writePing(probe: Probe, writer: Writer): void {
    encodePing(this.core, writer, probe.sequence, probe.record.name.bytes)
  }

  private askOthers(probe: Probe): void {
    const { core } = this
    probe.isIndirect = true
    this.askingFor = probe.slot
    core.members.pick('indirect-target', core.settings.indirectChecks, this.chosen, this.canBeAsked)
    for (const slot of this.chosen) this.ask(probe, core.members.record(slot))
    const timeoutMs = Math.max(0, probe.deadline - core.now)
    const { record } = probe
    const byStream =
      record.protocolMax >= STREAM_PING_VERSION &&
      !core.settings.disableTcpPings &&
      !(core.hooks.disableTcpPingsFor?.(record.name.text) ?? false)
    if (byStream) {
      core.counters.streamPings++
      core.effects.openStream({ kind: 'ping', probe, timeoutMs })
    }
    core.effects.setTimer({ kind: 'probe-end', probe }, timeoutMs)
  }

  private ask(probe: Probe, helper: NodeRecord): void {
    const { selfRecord, counters, rules } = this.core
    const nack = helper.protocolMax >= NACK_VERSION && rules.localHealthProbe
    if (nack) probe.nacksExpected++
    probe.asked = [...probe.asked, helper]
    counters.indirectProbes++
    writeIndirectPing(
      this.sender.begin(),
      probe.sequence,
      probe.record.address,
      probe.record.port,
      probe.record.name.bytes,
      nack,
      selfRecord.address,
      selfRecord.port,
      selfRecord.name.bytes,
    )
    this.sender.sendWithGossip(helper.host, helper.port)
  }

  private end(probe: Probe): void {
    this.acks.stop(probe.sequence)
    probe.isOver = true
    this.current = undefined
  }

  private finish(probe: Probe, healthDelta: number): void {
    this.end(probe)
    this.core.counters.probeMs += this.core.now - probe.sentAt
    this.core.changeHealth(healthDelta)
    if (!this.tickWaits) return
    this.tickWaits = false
    this.core.effects.setTimer({ kind: 'probe-again' }, 0)
  }

  private readonly canBeAsked = (slot: number): boolean =>
    slot !== this.core.self && slot !== this.askingFor && this.core.members.state(slot) === ALIVE

  /**
   * The list wrapped: those that are gone for longer than gossip reaches them are forgotten, but
   * for ourselves: who has left still goes on until it is stopped.
   */
  private readonly forgetTheDead = (): void => {
    const { members, settings, now, effects, self } = this.core
    members.forget(
      (slot) =>
        slot !== self &&
        members.isGone(slot) &&
        now - members.since(slot) > settings.gossipToTheDeadMs,
      (slot) => {
        effects.tell({ type: 'forget', slot })
      },
    )
  }
}

/** Failed or suspected long enough that only recent deaths still get gossip. */
export function isRecentlyDead(core: Core, slot: number): boolean {
  return (
    core.members.state(slot) === DEAD &&
    core.now - core.members.since(slot) <= core.settings.gossipToTheDeadMs
  )
}
