import { limits } from '../limits.ts'
import { PUSH_PULL } from './message-type.ts'
import { Fields, type Reader } from './reader.ts'
import { EMPTY, Span } from './span.ts'
import type { Writer } from './writer.ts'

// pushPull = 06 header node* state      (streams only)
//
// header = map
//   Join          bool     the request is part of a join; the reply repeats it
//   Nodes         int      how many nodes follow
//   UserStateLen  int      how many bytes of the delegate's state follow them
//   Digest        bytes    beyond Go, which passes over it: 8 bytes for each part of a table, and
//                          what is in a part that has the same digest need not be told
const JOIN = 0
const NODES = 1
const USER_STATE_LENGTH = 2
const DIGEST = 3
const headerFields = new Fields('Join', 'Nodes', 'UserStateLen', 'Digest')

// node = map
//   Addr         bytes
//   Incarnation  u32
//   Meta         bytes
//   Name         str
//   Port         u16
//   State        int      0 alive, 1 suspect, 2 dead, 3 left
//   Vsn          bytes
const ADDRESS = 0
const INCARNATION = 1
const META = 2
const NAME = 3
const PORT = 4
const STATE = 5
const VERSIONS = 6
const nodeFields = new Fields('Addr', 'Incarnation', 'Meta', 'Name', 'Port', 'State', 'Vsn')

export class PushPullHeaderView {
  nodes = 0
  userStateLength = 0
  join = false
  readonly digest = new Span()

  clear(): void {
    this.nodes = 0
    this.userStateLength = 0
    this.join = false
    this.digest.clear()
  }
}

export class PushPullNodeView {
  readonly name = new Span()
  readonly address = new Span()
  port = 0
  readonly meta = new Span()
  incarnation = 0
  state = 0
  readonly versions = new Span()

  clear(): void {
    this.name.clear()
    this.address.clear()
    this.port = 0
    this.meta.clear()
    this.incarnation = 0
    this.state = 0
    this.versions.clear()
  }
}

/**
 * Reads the header after the type byte. False: `reader.failure` says why ('too-large' above
 * `limits.pushPullNodes` or `limits.userStateBytes`), the view means nothing.
 */
export function decodePushPullHeader(reader: Reader, view: PushPullHeaderView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(headerFields, field + 1)
    if (field === JOIN) view.join = reader.readBoolean()
    else if (field === NODES) view.nodes = reader.readUnsigned(Number.MAX_SAFE_INTEGER)
    else if (field === USER_STATE_LENGTH) {
      view.userStateLength = reader.readUnsigned(Number.MAX_SAFE_INTEGER)
    } else if (field === DIGEST) reader.readSpan(view.digest)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  if (view.nodes > limits.pushPullNodes || view.userStateLength > limits.userStateBytes) {
    reader.fail('too-large')
  }
  return reader.failure === undefined
}

/**
 * Reads one node. False: `reader.failure` says why, the view means nothing. A state that is none of
 * the four is for the caller to judge: Go passes over such a node.
 */
export function decodePushPullNode(reader: Reader, view: PushPullNodeView): boolean {
  view.clear()
  let field = -1
  for (let left = reader.readMapHeader(); left > 0; left--) {
    field = reader.readField(nodeFields, field + 1)
    if (field === ADDRESS) reader.readSpan(view.address)
    else if (field === INCARNATION) view.incarnation = reader.readUnsigned(0xffffffff)
    else if (field === META) reader.readSpan(view.meta)
    else if (field === NAME) reader.readSpan(view.name)
    else if (field === PORT) view.port = reader.readUnsigned(0xffff)
    else if (field === STATE) view.state = reader.readUnsigned(Number.MAX_SAFE_INTEGER)
    else if (field === VERSIONS) reader.readSpan(view.versions)
    else reader.skip()
    if (reader.failure !== undefined) return false
  }
  return reader.failure === undefined
}

/** Writes type byte and header; an empty digest is left out. */
export function writePushPullHeader(
  writer: Writer,
  nodes: number,
  userStateLength: number,
  join: boolean,
  digest: Uint8Array = EMPTY,
): void {
  writer.u8(PUSH_PULL)
  writer.mapHeader(digest.length === 0 ? 3 : 4)
  writer.key(headerFields, JOIN)
  writer.boolean(join)
  writer.key(headerFields, NODES)
  writer.integer(nodes)
  writer.key(headerFields, USER_STATE_LENGTH)
  writer.integer(userStateLength)
  if (digest.length === 0) return
  writer.key(headerFields, DIGEST)
  writer.optional(digest)
}

/** Writes one node; what is undefined as nil. */
export function writePushPullNode(
  writer: Writer,
  name: Uint8Array,
  address: Uint8Array | undefined,
  port: number,
  meta: Uint8Array | undefined,
  incarnation: number,
  state: number,
  versions: Uint8Array | undefined,
): void {
  writer.mapHeader(7)
  writer.key(nodeFields, ADDRESS)
  writer.optional(address)
  writer.key(nodeFields, INCARNATION)
  writer.unsigned(incarnation)
  writer.key(nodeFields, META)
  writer.optional(meta)
  writer.key(nodeFields, NAME)
  writer.string(name)
  writer.key(nodeFields, PORT)
  writer.unsigned(port)
  writer.key(nodeFields, STATE)
  writer.integer(state)
  writer.key(nodeFields, VERSIONS)
  writer.optional(versions)
}
