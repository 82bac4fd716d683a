import type { PacketSecurity } from './packet-security.ts'

/** As for packets; `compression` applies to every message then, also where it makes it larger. */
export type StreamSecurity = PacketSecurity

/** Who speaks: the one who opened the stream, or the one who answers. */
export type StreamRole = 'request' | 'reply'

/** 'more': needs bytes from the peer; 'busy': call again; the others are final. */
export type StreamProgress = 'more' | 'busy' | 'done' | 'rejected'

/**
 * A message that is all there and decodes: [start, end) is the struct of a ping, ack or err, the
 * header, nodes and user state of a push/pull, or the payload of a user message.
 */
export interface StreamMessage {
  readonly type: number
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}
