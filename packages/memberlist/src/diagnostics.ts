import { channel } from 'node:diagnostics_channel'
import { ACK, INDIRECT_PING, NACK, PING } from './wire/message-type.ts'

/**
 * The declared observable surface beside the events: channels of `node:diagnostics_channel`, for
 * tracing and tools. Publishing costs nothing while nobody subscribes. Every message has `member`,
 * the name of the local member.
 *
 *   hearsay:memberlist:event      { member, event }                        each MemberlistEvent
 *   hearsay:memberlist:rejected   { member, reason, host, port }           each refusal, by reason
 *   hearsay:memberlist:packet.in  { member, bytes, host, port }            as received
 *   hearsay:memberlist:packet.out { member, bytes, host, port, kind, messages }   as sent: what it is for,
 *                                 a PacketKind, and how many messages are in it
 *   hearsay:memberlist:probe      { member, to, roundTripMs }              each ack of a probe that came
 *                                 straight from the probed member, whose name is `to`
 *   hearsay:memberlist:exchange   { member, kind, role, host, port, durationMs, error? }
 *                                 each stream: kind is push-pull, ping or user
 */
export const channels = {
  event: channel('hearsay:memberlist:event'),
  rejected: channel('hearsay:memberlist:rejected'),
  packetIn: channel('hearsay:memberlist:packet.in'),
  packetOut: channel('hearsay:memberlist:packet.out'),
  probe: channel('hearsay:memberlist:probe'),
  exchange: channel('hearsay:memberlist:exchange'),
} as const

/** What a packet is for: its first message; what was gossiped along with it does not count. */
export type PacketKind = 'ping' | 'indirect-ping' | 'ack' | 'nack' | 'gossip'

/** @param type the type byte of the first message */
export function packetKind(type: number): PacketKind {
  switch (type) {
    case PING:
      return 'ping'
    case INDIRECT_PING:
      return 'indirect-ping'
    case ACK:
      return 'ack'
    case NACK:
      return 'nack'
    default:
      return 'gossip'
  }
}
