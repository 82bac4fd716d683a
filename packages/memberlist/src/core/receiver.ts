import { AccusationView, decodeAccusation } from '../wire/accusation.ts'
import { AckView, decodeAck } from '../wire/ack.ts'
import { AliveView, decodeAlive } from '../wire/alive.ts'
import { decodeIndirectPing, IndirectPingView } from '../wire/indirect-ping.ts'
import { ACK, ALIVE, DEAD, INDIRECT_PING, NACK, PING, SUSPECT, USER } from '../wire/message-type.ts'
import { decodeNack, NackView } from '../wire/nack.ts'
import { MessageCursor, PacketOpener } from '../wire/packet.ts'
import { decodePing, PingView } from '../wire/ping.ts'
import { Reader } from '../wire/reader.ts'
import { copyBytes } from '../wire/span.ts'
import type { Acks } from './acks.ts'
import { alive } from './alive.ts'
import type { Core } from './core.ts'
import { dead } from './dead.ts'
import type { Relays } from './relay.ts'
import { suspect } from './suspect.ts'

/**
 * The way in for packets (Go: `ingestPacket`, `handleCommand`). Layers come off, messages are read
 * one by one into views that are used again for the next, and each goes to its part of the
 * protocol. What cannot be read is counted by reason; the other messages of the packet still count.
 *
 * Go hands alive, suspect, dead and user messages over through a queue; here one thread does all,
 * in the order of arrival, and the socket's buffer is that queue.
 */
export class Receiver {
  private readonly core: Core
  private readonly acks: Acks
  private readonly relays: Relays

  constructor(core: Core, acks: Acks, relays: Relays) {
    this.core = core
    this.acks = acks
    this.relays = relays
  }

  packet(bytes: Uint8Array, host: string, port: number): void {
    const { core } = this
    core.counters.packetsReceived++
    core.counters.bytesReceived += bytes.length
    if (!opener.open(bytes, core.security)) {
      core.reject(opener.failure ?? 'malformed', host, port)
      return
    }
    const { encrypted } = opener
    cursor.reset(opener.bytes, opener.start, opener.end)
    while (cursor.next()) {
      if (cursor.failure === undefined) this.message(cursor, host, port, encrypted)
      else core.reject(cursor.failure, host, port)
    }
  }

  private message(from: MessageCursor, host: string, port: number, authentic: boolean): void {
    const { type, bytes, start, end } = from
    if (type === USER) {
      this.userMessage(copyBytes(bytes, start, end), host, port)
      return
    }
    reader.reset(bytes, start, end)
    if (!this.dispatch(type, host, port, authentic, end - start + 1)) {
      this.core.reject(reader.failure ?? 'unknown-type', host, port)
    }
  }

  /** False: not readable, or of a type that does not belong in packets. */
  private dispatch(
    type: number,
    host: string,
    port: number,
    authentic: boolean,
    messageBytes: number,
  ): boolean {
    const { core } = this
    switch (type) {
      case PING:
        if (!decodePing(reader, ping)) return false
        this.relays.answerPing(ping, host, port, authentic, messageBytes)
        return true
      case ACK:
        if (!decodeAck(reader, ack)) return false
        this.acks.ack(ack, host, port, authentic)
        return true
      case ALIVE:
        if (!decodeAlive(reader, aliveClaim)) return false
        alive(core, aliveClaim, host, port)
        return true
      case SUSPECT:
        if (!decodeAccusation(reader, accusation)) return false
        suspect(core, accusation, host, port)
        return true
      case DEAD:
        if (!decodeAccusation(reader, accusation)) return false
        dead(core, accusation, host, port)
        return true
      case INDIRECT_PING:
        if (!decodeIndirectPing(reader, indirectPing)) return false
        this.relays.relay(indirectPing, host, port, authentic)
        return true
      case NACK:
        if (!decodeNack(reader, nack)) return false
        this.acks.nack(nack.sequence, host, port, authentic)
        return true
      default:
        return false
    }
  }

  private userMessage(bytes: Uint8Array, host: string, port: number): void {
    this.core.counters.userMessages++
    this.core.effects.tell({ type: 'message', bytes, host, port })
  }
}

// One of each for all engines of the process: the core is synchronous and does not call itself, so
// a view is read before the next message is decoded into it.
const opener = new PacketOpener()
const reader = new Reader()
const cursor = new MessageCursor()
const ping = new PingView()
const indirectPing = new IndirectPingView()
const ack = new AckView()
const nack = new NackView()
const aliveClaim = new AliveView()
const accusation = new AccusationView()
