import { INDIRECT_PING } from './message-type.ts'
import { countSource, writeSource } from './ping-source.ts'
import { Fields, type Reader } from './reader.ts'
import { EMPTY, Span } from './span.ts'
import type { Writer } from './writer.ts'

// indirectPing = 01 map
//   Nack        bool     whether to answer with a nack when the target stays silent
//   Node        str      the target's name
//   Port        u16      the target's port; 0 for the receiver's own bind port
//   SeqNo       u32      the asker's, comes back in the ack or nack
//   SourceAddr  bytes    \
//   SourceNode  str       > the asker's, as in a ping
//   SourcePort  u16      /
//   Target      bytes    the target's address, 4 or 16 bytes
const NACK = 0
const NODE = 1
const PORT = 2
const SEQUENCE = 3
const SOURCE_ADDRESS = 4
const SOURCE_NODE = 5
const SOURCE_PORT = 6
const TARGET = 7
const fields = new Fields(
  'Nack',
  'Node',
  'Port',
  'SeqNo',
  'SourceAddr',
  'SourceNode',
  'SourcePort',
  'Target',
)

export class IndirectPingView {
  sequence = 0
  readonly target = new Span()
  port = 0
  readonly node = new Span()
  nack = false
  readonly sourceAddress = new Span()
  sourcePort = 0
  readonly sourceNode = new Span()

  clear(): void {
    this.sequence = 0
    this.target.clear()
    this.port = 0
    this.node.clear()
    this.nack = false
    this.sourceAddress.clear()
    this.sourcePort = 0
    this.sourceNode.clear()
  }
}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodeIndirectPing(reader: Reader, view: IndirectPingView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === NACK) view.nack = reader.readBoolean()
    else if (field === NODE) reader.readSpan(view.node)
    else if (field === PORT) view.port = reader.readUnsigned(0xffff)
    else if (field === SEQUENCE) view.sequence = reader.readUnsigned(0xffffffff)
    else if (field === SOURCE_ADDRESS) reader.readSpan(view.sourceAddress)
    else if (field === SOURCE_NODE) reader.readSpan(view.sourceNode)
    else if (field === SOURCE_PORT) view.sourcePort = reader.readUnsigned(0xffff)
    else if (field === TARGET) reader.readSpan(view.target)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and struct. The last three are left out, each by itself, when empty or 0. */
export function writeIndirectPing(
  writer: Writer,
  sequence: number,
  target: Uint8Array,
  port: number,
  node: Uint8Array,
  nack: boolean,
  sourceAddress: Uint8Array = EMPTY,
  sourcePort = 0,
  sourceNode: Uint8Array = EMPTY,
): void {
  writer.u8(INDIRECT_PING)
  writer.mapHeader(5 + countSource(sourceAddress, sourcePort, sourceNode))
  writer.key(fields, NACK)
  writer.boolean(nack)
  writer.key(fields, NODE)
  writer.string(node)
  writer.key(fields, PORT)
  writer.unsigned(port)
  writer.key(fields, SEQUENCE)
  writer.unsigned(sequence)
  writeSource(writer, fields, SOURCE_ADDRESS, sourceAddress, sourcePort, sourceNode)
  writer.key(fields, TARGET)
  writer.string(target)
}
