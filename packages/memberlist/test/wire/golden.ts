import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { AccusationView, decodeAccusation, writeAccusation } from '../../src/wire/accusation.ts'
import { AckView, decodeAck, writeAck } from '../../src/wire/ack.ts'
import { AliveView, decodeAlive, writeAlive } from '../../src/wire/alive.ts'
import { decodeErr, ErrView, writeErr } from '../../src/wire/err.ts'
import {
  decodeIndirectPing,
  IndirectPingView,
  writeIndirectPing,
} from '../../src/wire/indirect-ping.ts'
import * as type from '../../src/wire/message-type.ts'
import { decodeNack, NackView, writeNack } from '../../src/wire/nack.ts'
import { decodePing, PingView, writePing } from '../../src/wire/ping.ts'
import {
  decodePushPullHeader,
  decodePushPullNode,
  PushPullHeaderView,
  PushPullNodeView,
  writePushPullHeader,
  writePushPullNode,
} from '../../src/wire/push-pull.ts'
import { Reader } from '../../src/wire/reader.ts'
import type { Span } from '../../src/wire/span.ts'
import {
  decodeUserStreamHeader,
  UserStreamHeaderView,
  writeUserPacket,
  writeUserStreamHeader,
} from '../../src/wire/user.ts'
import { Writer } from '../../src/wire/writer.ts'

