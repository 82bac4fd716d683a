import { limits } from '../limits.ts'
import { type AckView, writeAck } from '../wire/ack.ts'
import { hostFromBytes } from '../wire/host.ts'
import type { IndirectPingView } from '../wire/indirect-ping.ts'
import { writeNack } from '../wire/nack.ts'
import type { PingView } from '../wire/ping.ts'
import type { Span } from '../wire/span.ts'
import type { Acks, Waiting } from './acks.ts'
import type { Core } from './core.ts'
import { encodePing } from './ping.ts'
import type { Sender } from './sender.ts'

/**
 * The share of the probe time-out after which a nack goes out (Lifeguard, section IV-A). Go waits
 * for the whole: with its defaults, where the time-out is half an interval, its nacks come when the
 * asker has just given its verdict, and its health pays for a target that failed.
 */
const NACK_AFTER = 0.8

/** A ping that we make for somebody else. */
export class Relay implements Waiting {
  /** Our own sequence number, and the one that the asker knows. */
  readonly sequence: number
  readonly askedSequence: number
  readonly targetHost: string
  readonly targetPort: number
  readonly wantsNack: boolean
  readonly replyTo: Destination
  acknowledged = false
  private readonly relays: Relays

  constructor(
    relays: Relays,
    sequence: number,
    view: IndirectPingView,
    targetHost: string,
    replyTo: Destination,
  ) {
    this.relays = relays
    this.sequence = sequence
    this.askedSequence = view.sequence
    this.targetHost = targetHost
    this.targetPort = view.port
    this.wantsNack = view.nack
    this.replyTo = replyTo
  }

  expects(host: string, port: number): boolean {
    return host === this.targetHost && port === this.targetPort
  }

  acked(_ack: AckView): void {
    this.relays.acked(this)
  }

  nacked(): void {
    // Nobody was asked on our behalf: a nack for it means nothing.
  }
}

/** Where an answer goes, and whether that address is proven or only claimed. */
export interface Destination {
  readonly host: string
  readonly port: number
  readonly trusted: boolean
}

/**
 * Answers to pings, and pings made for others (Go: `handlePing`, `handleIndirectPing`).
 *
 * A ping names the address to answer to. Where that is neither where it came from nor that of the
 * member that it names, the answer is never bigger than the question, so that a forged source
 * cannot use us to multiply traffic.
 */
export class Relays {
  private readonly core: Core
  private readonly sender: Sender
  private readonly acks: Acks
  private open = 0

  constructor(core: Core, sender: Sender, acks: Acks) {
    this.core = core
    this.sender = sender
    this.acks = acks
  }

  /** @param questionBytes length of the ping message */
  answerPing(
    ping: PingView,
    host: string,
    port: number,
    authentic: boolean,
    questionBytes: number,
  ): void {
    const { core } = this
    const { node, sourceAddress, sourcePort, sourceNode } = ping
    if (node.length > 0 && !node.equals(core.selfRecord.name.bytes)) {
      core.reject('wrong-name', host, port)
      return
    }
    const payload = core.hooks.ackPayload?.()
    const known = this.isKnownSource(sourceAddress, sourcePort, sourceNode)
    if (known >= 0) {
      const record = core.members.record(known)
      this.sendAck(ping.sequence, payload, record.host, record.port, true, questionBytes)
      return
    }
    if (sourceAddress.length === 0 || sourcePort === 0) {
      this.sendAck(ping.sequence, payload, host, port, true, questionBytes)
      return
    }
    const to = hostFromBytes(sourceAddress.bytes, sourceAddress.start, sourceAddress.end)
    const trusted = authentic || (to === host && sourcePort === port)
    if (to !== '') this.sendAck(ping.sequence, payload, to, sourcePort, trusted, questionBytes)
  }

  relay(ask: IndirectPingView, host: string, port: number, authentic: boolean): void {
    const { core } = this
    if (ask.port === 0 || core.settings.protocolVersion < 2) ask.port = core.bindPort
    const target = hostFromBytes(ask.target.bytes, ask.target.start, ask.target.end)
    if (target === '') {
      core.reject('bad-member', host, port)
      return
    }
    if (this.open >= limits.relayedPings) {
      core.reject('overload', host, port)
      return
    }
    this.open++
    const replyTo = this.destinationOf(ask, host, port, authentic)
    const relay = new Relay(this, this.acks.nextSequence(), ask, target, replyTo)
    this.acks.wait(relay)
    this.pingFor(relay, ask)
    const share = core.rules.earlyNack ? NACK_AFTER : 1
    const patienceMs = Math.floor(core.settings.probeTimeoutMs * share)
    core.effects.setTimer({ kind: 'relay-timeout', relay }, patienceMs)
  }

  acked(relay: Relay): void {
    relay.acknowledged = true
    writeAck(this.sender.begin(), relay.askedSequence, undefined)
    this.reply(relay.replyTo)
  }

  /** No ack so far: say so, if it was asked for, and wait on: a late ack is still passed on. */
  timedOut(relay: Relay): void {
    if (relay.acknowledged) {
      this.open--
      return
    }
    if (relay.wantsNack) {
      writeNack(this.sender.begin(), relay.askedSequence)
      this.reply(relay.replyTo)
    }
    this.core.effects.setTimer({ kind: 'relay-end', relay }, this.core.settings.probeIntervalMs)
  }

  ended(relay: Relay): void {
    this.open--
    this.acks.stop(relay.sequence)
  }

  private sendAck(
    sequence: number,
    payload: Uint8Array | undefined,
    host: string,
    port: number,
    trusted: boolean,
    questionBytes: number,
  ): void {
    const writer = this.sender.begin()
    const start = writer.position
    writeAck(writer, sequence, payload)
    if (trusted) {
      this.sender.sendWithGossip(host, port)
      return
    }
    if (writer.position - start > questionBytes) {
      writer.position = start
      writeAck(writer, sequence, undefined)
    }
    this.sender.sendAlone(host, port)
  }

  private reply(to: Destination): void {
    if (to.trusted) this.sender.sendWithGossip(to.host, to.port)
    else this.sender.sendAlone(to.host, to.port)
  }

  private pingFor(relay: Relay, ask: IndirectPingView): void {
    encodePing(this.core, this.sender.begin(), relay.sequence, ask.node.view())
    const known = this.isKnownSource(ask.target, ask.port, ask.node) >= 0
    if (known) this.sender.sendWithGossip(relay.targetHost, relay.targetPort)
    else this.sender.sendAlone(relay.targetHost, relay.targetPort)
  }

  private destinationOf(
    ask: IndirectPingView,
    host: string,
    port: number,
    authentic: boolean,
  ): Destination {
    const { sourceAddress, sourcePort, sourceNode } = ask
    if (sourceAddress.length === 0 || sourcePort === 0) return { host, port, trusted: true }
    const to = hostFromBytes(sourceAddress.bytes, sourceAddress.start, sourceAddress.end)
    if (to === '') return { host, port, trusted: true }
    const trusted =
      authentic ||
      (to === host && sourcePort === port) ||
      this.isKnownSource(sourceAddress, sourcePort, sourceNode) >= 0
    return { host: to, port: sourcePort, trusted }
  }

  /** The slot of the named member if it is at this very address, else -1. */
  private isKnownSource(address: Span, port: number, name: Span): number {
    if (name.length === 0) return -1
    const slot = this.core.members.find(name.bytes, name.start, name.end)
    if (slot < 0) return -1
    return this.core.members.record(slot).sameAddress(address, port) ? slot : -1
  }
}
