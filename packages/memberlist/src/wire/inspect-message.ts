import { Buffer } from 'node:buffer'
import { AccusationView, decodeAccusation } from './accusation.ts'
import { AckView, decodeAck } from './ack.ts'
import { AliveView, decodeAlive } from './alive.ts'
import { decodeErr, ErrView } from './err.ts'
import { hostFromBytes } from './host.ts'
import { decodeIndirectPing, IndirectPingView } from './indirect-ping.ts'
import { ACK, ALIVE, DEAD, ERR, INDIRECT_PING, NACK, PING, SUSPECT } from './message-type.ts'
import { decodeNack, NackView } from './nack.ts'
import { decodePing, PingView } from './ping.ts'
import { decodePushPullNode, PushPullNodeView } from './push-pull.ts'
import type { Reader } from './reader.ts'
import type { Span } from './span.ts'
import { textFromBytes } from './text.ts'

// Messages as plain objects, for people and for JSON: the fields of Go's structs by their names and
// in their order, each there, with its zero value where it was absent.
//
//   strings    text; a byte that is no UTF-8 as the lone surrogate U+DC80 to U+DCFF, which JSON
//              writes as "\udc80" to "\udcff": nothing is lost, and no two names look alike
//   addresses  text, "" when empty; IPv4 in its 16-byte form as IPv4; of another length "?" and hex
//   Vsn        numbers
//   others     lower-case hex

interface SourceFields {
  SourceAddr: string
  SourcePort: number
  SourceNode: string
}

export interface InspectedPing extends SourceFields {
  type: 'ping'
  SeqNo: number
  Node: string
}

export interface InspectedIndirectPing extends SourceFields {
  type: 'indirectPing'
  SeqNo: number
  Target: string
  Port: number
  Node: string
  Nack: boolean
}

export interface InspectedAck {
  type: 'ackResp'
  SeqNo: number
  Payload: string
}

export interface InspectedNack {
  type: 'nackResp'
  SeqNo: number
}

export interface InspectedErr {
  type: 'err'
  Error: string
}

export interface InspectedAccusation {
  type: 'suspect' | 'dead'
  Incarnation: number
  Node: string
  From: string
}

export interface InspectedAlive {
  type: 'alive'
  Incarnation: number
  Node: string
  Addr: string
  Port: number
  Meta: string
  Vsn: number[]
}

/** One of the nodes of a push/pull. `State`: 0 alive, 1 suspect, 2 dead, 3 left. */
export interface InspectedNode {
  Name: string
  Addr: string
  Port: number
  Meta: string
  Incarnation: number
  State: number
  Vsn: number[]
}

export interface InspectedPushPull {
  type: 'pushPull'
  Join: boolean
  Nodes: InspectedNode[]
  UserState: string
  /** Of a member that runs hearsay: 8 bytes for each part of its table. */
  Digest?: string
}

export interface InspectedUser {
  type: 'user'
  payload: string
}

/** Every message that is one struct and nothing else. */
export type InspectedStruct =
  | InspectedPing
  | InspectedIndirectPing
  | InspectedAck
  | InspectedNack
  | InspectedErr
  | InspectedAccusation
  | InspectedAlive

export function hexOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('hex')
}

const text = ({ bytes, start, end }: Span): string => textFromBytes(bytes, start, end)
const hex = ({ bytes, start, end }: Span): string => hexOf(bytes, start, end)
const numbers = (span: Span): number[] => [...span.view()]

function address(span: Span): string {
  if (span.length === 0) return ''
  return hostFromBytes(span.bytes, span.start, span.end) || `?${hex(span)}`
}

function source(view: PingView | IndirectPingView): SourceFields {
  return {
    SourceAddr: address(view.sourceAddress),
    SourcePort: view.sourcePort,
    SourceNode: text(view.sourceNode),
  }
}

/**
 * Reads the struct of a message after its type byte; undefined: `reader.failure` says why. Not for
 * user messages and push/pulls.
 */
export function inspectStruct(reader: Reader, type: number): InspectedStruct | undefined {
  switch (type) {
    case PING:
      return inspectPing(reader)
    case INDIRECT_PING:
      return inspectIndirectPing(reader)
    case ACK: {
      const view = new AckView()
      if (!decodeAck(reader, view)) return undefined
      return { type: 'ackResp', SeqNo: view.sequence, Payload: hex(view.payload) }
    }
    case NACK: {
      const view = new NackView()
      return decodeNack(reader, view) ? { type: 'nackResp', SeqNo: view.sequence } : undefined
    }
    case ERR: {
      const view = new ErrView()
      return decodeErr(reader, view) ? { type: 'err', Error: text(view.message) } : undefined
    }
    case SUSPECT:
      return inspectAccusation(reader, 'suspect')
    case DEAD:
      return inspectAccusation(reader, 'dead')
    case ALIVE:
      return inspectAlive(reader)
    default:
      reader.fail('unknown-type', Math.max(0, reader.position - 1))
      return undefined
  }
}

function inspectPing(reader: Reader): InspectedPing | undefined {
  const view = new PingView()
  if (!decodePing(reader, view)) return undefined
  return { type: 'ping', SeqNo: view.sequence, Node: text(view.node), ...source(view) }
}

function inspectIndirectPing(reader: Reader): InspectedIndirectPing | undefined {
  const view = new IndirectPingView()
  if (!decodeIndirectPing(reader, view)) return undefined
  return {
    type: 'indirectPing',
    SeqNo: view.sequence,
    Target: address(view.target),
    Port: view.port,
    Node: text(view.node),
    Nack: view.nack,
    ...source(view),
  }
}

function inspectAccusation(
  reader: Reader,
  type: InspectedAccusation['type'],
): InspectedAccusation | undefined {
  const view = new AccusationView()
  if (!decodeAccusation(reader, view)) return undefined
  return { type, Incarnation: view.incarnation, Node: text(view.node), From: text(view.from) }
}

function inspectAlive(reader: Reader): InspectedAlive | undefined {
  const view = new AliveView()
  if (!decodeAlive(reader, view)) return undefined
  return {
    type: 'alive',
    Incarnation: view.incarnation,
    Node: text(view.node),
    Addr: address(view.address),
    Port: view.port,
    Meta: hex(view.meta),
    Vsn: numbers(view.versions),
  }
}

/** Reads one node of a push/pull; undefined: `reader.failure` says why. */
export function inspectNode(reader: Reader): InspectedNode | undefined {
  const view = new PushPullNodeView()
  if (!decodePushPullNode(reader, view)) return undefined
  return {
    Name: text(view.name),
    Addr: address(view.address),
    Port: view.port,
    Meta: hex(view.meta),
    Incarnation: view.incarnation,
    State: view.state,
    Vsn: numbers(view.versions),
  }
}
