import { AccusationView, decodeAccusation } from '../../src/wire/accusation.ts'
import { AckView, decodeAck, writeAck } from '../../src/wire/ack.ts'
import { AliveView, decodeAlive, writeAlive } from '../../src/wire/alive.ts'
import { writeDead } from '../../src/wire/dead.ts'
import { bytesFromHost, hostFromBytes } from '../../src/wire/host.ts'
import {
  decodeIndirectPing,
  IndirectPingView,
  writeIndirectPing,
} from '../../src/wire/indirect-ping.ts'
import * as types from '../../src/wire/message-type.ts'
import { decodeNack, NackView, writeNack } from '../../src/wire/nack.ts'
import {
  MessageCursor,
  PacketBuilder,
  PacketOpener,
  type PacketSecurity,
} from '../../src/wire/packet.ts'
import { decodePing, PingView, writePing } from '../../src/wire/ping.ts'
import { writePushPullHeader, writePushPullNode } from '../../src/wire/push-pull.ts'
import { Reader } from '../../src/wire/reader.ts'
import type { Span } from '../../src/wire/span.ts'
import { writeSuspect } from '../../src/wire/suspect.ts'
import { bytesFromText, textFromBytes } from '../../src/wire/text.ts'
import { writeUserPacket } from '../../src/wire/user.ts'
import { Writer } from '../../src/wire/writer.ts'

// Messages as plain objects: what a scripted peer says, and what an engine was seen to say.

export const PORT = 7946
/** What this release says that it understands and speaks. */
export const VERSIONS: readonly number[] = [1, 5, 2, 0, 0, 0]

export interface AliveMessage {
  readonly type: 'alive'
  readonly node: string
  readonly incarnation: number
  readonly host: string
  readonly port: number
  readonly meta: string | undefined
  readonly versions: readonly number[] | undefined
}

export interface Accusation {
  readonly type: 'suspect' | 'dead'
  readonly node: string
  readonly incarnation: number
  readonly from: string
}

export interface PingMessage {
  readonly type: 'ping'
  readonly sequence: number
  readonly node: string
  readonly sourceHost: string
  readonly sourcePort: number
  readonly sourceNode: string
}

export interface IndirectPingMessage extends Omit<PingMessage, 'type'> {
  readonly type: 'indirect-ping'
  readonly targetHost: string
  readonly targetPort: number
  readonly nack: boolean
}

export type Message =
  | AliveMessage
  | Accusation
  | PingMessage
  | IndirectPingMessage
  | { readonly type: 'ack'; readonly sequence: number; readonly payload: string }
  | { readonly type: 'nack'; readonly sequence: number }
  | { readonly type: 'user'; readonly text: string }

export const addressOf = (host: string): Uint8Array => bytesFromHost(host) ?? new Uint8Array(0)

function written(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer(256)
  write(writer)
  return writer.take()
}

export interface AliveFields {
  readonly incarnation?: number
  readonly host?: string
  readonly address?: Uint8Array
  readonly port?: number
  readonly meta?: Uint8Array | string | undefined
  readonly versions?: readonly number[] | undefined
}

const textOrBytes = (value: Uint8Array | string): Uint8Array =>
  typeof value === 'string' ? bytesFromText(value) : value

export function alive(node: Uint8Array | string, fields: AliveFields = {}): Uint8Array {
  const { incarnation = 1, host = '10.0.0.9', port = PORT, meta } = fields
  const versions = 'versions' in fields ? fields.versions : VERSIONS
  return written((writer) => {
    writeAlive(
      writer,
      incarnation,
      textOrBytes(node),
      fields.address ?? addressOf(host),
      port,
      meta === undefined ? undefined : textOrBytes(meta),
      versions === undefined ? undefined : Uint8Array.from(versions),
    )
  })
}

export const suspect = (node: string, incarnation: number, from: string): Uint8Array =>
  written((writer) => {
    writeSuspect(writer, incarnation, bytesFromText(node), bytesFromText(from))
  })

export const dead = (node: string, incarnation: number, from: string): Uint8Array =>
  written((writer) => {
    writeDead(writer, incarnation, bytesFromText(node), bytesFromText(from))
  })

export interface SourceFields {
  readonly sourceHost?: string
  readonly sourcePort?: number
  readonly sourceNode?: string
}

export const ping = (sequence: number, node: string, source: SourceFields = {}): Uint8Array =>
  written((writer) => {
    const { sourceHost = '', sourcePort = 0, sourceNode = '' } = source
    const sourceAddress = addressOf(sourceHost)
    writePing(
      writer,
      sequence,
      bytesFromText(node),
      sourceAddress,
      sourcePort,
      bytesFromText(sourceNode),
    )
  })

export interface IndirectFields extends SourceFields {
  readonly host: string
  readonly port?: number
  readonly nack?: boolean
}

export const indirectPing = (sequence: number, node: string, fields: IndirectFields): Uint8Array =>
  written((writer) => {
    const { host, port = PORT, nack = true } = fields
    const { sourceHost = '', sourcePort = 0, sourceNode = '' } = fields
    writeIndirectPing(
      writer,
      sequence,
      addressOf(host),
      port,
      bytesFromText(node),
      nack,
      addressOf(sourceHost),
      sourcePort,
      bytesFromText(sourceNode),
    )
  })

export const ack = (sequence: number, payload?: string): Uint8Array =>
  written((writer) => {
    writeAck(writer, sequence, payload === undefined ? undefined : bytesFromText(payload))
  })