/** Lines of a file that `interop/golden.mjs` made. */
export function readGolden<Line>(name: string): Line[] {
  const path = new URL(`../fixtures/golden/${name}.ndjson.gz`, import.meta.url)
  const text = gunzipSync(readFileSync(path)).toString('utf8')
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

/** A message, read: its Go field names with texts and bytes in hex, and how we would write it. */
export interface Reading {
  type: number
  fields: Record<string, unknown>
  written: Uint8Array
}

function hex(span: Span): string {
  return Buffer.from(span.view()).toString('hex')
}

function hexOrNull(span: Span): string | null {
  return span.isNil ? null : hex(span)
}

function orNil(span: Span): Uint8Array | undefined {
  return span.isNil ? undefined : span.view()
}

type Codec = (reader: Reader, writer: Writer) => Record<string, unknown> | undefined

function accusation(kind: number): Codec {
  return (reader, writer) => {
    const view = new AccusationView()
    if (!decodeAccusation(reader, view)) return undefined
    writeAccusation(writer, kind, view.incarnation, view.node.view(), view.from.view())
    return { Incarnation: view.incarnation, Node: hex(view.node), From: hex(view.from) }
  }
}

function source(view: PingView | IndirectPingView): Record<string, unknown> {
  return {
    SourceAddr: hex(view.sourceAddress),
    SourcePort: view.sourcePort,
    SourceNode: hex(view.sourceNode),
  }
}

const codecs = new Map<number, Codec>([
  [
    type.PING,
    (reader, writer) => {
      const view = new PingView()
      if (!decodePing(reader, view)) return undefined
      const { sourceAddress, sourcePort, sourceNode } = view
      const from = [sourceAddress.view(), sourcePort, sourceNode.view()] as const
      writePing(writer, view.sequence, view.node.view(), ...from)
      return { SeqNo: view.sequence, Node: hex(view.node), ...source(view) }
    },
  ],
  [
    type.INDIRECT_PING,
    (reader, writer) => {
      const view = new IndirectPingView()
      if (!decodeIndirectPing(reader, view)) return undefined
      const { sequence, target, port, node, nack, sourceAddress, sourcePort, sourceNode } = view
      const from = [sourceAddress.view(), sourcePort, sourceNode.view()] as const
      writeIndirectPing(writer, sequence, target.view(), port, node.view(), nack, ...from)
      const asked = { Target: hex(target), Port: port, Node: hex(node), Nack: nack }
      return { SeqNo: sequence, ...asked, ...source(view) }
    },
  ],
  [
    type.ACK,
    (reader, writer) => {
      const view = new AckView()
      if (!decodeAck(reader, view)) return undefined
      writeAck(writer, view.sequence, orNil(view.payload))
      return { SeqNo: view.sequence, Payload: hexOrNull(view.payload) }
    },
  ],
  [
    type.NACK,
    (reader, writer) => {
      const view = new NackView()
      if (!decodeNack(reader, view)) return undefined
      writeNack(writer, view.sequence)
      return { SeqNo: view.sequence }
    },
  ],
  [type.SUSPECT, accusation(type.SUSPECT)],
  [type.DEAD, accusation(type.DEAD)],
  [
    type.ALIVE,
    (reader, writer) => {
      const view = new AliveView()
      if (!decodeAlive(reader, view)) return undefined
      const { incarnation, node, address, port, meta, versions } = view
      const rest = [orNil(meta), orNil(versions)] as const
      writeAlive(writer, incarnation, node.view(), orNil(address), port, ...rest)
      const about = { Incarnation: incarnation, Node: hex(node), Addr: hexOrNull(address) }
      return { ...about, Port: port, Meta: hexOrNull(meta), Vsn: hexOrNull(versions) }
    },
  ],
  [
    type.ERR,
    (reader, writer) => {
      const view = new ErrView()
      if (!decodeErr(reader, view)) return undefined
      writeErr(writer, view.message.view())
      return { Error: hex(view.message) }
    },
  ],
])

/** The rest of a stream or packet, whose length was told or is all there is. */
function rest(reader: Reader, length: number): Uint8Array | undefined {
  if (length > reader.end - reader.position) return undefined
  const bytes = reader.bytes.subarray(reader.position, reader.position + length)
  reader.position += length
  return bytes
}

function userPacket(reader: Reader, writer: Writer): Record<string, unknown> {
  const payload = rest(reader, reader.end - reader.position)
  writeUserPacket(writer, payload ?? new Uint8Array(0))
  return { payload }
}

function userStream(reader: Reader, writer: Writer): Record<string, unknown> | undefined {
  const view = new UserStreamHeaderView()
  if (!decodeUserStreamHeader(reader, view)) return undefined
  const payload = rest(reader, view.length)
  if (payload === undefined) return undefined
  writeUserStreamHeader(writer, view.length)
  writer.raw(payload)
  return { UserMsgLen: view.length, payload }
}

function pushPull(reader: Reader, writer: Writer): Record<string, unknown> | undefined {
  const header = new PushPullHeaderView()
  const view = new PushPullNodeView()
  if (!decodePushPullHeader(reader, header)) return undefined
  const nodes: Record<string, unknown>[] = []
  writePushPullHeader(writer, header.nodes, header.userStateLength, header.join)
  for (let index = 0; index < header.nodes; index++) {
    if (!decodePushPullNode(reader, view)) return undefined
    const { name, address, port, meta, incarnation, state, versions } = view
    const about = [orNil(meta), incarnation, state, orNil(versions)] as const
    writePushPullNode(writer, name.view(), orNil(address), port, ...about)
    const node = { Name: hex(name), Addr: hexOrNull(address), Port: port, Meta: hexOrNull(meta) }
    nodes.push({ ...node, Incarnation: incarnation, State: state, Vsn: hexOrNull(versions) })
  }
  const state = rest(reader, header.userStateLength)
  if (state === undefined) return undefined
  writer.raw(state)
  return { Join: header.join, Nodes: nodes, UserState: Buffer.from(state).toString('hex') }
}

/** Reads one message to its last byte; throws when it cannot be read or bytes are left over. */
export function readMessage(bytes: Uint8Array, start: number, end: number, stream = false) {
  const kind = bytes[start]
  let codec = codecs.get(kind)
  if (kind === type.USER) codec = stream ? userStream : userPacket
  if (kind === type.PUSH_PULL && stream) codec = pushPull
  if (codec === undefined) throw new Error(`message type ${kind}`)
  const reader = new Reader()
  const writer = new Writer()
  reader.reset(bytes, start + 1, end)
  const fields = codec(reader, writer)
  if (fields === undefined) throw new Error(`type ${kind}: ${reader.failure ?? 'too short'}`)
  if (reader.position !== end) throw new Error(`type ${kind}: ${end - reader.position} bytes left`)
  const reading: Reading = { type: kind, fields, written: writer.take() }
  return reading
}
