import { ACK } from './message-type.ts'
import { Fields, type Reader } from './reader.ts'
import { Span } from './span.ts'
import type { Writer } from './writer.ts'

// ackResp = 02 map
//   Payload  bytes    the ping delegate's; nil when there is none
//   SeqNo    u32      the ping's
const PAYLOAD = 0
const SEQUENCE = 1
const fields = new Fields('Payload', 'SeqNo')

export class AckView {
  sequence = 0
  readonly payload = new Span()

  clear(): void {
    this.sequence = 0
    this.payload.clear()
  }
}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodeAck(reader: Reader, view: AckView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === PAYLOAD) reader.readSpan(view.payload)
    else if (field === SEQUENCE) view.sequence = reader.readUnsigned(0xffffffff)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and struct; an undefined payload as nil. */
export function writeAck(writer: Writer, sequence: number, payload?: Uint8Array): void {
  writer.u8(ACK)
  writer.mapHeader(2)
  writer.key(fields, PAYLOAD)
  writer.optional(payload)
  writer.key(fields, SEQUENCE)
  writer.unsigned(sequence)
}
