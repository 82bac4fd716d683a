import { ALIVE } from './message-type.ts'
import { Fields, type Reader } from './reader.ts'
import { Span } from './span.ts'
import { optionalLength, stringLength, unsignedLength, type Writer } from './writer.ts'

// alive = 04 map
//   Addr         bytes    4 or 16 bytes; to be passed on in the form it came in
//   Incarnation  u32
//   Meta         bytes    the delegate's; nil when there is none
//   Node         str
//   Port         u16      0 for the receiver's own bind port
//   Vsn          bytes    pmin pmax pcur dmin dmax dcur; fewer than six say nothing
const ADDRESS = 0
const INCARNATION = 1
const META = 2
const NODE = 3
const PORT = 4
const VERSIONS = 5
const fields = new Fields('Addr', 'Incarnation', 'Meta', 'Node', 'Port', 'Vsn')

export class AliveView {
  incarnation = 0
  readonly node = new Span()
  readonly address = new Span()
  port = 0
  readonly meta = new Span()
  readonly versions = new Span()

  clear(): void {
    this.incarnation = 0
    this.node.clear()
    this.address.clear()
    this.port = 0
    this.meta.clear()
    this.versions.clear()
  }
}

/** Reads the struct after the type byte. False: `reader.failure` says why, the view is void. */
export function decodeAlive(reader: Reader, view: AliveView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(fields, field + 1)
    if (field === ADDRESS) reader.readSpan(view.address)
    else if (field === INCARNATION) view.incarnation = reader.readUnsigned(0xffffffff)
    else if (field === META) reader.readSpan(view.meta)
    else if (field === NODE) reader.readSpan(view.node)
    else if (field === PORT) view.port = reader.readUnsigned(0xffff)
    else if (field === VERSIONS) reader.readSpan(view.versions)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and struct; what is undefined as nil. */
export function writeAlive(
  writer: Writer,
  incarnation: number,
  node: Uint8Array,
  address: Uint8Array | undefined,
  port: number,
  meta: Uint8Array | undefined,
  versions: Uint8Array | undefined,
): void {
  writer.u8(ALIVE)
  writer.mapHeader(6)
  writer.key(fields, ADDRESS)
  writer.optional(address)
  writer.key(fields, INCARNATION)
  writer.unsigned(incarnation)
  writer.key(fields, META)
  writer.optional(meta)
  writer.key(fields, NODE)
  writer.string(node)
  writer.key(fields, PORT)
  writer.unsigned(port)
  writer.key(fields, VERSIONS)
  writer.optional(versions)
}

/** Type byte, map header, and the keys. */
const FRAME_LENGTH = fields.encoded.reduce((length, key) => length + key.length, 2)

/** What `writeAlive` writes, in bytes. */
export function aliveLength(
  incarnation: number,
  node: Uint8Array,
  address: Uint8Array | undefined,
  port: number,
  meta: Uint8Array | undefined,
  versions: Uint8Array | undefined,
): number {
  return (
    FRAME_LENGTH +
    optionalLength(address) +
    unsignedLength(incarnation) +
    optionalLength(meta) +
    stringLength(node) +
    unsignedLength(port) +
    optionalLength(versions)
  )
}
