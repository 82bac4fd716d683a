import { kvLimits } from '../limits.ts'
import type { Stamp } from '../replica/stamp.ts'
import { MAX_COUNTER, MAX_MS } from '../replica/stamp.ts'
import type { RefusalReason } from '../store.ts'
import {
  OriginTable,
  readEntry,
  readOriginId,
  type WireEntry,
  writeEntry,
  writeOriginId,
} from './entry.ts'
import { KvReader } from './reader.ts'
import { readVector, type SeenOrigin, writeVector } from './vector.ts'
import { KvWriter } from './writer.ts'

/** Begins every message: no text (0xf5 is in no UTF-8), and not what the Go example begins with. */
const MAGIC = [0xf5, 0x68, 0x6b, 0x76] as const
const VERSION = 1

/** How far a member is. `end` is the end of its log, in this life (`boot`) of its process. */
export interface StatusMessage {
  readonly type: 'status'
  readonly boot: number
  readonly end: number
  readonly originId: string
  /** The last sequence number of its own origin. */
  readonly sequence: number
  /** Of its version vector; 0 when it has none to compare. */
  readonly checksum: number
  /** Whether it wants to hear the same of us. */
  readonly wantsAnswer: boolean
}

/** Fresh writes of the sender: all of its own in its log after `from` and up to `to`. */
export interface PushMessage {
  readonly type: 'push'
  readonly boot: number
  readonly from: number
  readonly to: number
  /** False when some were left out: too large to be pushed. */
  readonly isWhole: boolean
  readonly originId: string
  /** Writes of its own that are to be acknowledged once they are stored. */
  readonly asks: readonly number[]
  readonly entries: readonly WireEntry[]
}

/** Writes that are passed on to whom it may concern. */
export interface GossipMessage {
  readonly type: 'gossip'
  readonly entries: readonly WireEntry[]
}

/** Asks for what the other one's log has after `cursor` and `vector` has not. */
export interface PullMessage {
  readonly type: 'pull'
  readonly request: number
  /** The life that the cursor is of; 0 when none is known. */
  readonly boot: number
  readonly cursor: number
  /** First of its pass: what the asker has seen is compared with what was purged. */
  readonly isFirst: boolean
  /** Tell of every entry, also of those that the asker has. */
  readonly isFull: boolean
  /** Room for values that the asker has left, in bytes. */
  readonly room: number
  /** Bytes that it has already of a large value: the first entry after the cursor. */
  readonly offset: number
  readonly vector: readonly SeenOrigin[]
}

/** An answer to a pull. */
export interface ChunkMessage {
  readonly type: 'chunk'
  readonly request: number
  readonly boot: number
  /** End of the log now: what is claimed by `vector` is in it up to here. */
  readonly end: number
  /** Grows with each purge. */
  readonly purges: number
  /** First of a pass: what came before it in this pass does not count. */
  readonly isFirst: boolean
  readonly isFull: boolean
  /** Nothing is left: the cursor is at the end of what is stored. */
  readonly isFinal: boolean
  /** Something was left out for want of the asker's room. */
  readonly isWithheld: boolean
  readonly cursor: number
  /** Size of the large value that `part` is of; 0 when there is none. */
  readonly partOf: number
  readonly offset: number
  /** The latest stamp of a purged tombstone. */
  readonly purgedStamp: Stamp
  /** The latest stamp of a forgotten origin. */
  readonly forgotten: Stamp
  /** On the first, and the last of a full one: what the sender has seen, and purged. */
  readonly vector: readonly SeenOrigin[]
  /** With `partOf`, the last one is a head whose value is (partly) in `part`. */
  readonly entries: readonly WireEntry[]
  readonly part: Uint8Array
}

/** The sender holds these writes, or later ones of their keys, durably. */
export interface AckMessage {
  readonly type: 'ack'
  readonly originId: string
  readonly sequences: readonly number[]
}

export type KvMessage =
  | StatusMessage
  | PushMessage
  | GossipMessage
  | PullMessage
  | ChunkMessage
  | AckMessage

const TYPES: readonly KvMessage['type'][] = ['status', 'push', 'gossip', 'pull', 'chunk', 'ack']

