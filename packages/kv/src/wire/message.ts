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
import type {
  AnyDraft,
  ChunkMessage,
  Draft,
  KvMessage,
  Outgoing,
  PullMessage,
} from './message-types.ts'
import { KvReader } from './reader.ts'
import { readVector, writeVector } from './vector.ts'
import { KvWriter } from './writer.ts'

/** Begins every message: no text (0xf5 is in no UTF-8), and not what the Go example begins with. */
const MAGIC = [0xf5, 0x68, 0x6b, 0x76] as const
const VERSION = 1

const TYPES: readonly KvMessage['type'][] = ['status', 'push', 'gossip', 'pull', 'chunk', 'ack']

/** Whether the bytes are a message of this protocol at all, whatever its version. */
export function isKvMessage(bytes: Uint8Array): boolean {
  return bytes.length > MAGIC.length && MAGIC.every((byte, index) => bytes[index] === byte)
}

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
