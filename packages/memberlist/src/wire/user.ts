import { limits } from '../limits.ts'
import { USER } from './message-type.ts'
import { Fields, type Reader } from './reader.ts'
import type { Writer } from './writer.ts'

// In a packet:    user = 08 payload          all that is left; may be empty
// On a stream:    user = 08 map payload
//   UserMsgLen  int      the length of the payload
const LENGTH = 0
const fields = new Fields('UserMsgLen')

export class UserStreamHeaderView {
  length = 0

  clear(): void {
    this.length = 0
  }
}

/**
 * Reads the header of a user message on a stream, after the type byte. False: `reader.failure` says
 * why ('too-large' above `limits.userMessageBytes`), the view means nothing.
 */
export function decodeUserStreamHeader(reader: Reader, view: UserStreamHeaderView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === LENGTH) view.length = reader.readUnsigned(Number.MAX_SAFE_INTEGER)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  if (view.length > limits.userMessageBytes) reader.fail('too-large')
  return reader.failure === undefined
}

/** Writes type byte and payload, as in a packet. */
export function writeUserPacket(writer: Writer, payload: Uint8Array): void {
  writer.u8(USER)
  writer.raw(payload)
}

/** Writes type byte and header, as on a stream; `length` bytes of payload are to follow. */
export function writeUserStreamHeader(writer: Writer, length: number): void {
  writer.u8(USER)
  writer.mapHeader(1)
  writer.key(fields, LENGTH)
  writer.integer(length)
}