/** Whether the bytes are a message of this protocol at all, whatever its version. */
export function isKvMessage(bytes: Uint8Array): boolean {
  return bytes.length > MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte)
}

/** An entry that is to be written, and whose it is. */
export interface Outgoing {
  readonly write: Parameters<typeof writeEntry>[2]
  readonly origin: { readonly id: string; readonly name: string }
  readonly isHead: boolean
}

/** A message as it is made: entries as they are held. */
export type Draft<Message extends KvMessage> = Message extends { entries: readonly WireEntry[] }
  ? Omit<Message, 'entries'> & { readonly entries: readonly Outgoing[] }
  : Message

export type AnyDraft = Draft<KvMessage>

/**
 *     message   f5 68 6b 76 | version u8 = 1 | type u8 | sender text | body
 *     numbers   list: count uint | count x uint      stamp: ms uint | counter uint
 */
export function encodeMessage(sender: string, message: AnyDraft): Uint8Array {
  const writer = new KvWriter(sizeHint(message))
  for (const byte of MAGIC) writer.byte(byte)
  writer.byte(VERSION)
  writer.byte(TYPES.indexOf(message.type))
  writer.text(sender)
  writeBody(writer, message)
  return writer.take()
}

/** `status | push | …` bodies, each in the order in which its fields are written here. */
function writeBody(writer: KvWriter, message: AnyDraft): void {
  switch (message.type) {
    case 'status':
      writer.uint(message.boot)
      writer.uint(message.end)
      writeOriginId(writer, message.originId)
      writer.uint(message.sequence)
      writer.uint(message.checksum)
      writer.byte(message.wantsAnswer ? 1 : 0)
      return
    case 'push':
      writer.uint(message.boot)
      writer.uint(message.from)
      writer.uint(message.to)
      writer.byte(message.isWhole ? 1 : 0)
      writeOriginId(writer, message.originId)
      writeNumbers(writer, message.asks)
      writeEntries(writer, message.entries)
      return
    case 'gossip':
      writeEntries(writer, message.entries)
      return
    case 'pull':
      writer.uint(message.request)
      writer.uint(message.boot)
      writer.uint(message.cursor)
      writer.byte((message.isFirst ? 1 : 0) | (message.isFull ? 2 : 0))
      writer.uint(message.room)
      writer.uint(message.offset)
      writeVector(writer, message.vector)
      return
    case 'chunk':
      writeChunk(writer, message)
      return
    case 'ack':
      writeOriginId(writer, message.originId)
      writeNumbers(writer, message.sequences)
      return
  }
}

function writeChunk(writer: KvWriter, message: Draft<ChunkMessage>): void {
  writer.uint(message.request)
  writer.uint(message.boot)
  writer.uint(message.end)
  writer.uint(message.purges)
  const { isFirst, isFull, isFinal, isWithheld } = message
  writer.byte((isFirst ? 1 : 0) | (isFull ? 2 : 0) | (isFinal ? 4 : 0) | (isWithheld ? 8 : 0))
  writer.uint(message.cursor)
  writer.uint(message.partOf)
  writer.uint(message.offset)
  writeStamp(writer, message.purgedStamp)
  writeStamp(writer, message.forgotten)
  writeVector(writer, message.vector)
  writeEntries(writer, message.entries)
  writer.bytes(message.part)
}

function writeStamp(writer: KvWriter, { ms, counter }: Stamp): void {
  writer.uint(ms)
  writer.uint(counter)
}

function writeNumbers(writer: KvWriter, numbers: readonly number[]): void {
  writer.uint(numbers.length)
  for (const number of numbers) writer.uint(number)
}

function writeEntries(writer: KvWriter, entries: readonly Outgoing[]): void {
  const origins = new OriginTable()
  writer.uint(entries.length)
  for (const { write, origin, isHead } of entries) {
    writeEntry(writer, origins, write, origin, isHead)
  }
}

function sizeHint(message: AnyDraft): number {
  let bytes = 512
  if ('part' in message) bytes += message.part.length
  if (!('entries' in message)) return bytes
  for (const { write, isHead } of message.entries) {
    bytes += 64 + write.key.length + (isHead ? 0 : (write.value?.length ?? 0))
  }
  return bytes
}

