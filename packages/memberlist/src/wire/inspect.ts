import type { InspectSecurity } from './inspect-layers.ts'
import { inspectPacket } from './inspect-packet.ts'
import { inspectStream } from './inspect-stream.ts'
import {
  type InspectChannel,
  type InspectedLayer,
  type InspectedMessage,
  type Inspection,
  inspectedError,
} from './inspection.ts'
import { Keyring } from './keyring.ts'
import { EMPTY } from './span.ts'
import { bytesFromText } from './text.ts'

export interface InspectOptions {
  /** Where the bytes were seen: one datagram, or all that one side of a connection sent. */
  readonly channel?: InspectChannel | undefined
  /** Keys to try, each of 16, 24 or 32 bytes. A `Keyring` saves making one for every input. */
  readonly keys?: Keyring | readonly Uint8Array[] | undefined
  /**
   * The cluster's label, which encryption authenticates. It is needed where the bytes do not begin
   * with it: replies on streams, and what was captured behind something that takes labels off. A
   * label in the bytes counts by itself.
   */
  readonly label?: string | Uint8Array | undefined
}

/**
 * Shows what is in bytes taken from the network: the layers that they are wrapped in, and the
 * messages as plain objects (`inspect-message.ts` says how). Whatever the bytes, it does not throw:
 * what does not decode is a message of type `error`, after what did.
 *
 * @throws MemberlistError ERR_KEY: a key of another length
 */
export function inspect(bytes: Uint8Array, options: InspectOptions = {}): Inspection {
  const { channel = 'packet', keys = [], label = EMPTY } = options
  const layers: InspectedLayer[] = []
  const security = {
    keyring: keys instanceof Keyring ? keys : new Keyring(keys),
    label: typeof label === 'string' ? bytesFromText(label) : label,
  }
  return { channel, layers, messages: messagesOf(layers, bytes, channel, security) }
}

function messagesOf(
  layers: InspectedLayer[],
  bytes: Uint8Array,
  channel: InspectChannel,
  security: InspectSecurity,
): InspectedMessage[] {
  if (bytes.length === 0) return [inspectedError('empty', 0)]
  switch (channel) {
    case 'packet':
      return inspectPacket(layers, bytes, security)
    case 'stream-request':
      return [inspectStream(layers, bytes, 'request', security)]
    case 'stream-reply':
      return [inspectStream(layers, bytes, 'reply', security)]
  }
}
