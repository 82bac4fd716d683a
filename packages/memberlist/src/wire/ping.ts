import { PING } from './message-type.ts'
import { countSource, writeSource } from './ping-source.ts'
import { Fields, type Reader } from './reader.ts'
import { EMPTY, Span } from './span.ts'
import type { Writer } from './writer.ts'

// ping = 00 map
//   Node        str      the name that is meant: whoever else gets it keeps silent
//   SeqNo       u32      comes back in the ack
//   SourceAddr  bytes    \
//   SourceNode  str       > where and by what name to answer; each left out when empty or 0,
//   SourcePort  u16      /  and unknown to releases before 0.2
const NODE = 0
const SEQUENCE = 1
const SOURCE_ADDRESS = 2
const SOURCE_NODE = 3
const SOURCE_PORT = 4
const fields = new Fields('Node', 'SeqNo', 'SourceAddr', 'SourceNode', 'SourcePort')

export class PingView {
  sequence = 0
  readonly node = new Span()
  readonly sourceAddress = new Span()
  sourcePort = 0
  readonly sourceNode = new Span()

  clear(): void {
    this.sequence = 0
    this.node.clear()
    this.sourceAddress.clear()
    this.sourcePort = 0
    this.sourceNode.clear()
  }
}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodePing(reader: Reader, view: PingView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === NODE) reader.readSpan(view.node)
    else if (field === SEQUENCE) view.sequence = reader.readUnsigned(0xffffffff)
    else if (field === SOURCE_ADDRESS) reader.readSpan(view.sourceAddress)
    else if (field === SOURCE_NODE) reader.readSpan(view.sourceNode)
    else if (field === SOURCE_PORT) view.sourcePort = reader.readUnsigned(0xffff)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and struct. The last three are left out, each by itself, when empty or 0. */
export function writePing(
  writer: Writer,
  sequence: number,
  node: Uint8Array,
  sourceAddress: Uint8Array = EMPTY,
  sourcePort = 0,
  sourceNode: Uint8Array = EMPTY,
): void {
  writer.u8(PING)
  writer.mapHeader(2 + countSource(sourceAddress, sourcePort, sourceNode))
  writer.key(fields, NODE)
  writer.string(node)
  writer.key(fields, SEQUENCE)
  writer.unsigned(sequence)
  writeSource(writer, fields, SOURCE_ADDRESS, sourceAddress, sourcePort, sourceNode)
}