export const nack = (sequence: number): Uint8Array =>
  written((writer) => {
    writeNack(writer, sequence)
  })

export const user = (text: string): Uint8Array =>
  written((writer) => {
    writeUserPacket(writer, bytesFromText(text))
  })

export interface StateEntry extends AliveFields {
  readonly name: string
  readonly state?: number
}

/** A push/pull message; what `Engine.beginMerge` is given starts after its type byte. */
export function pushPull(
  entries: readonly StateEntry[],
  { join = false, userState = '' } = {},
): Uint8Array {
  const state = bytesFromText(userState)
  return written((writer) => {
    writePushPullHeader(writer, entries.length, state.length, join)
    for (const entry of entries) {
      const {
        incarnation = 1,
        host = '10.0.0.9',
        port = PORT,
        meta,
        state: memberState = 0,
      } = entry
      const versions = 'versions' in entry ? entry.versions : VERSIONS
      writePushPullNode(
        writer,
        bytesFromText(entry.name),
        entry.address ?? addressOf(host),
        port,
        meta === undefined ? undefined : textOrBytes(meta),
        incarnation,
        memberState,
        versions === undefined ? undefined : Uint8Array.from(versions),
      )
    }
    writer.raw(state)
  })
}

export function plain(change: Partial<PacketSecurity> = {}): PacketSecurity {
  return {
    label: new Uint8Array(0),
    skipInboundLabelCheck: false,
    keyring: undefined,
    verifyIncoming: true,
    verifyOutgoing: true,
    encryptionVersion: 1,
    compression: false,
    ...change,
  }
}

/** Several messages in one packet. */
export function packetOf(
  messages: readonly Uint8Array[],
  security: PacketSecurity = plain(),
): Uint8Array {
  const builder = new PacketBuilder(security)
  builder.begin(65_000)
  for (const message of messages) builder.add(message)
  return builder.finish(false)
}

const text = (span: Span): string => textFromBytes(span.bytes, span.start, span.end)
const host = (span: Span): string => hostFromBytes(span.bytes, span.start, span.end)

/** The messages of a packet that an engine sent; throws where one cannot be read. */
export function messagesIn(packet: Uint8Array, security: PacketSecurity = plain()): Message[] {
  const opener = new PacketOpener()
  if (!opener.open(packet, security))
    throw new Error(`a packet that cannot be opened: ${opener.failure}`)
  const cursor = new MessageCursor()
  cursor.reset(opener.bytes, opener.start, opener.end)
  const messages: Message[] = []
  while (cursor.next()) {
    if (cursor.failure !== undefined) throw new Error(`a part that is refused: ${cursor.failure}`)
    messages.push(messageOf(cursor.type, cursor.bytes, cursor.start, cursor.end))
  }
  return messages
}

function messageOf(type: number, bytes: Uint8Array, start: number, end: number): Message {
  const reader = new Reader()
  reader.reset(bytes, start, end)
  if (type === types.USER) return { type: 'user', text: textFromBytes(bytes, start, end) }
  const message = structOf(type, reader)
  if (message === undefined) throw new Error(`message type ${type}: ${reader.failure}`)
  return message
}

function structOf(type: number, reader: Reader): Message | undefined {
  switch (type) {
    case types.PING: {
      const view = new PingView()
      if (!decodePing(reader, view)) return undefined
      return { type: 'ping', sequence: view.sequence, node: text(view.node), ...sourceOf(view) }
    }
    case types.INDIRECT_PING: {
      const view = new IndirectPingView()
      if (!decodeIndirectPing(reader, view)) return undefined
      const target = { targetHost: host(view.target), targetPort: view.port, nack: view.nack }
      const { sequence } = view
      return {
        type: 'indirect-ping',
        sequence,
        node: text(view.node),
        ...target,
        ...sourceOf(view),
      }
    }
    case types.ACK: {
      const view = new AckView()
      if (!decodeAck(reader, view)) return undefined
      return { type: 'ack', sequence: view.sequence, payload: text(view.payload) }
    }
    case types.NACK: {
      const view = new NackView()
      return decodeNack(reader, view) ? { type: 'nack', sequence: view.sequence } : undefined
    }
    case types.ALIVE:
      return aliveOf(reader)
    case types.SUSPECT:
    case types.DEAD: {
      const view = new AccusationView()
      if (!decodeAccusation(reader, view)) return undefined
      const { incarnation } = view
      const kind = type === types.DEAD ? 'dead' : 'suspect'
      return { type: kind, incarnation, node: text(view.node), from: text(view.from) }
    }
    default:
      return undefined
  }
}

function sourceOf(view: {
  readonly sourceAddress: Span
  readonly sourcePort: number
  readonly sourceNode: Span
}): Required<SourceFields> {
  const { sourceAddress, sourcePort, sourceNode } = view
  return { sourceHost: host(sourceAddress), sourcePort, sourceNode: text(sourceNode) }
}

function aliveOf(reader: Reader): Message | undefined {
  const view = new AliveView()
  if (!decodeAlive(reader, view)) return undefined
  const { incarnation, port, meta, versions } = view
  return {
    type: 'alive',
    incarnation,
    node: text(view.node),
    host: host(view.address),
    port,
    meta: meta.isNil ? undefined : text(meta),
    versions: versions.isNil ? undefined : [...versions.view()],
  }
}
