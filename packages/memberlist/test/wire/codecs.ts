import { AckView, decodeAck, writeAck } from '../../src/wire/ack.ts'
import { AliveView, decodeAlive, writeAlive } from '../../src/wire/alive.ts'
import { DeadView, decodeDead, writeDead } from '../../src/wire/dead.ts'
import { decodeErr, ErrView, writeErr } from '../../src/wire/err.ts'
import {
  decodeIndirectPing,
  IndirectPingView,
  writeIndirectPing,
} from '../../src/wire/indirect-ping.ts'
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
import type { Reader } from '../../src/wire/reader.ts'
import type { Span } from '../../src/wire/span.ts'
import { decodeSuspect, SuspectView, writeSuspect } from '../../src/wire/suspect.ts'
import {
  decodeUserStreamHeader,
  UserStreamHeaderView,
  writeUserStreamHeader,
} from '../../src/wire/user.ts'
import type { Writer } from '../../src/wire/writer.ts'

/** Go's type of a field. 'string' is never nil on the way out; 'bytes' may be. */
export type Kind = 'u16' | 'u32' | 'int' | 'bool' | 'string' | 'bytes'
export type Value = number | boolean | Uint8Array | undefined
export type Values = Record<string, Value>

/** One message, by Go's field names, so that all codecs can be put through the same tests. */
export interface Codec {
  readonly name: string
  /** Whether a type byte stands before the struct. */
  readonly typed: boolean
  readonly fields: Readonly<Record<string, Kind>>
  /** Left out when empty or 0. */
  readonly omitted: readonly string[]
  /** The most that an int field may say before it is refused as too large. */
  readonly limits: Readonly<Record<string, number>>
  write(writer: Writer, values: Values): void
  decode(reader: Reader): Values | undefined
}

function number(values: Values, field: string): number {
  const value = values[field]
  return typeof value === 'number' ? value : 0
}

function flag(values: Values, field: string): boolean {
  return values[field] === true
}

function optional(values: Values, field: string): Uint8Array | undefined {
  const value = values[field]
  return value instanceof Uint8Array ? value : undefined
}

const bytes = (values: Values, field: string): Uint8Array =>
  optional(values, field) ?? new Uint8Array(0)
const span = (value: Span): Uint8Array | undefined => (value.isNil ? undefined : value.copy())

const sources = { SourceAddr: 'bytes', SourceNode: 'string', SourcePort: 'u16' } as const

function ping(): Codec {
  const view = new PingView()
  return {
    name: 'ping',
    typed: true,
    fields: { Node: 'string', SeqNo: 'u32', ...sources },
    omitted: Object.keys(sources),
    limits: {},
    write: (writer, v) =>
      writePing(
        writer,
        number(v, 'SeqNo'),
        bytes(v, 'Node'),
        bytes(v, 'SourceAddr'),
        number(v, 'SourcePort'),
        bytes(v, 'SourceNode'),
      ),
    decode(reader) {
      if (!decodePing(reader, view)) return undefined
      return {
        Node: span(view.node),
        SeqNo: view.sequence,
        SourceAddr: span(view.sourceAddress),
        SourceNode: span(view.sourceNode),
        SourcePort: view.sourcePort,
      }
    },
  }
}

function indirectPing(): Codec {
  const view = new IndirectPingView()
  return {
    name: 'indirectPing',
    typed: true,
    fields: {
      Nack: 'bool',
      Node: 'string',
      Port: 'u16',
      SeqNo: 'u32',
      ...sources,
      Target: 'string',
    },
    omitted: Object.keys(sources),
    limits: {},
    write: (writer, v) =>
      writeIndirectPing(
        writer,
        number(v, 'SeqNo'),
        bytes(v, 'Target'),
        number(v, 'Port'),
        bytes(v, 'Node'),
        flag(v, 'Nack'),
        bytes(v, 'SourceAddr'),
        number(v, 'SourcePort'),
        bytes(v, 'SourceNode'),
      ),
    decode(reader) {
      if (!decodeIndirectPing(reader, view)) return undefined
      return {
        Nack: view.nack,
        Node: span(view.node),
        Port: view.port,
        SeqNo: view.sequence,
        SourceAddr: span(view.sourceAddress),
        SourceNode: span(view.sourceNode),
        SourcePort: view.sourcePort,
        Target: span(view.target),
      }
    },
  }
}

function ack(): Codec {
  const view = new AckView()
  return {
    name: 'ackResp',
    typed: true,
    fields: { Payload: 'bytes', SeqNo: 'u32' },
    omitted: [],
    limits: {},
    write: (writer, v) => writeAck(writer, number(v, 'SeqNo'), optional(v, 'Payload')),
    decode(reader) {
      if (!decodeAck(reader, view)) return undefined
      return {
        Payload: span(view.payload),
        SeqNo: view.sequence,
      }
    },
  }
}

function nack(): Codec {
  const view = new NackView()
  return {
    name: 'nackResp',
    typed: true,
    fields: { SeqNo: 'u32' },
    omitted: [],
    limits: {},
    write: (writer, v) => writeNack(writer, number(v, 'SeqNo')),
    decode(reader) {
      if (!decodeNack(reader, view)) return undefined
      return {
        SeqNo: view.sequence,
      }
    },
  }
}

