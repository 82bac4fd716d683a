import { Fields, type Reader } from './reader.ts'
import { Span } from './span.ts'
import type { Writer } from './writer.ts'

// What suspect and dead have in common: one member says of another that it is not well.
//
// accusation = map
//   From         str      who says so; in a dead message the node itself when it leaves
//   Incarnation  u32      of the accused, as the accuser knows it
//   Node         str      the accused
const FROM = 0
const INCARNATION = 1
const NODE = 2
const fields = new Fields('From', 'Incarnation', 'Node')

export class AccusationView {
  incarnation = 0
  readonly node = new Span()
  readonly from = new Span()

  clear(): void {
    this.incarnation = 0
    this.node.clear()
    this.from.clear()
  }
}

export function decodeAccusation(reader: Reader, view: AccusationView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === FROM) reader.readSpan(view.from)
    else if (field === INCARNATION) view.incarnation = reader.readUnsigned(0xffffffff)
    else if (field === NODE) reader.readSpan(view.node)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

export function writeAccusation(
  writer: Writer,
  type: number,
  incarnation: number,
  node: Uint8Array,
  from: Uint8Array,
): void {
  writer.u8(type)
  writer.mapHeader(3)
  writer.key(fields, FROM)
  writer.string(from)
  writer.key(fields, INCARNATION)
  writer.unsigned(incarnation)
  writer.key(fields, NODE)
  writer.string(node)
}
