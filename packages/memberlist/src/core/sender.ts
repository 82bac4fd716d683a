import type { Writer } from '../wire/writer.ts'
import type { Core } from './core.ts'

/**
 * The way out for packets: one message, filled up with what waits to be gossiped (Go: `sendMsg`).
 * A packet never exceeds `udpBufferSize`, with all that is put around it counted.
 */
export class Sender {
  private readonly core: Core

  constructor(core: Core) {
    this.core = core
  }

  /** Begins a packet; its message is written with what this gives, and then sent. */
  begin(): Writer {
    const { builder, settings } = this.core
    builder.begin(settings.udpBufferSize)
    return builder.writer
  }

  /** Sends what was written, with broadcasts on top while there is room. */
  sendWithGossip(host: string, port: number): boolean {
    if (!this.core.builder.addWritten()) return this.tooLarge()
    this.addBroadcasts()
    return this.flush(host, port, false)
  }

  /** Sends what was written and nothing else. */
  sendAlone(host: string, port: number): boolean {
    if (!this.core.builder.addWritten()) return this.tooLarge()
    return this.flush(host, port, false)
  }

  /** A packet of broadcasts alone, the application's or also those about members; false: none waits. */
  sendGossip(host: string, port: number, checksum: boolean, aboutMembers: boolean): boolean {
    const { core } = this
    this.begin()
    if (aboutMembers) this.addBroadcasts()
    else core.userMessages.fill(core.builder, core.transmitLimit, 0)
    if (core.builder.count > 0) return this.flush(host, port, checksum)
    // What does not fit into an empty packet never will: a small packet size, or keys since then.
    core.membership.shedLongerThan(core.builder.room)
    core.userMessages.shedLongerThan(core.builder.room)
    return false
  }

  flush(host: string, port: number, checksum: boolean): boolean {
    const { counters, builder, effects } = this.core
    const packet = builder.finish(checksum)
    counters.packetsSent++
    counters.bytesSent += packet.length
    if (effects.sendPacket(packet, host, port)) return true
    counters.sendFailures++
    return false
  }

  /**
   * Membership first, as in Go; but while the application's messages wait, `userMessageShare` per
   * cent of the room are theirs, so that churn cannot starve them.
   */
  private addBroadcasts(): void {
    if (this.core.backlog.count === 0) return
    const { builder, settings, transmitLimit, catchUp, membership, userMessages } = this.core
    if (userMessages.length === 0) {
      membership.fill(builder, transmitLimit, 0, catchUp.isCrowded)
      return
    }
    const kept = Math.floor((builder.room * settings.userMessageShare) / 100)
    membership.fill(builder, transmitLimit, kept, catchUp.isCrowded)
    userMessages.fill(builder, transmitLimit, 0)
  }

  /** A name so long that a message about it fits no packet; such members are refused on entry. */
  private tooLarge(): boolean {
    this.core.counters.sendFailures++
    return false
  }
}