function accusation(
  name: string,
  view: SuspectView,
  write: typeof writeSuspect,
  decode: typeof decodeSuspect,
): Codec {
  return {
    name,
    typed: true,
    fields: { From: 'string', Incarnation: 'u32', Node: 'string' },
    omitted: [],
    limits: {},
    write: (writer, v) =>
      write(writer, number(v, 'Incarnation'), bytes(v, 'Node'), bytes(v, 'From')),
    decode(reader) {
      if (!decode(reader, view)) return undefined
      return {
        From: span(view.from),
        Incarnation: view.incarnation,
        Node: span(view.node),
      }
    },
  }
}

function alive(): Codec {
  const view = new AliveView()
  return {
    name: 'alive',
    typed: true,
    fields: {
      Addr: 'bytes',
      Incarnation: 'u32',
      Meta: 'bytes',
      Node: 'string',
      Port: 'u16',
      Vsn: 'bytes',
    },
    omitted: [],
    limits: {},
    write: (writer, v) =>
      writeAlive(
        writer,
        number(v, 'Incarnation'),
        bytes(v, 'Node'),
        optional(v, 'Addr'),
        number(v, 'Port'),
        optional(v, 'Meta'),
        optional(v, 'Vsn'),
      ),
    decode(reader) {
      if (!decodeAlive(reader, view)) return undefined
      return {
        Addr: span(view.address),
        Incarnation: view.incarnation,
        Meta: span(view.meta),
        Node: span(view.node),
        Port: view.port,
        Vsn: span(view.versions),
      }
    },
  }
}

function err(): Codec {
  const view = new ErrView()
  return {
    name: 'err',
    typed: true,
    fields: { Error: 'string' },
    omitted: [],
    limits: {},
    write: (writer, v) => writeErr(writer, bytes(v, 'Error')),
    decode(reader) {
      if (!decodeErr(reader, view)) return undefined
      return {
        Error: span(view.message),
      }
    },
  }
}

function userHeader(): Codec {
  const view = new UserStreamHeaderView()
  return {
    name: 'userStream',
    typed: true,
    fields: { UserMsgLen: 'int' },
    omitted: [],
    limits: { UserMsgLen: 20 * 1024 * 1024 },
    write: (writer, v) => writeUserStreamHeader(writer, number(v, 'UserMsgLen')),
    decode(reader) {
      if (!decodeUserStreamHeader(reader, view)) return undefined
      return {
        UserMsgLen: view.length,
      }
    },
  }
}

function pushPullHeader(): Codec {
  const view = new PushPullHeaderView()
  return {
    name: 'pushPull header',
    typed: true,
    fields: { Join: 'bool', Nodes: 'int', UserStateLen: 'int', Digest: 'bytes' },
    omitted: ['Digest'],
    limits: { Nodes: 1024 * 1024, UserStateLen: 20 * 1024 * 1024 },
    write: (writer, v) =>
      writePushPullHeader(
        writer,
        number(v, 'Nodes'),
        number(v, 'UserStateLen'),
        flag(v, 'Join'),
        optional(v, 'Digest'),
      ),
    decode(reader) {
      if (!decodePushPullHeader(reader, view)) return undefined
      return {
        Join: view.join,
        Nodes: view.nodes,
        UserStateLen: view.userStateLength,
        Digest: span(view.digest),
      }
    },
  }
}

function pushPullNode(): Codec {
  const view = new PushPullNodeView()
  return {
    name: 'pushPull node',
    typed: false,
    fields: {
      Addr: 'bytes',
      Incarnation: 'u32',
      Meta: 'bytes',
      Name: 'string',
      Port: 'u16',
      State: 'int',
      Vsn: 'bytes',
    },
    omitted: [],
    limits: { State: Number.MAX_SAFE_INTEGER },
    write: (writer, v) =>
      writePushPullNode(
        writer,
        bytes(v, 'Name'),
        optional(v, 'Addr'),
        number(v, 'Port'),
        optional(v, 'Meta'),
        number(v, 'Incarnation'),
        number(v, 'State'),
        optional(v, 'Vsn'),
      ),
    decode(reader) {
      if (!decodePushPullNode(reader, view)) return undefined
      return {
        Addr: span(view.address),
        Incarnation: view.incarnation,
        Meta: span(view.meta),
        Name: span(view.name),
        Port: view.port,
        State: view.state,
        Vsn: span(view.versions),
      }
    },
  }
}

/** Every struct of the protocol but `compress`, which has its own tests. */
export const codecs: readonly Codec[] = [
  ping(),
  indirectPing(),
  ack(),
  nack(),
  accusation('suspect', new SuspectView(), writeSuspect, decodeSuspect),
  accusation('dead', new DeadView(), writeDead, decodeDead),
  alive(),
  err(),
  userHeader(),
  pushPullHeader(),
  pushPullNode(),
]

export function codecNamed(name: string): Codec {
  const codec = codecs.find((each) => each.name === name)
  if (codec === undefined) throw new Error(`no codec ${name}`)
  return codec
}