export type Decoded =
  | { readonly sender: string; readonly message: KvMessage }
  | { readonly refusal: RefusalReason }

/** Whatever the bytes are, it does not throw. */
export function decodeMessage(bytes: Uint8Array): Decoded {
  const reader = new KvReader(bytes, MAGIC.length)
  if (!isKvMessage(bytes)) return { refusal: 'malformed' }
  if (reader.byte() !== VERSION) return { refusal: 'version' }
  const type = TYPES[reader.byte()]
  const sender = reader.text(kvLimits.nameBytes)
  if (type === undefined || reader.failed || sender === '') return { refusal: 'malformed' }
  const message = readBody(reader, type)
  if (reader.failed || reader.left > 0) return { refusal: 'malformed' }
  return { sender, message }
}

function readBody(reader: KvReader, type: KvMessage['type']): KvMessage {
  switch (type) {
    case 'status':
      return {
        type,
        boot: reader.uint(),
        end: reader.uint(),
        originId: readOriginId(reader),
        sequence: reader.uint(),
        checksum: reader.uint(),
        wantsAnswer: readFlags(reader, 1) === 1,
      }
    case 'push':
      return {
        type,
        boot: reader.uint(),
        from: reader.uint(),
        to: reader.uint(),
        isWhole: readFlags(reader, 1) === 1,
        originId: readOriginId(reader),
        asks: readNumbers(reader),
        entries: readEntries(reader),
      }
    case 'gossip':
      return { type, entries: readEntries(reader) }
    case 'pull':
      return readPull(reader)
    case 'chunk':
      return readChunk(reader)
    case 'ack':
      return { type, originId: readOriginId(reader), sequences: readNumbers(reader) }
  }
}

function readPull(reader: KvReader): PullMessage {
  const request = reader.uint()
  const boot = reader.uint()
  const cursor = reader.uint()
  const flags = readFlags(reader, 3)
  return {
    type: 'pull',
    request,
    boot,
    cursor,
    isFirst: (flags & 1) !== 0,
    isFull: (flags & 2) !== 0,
    room: reader.uint(),
    offset: reader.uint(kvLimits.valueBytes),
    vector: readVector(reader),
  }
}

function readChunk(reader: KvReader): ChunkMessage {
  const request = reader.uint()
  const boot = reader.uint()
  const end = reader.uint()
  const purges = reader.uint()
  const flags = readFlags(reader, 15)
  const chunk: ChunkMessage = {
    type: 'chunk',
    request,
    boot,
    end,
    purges,
    isFirst: (flags & 1) !== 0,
    isFull: (flags & 2) !== 0,
    isFinal: (flags & 4) !== 0,
    isWithheld: (flags & 8) !== 0,
    cursor: reader.uint(),
    partOf: reader.uint(kvLimits.valueBytes),
    offset: reader.uint(kvLimits.valueBytes),
    purgedStamp: readStamp(reader),
    forgotten: readStamp(reader),
    vector: readVector(reader),
    entries: readEntries(reader),
    part: reader.bytes(kvLimits.valueBytes),
  }
  const isPartBad = chunk.offset + chunk.part.length > chunk.partOf
  if (isPartBad || (chunk.partOf > 0 && chunk.entries.length === 0)) reader.fail()
  return chunk
}

function readFlags(reader: KvReader, most: number): number {
  const flags = reader.byte()
  if (flags > most) reader.fail()
  return flags
}

function readStamp(reader: KvReader): Stamp {
  return { ms: reader.uint(MAX_MS), counter: reader.uint(MAX_COUNTER) }
}

function readNumbers(reader: KvReader): number[] {
  const count = reader.count(1)
  const numbers: number[] = []
  for (let index = 0; index < count && !reader.failed; index++) numbers.push(reader.uint())
  return numbers
}

function readEntries(reader: KvReader): WireEntry[] {
  const origins = new OriginTable()
  const count = reader.count(7)
  const entries: WireEntry[] = []
  for (let index = 0; index < count && !reader.failed; index++) {
    entries.push(readEntry(reader, origins))
  }
  return entries
}
