import { NACK } from './message-type.ts'
import { Fields, type Reader } from './reader.ts'
import type { Writer } from './writer.ts'

// nackResp = 0b map
//   SeqNo    u32      the indirect ping's
const SEQUENCE = 0
const fields = new Fields('SeqNo')

export class NackView {
  sequence = 0

  clear(): void {
    this.sequence = 0
  }
}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodeNack(reader: Reader, view: NackView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === SEQUENCE) view.sequence = reader.readUnsigned(0xffffffff)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and struct. */
export function writeNack(writer: Writer, sequence: number): void {
  writer.u8(NACK)
  writer.mapHeader(1)
  writer.key(fields, SEQUENCE)
  writer.unsigned(sequence)
}
