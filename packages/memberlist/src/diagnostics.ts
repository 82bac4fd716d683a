import { channel } from 'node:diagnostics_channel'

/**
 * The declared observable surface beside the events: channels of `node:diagnostics_channel`, for
 * tracing and tools. Publishing costs nothing while nobody subscribes. Every message has `member`,
 * the name of the local member.
 *
 *   hearsay:memberlist:event      { member, event }                        each MemberlistEvent
 *   hearsay:memberlist:rejected   { member, reason, host, port }           each refusal, by reason
 *   hearsay:memberlist:packet.in  { member, bytes, host, port }            as received
 *   hearsay:memberlist:packet.out { member, bytes, host, port }            as sent
 *   hearsay:memberlist:exchange   { member, kind, role, host, port, durationMs, error? }
 *                                 each stream: kind is push-pull, ping or user
 */
export const channels = {
  event: channel('hearsay:memberlist:event'),
  rejected: channel('hearsay:memberlist:rejected'),
  packetIn: channel('hearsay:memberlist:packet.in'),
  packetOut: channel('hearsay:memberlist:packet.out'),
  exchange: channel('hearsay:memberlist:exchange'),
} as const
