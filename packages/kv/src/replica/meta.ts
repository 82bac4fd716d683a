import { readOriginId, writeOriginId } from '../wire/entry.ts'
import { KvReader } from '../wire/reader.ts'
import { readVector, type SeenOrigin, writeVector } from '../wire/vector.ts'
import { KvWriter } from '../wire/writer.ts'
import { MAX_COUNTER, MAX_MS, type Stamp } from './stamp.ts'

const VERSION = 1

/** What a replica keeps of itself beside its entries. */
export interface ReplicaMeta {
  readonly originId: string
  readonly originName: string
  readonly sequence: number
  readonly clock: Stamp
  readonly purgedStamp: Stamp
  readonly forgotten: Stamp
}

/**
 *     self     version u8 = 1 | origin id 8 bytes | name text | sequence uint
 *              | clock stamp | purged stamp | forgotten stamp
 *     stamp    ms uint | counter uint
 */
export function encodeSelf(meta: ReplicaMeta): Uint8Array {
  const writer = new KvWriter(128)
  writer.byte(VERSION)
  writeOriginId(writer, meta.originId)
  writer.text(meta.originName)
  writer.uint(meta.sequence)
  for (const { ms, counter } of [meta.clock, meta.purgedStamp, meta.forgotten]) {
    writer.uint(ms)
    writer.uint(counter)
  }
  return writer.take()
}

/** Undefined for what cannot be read. */
export function decodeSelf(bytes: Uint8Array): ReplicaMeta | undefined {
  const reader = new KvReader(bytes)
  if (reader.byte() !== VERSION) return undefined
  const stamp = (): Stamp => ({ ms: reader.uint(MAX_MS), counter: reader.uint(MAX_COUNTER) })
  const meta = {
    originId: readOriginId(reader),
    originName: reader.text(255),
    sequence: reader.uint(),
    clock: stamp(),
    purgedStamp: stamp(),
    forgotten: stamp(),
  }
  return reader.failed ? undefined : meta
}

export function encodeVector(vector: readonly SeenOrigin[]): Uint8Array {
  const writer = new KvWriter(64 + vector.length * 40)
  writer.byte(VERSION)
  writeVector(writer, vector)
  return writer.take()
}

/** Undefined for what cannot be read. */
export function decodeVector(bytes: Uint8Array): SeenOrigin[] | undefined {
  const reader = new KvReader(bytes)
  if (reader.byte() !== VERSION) return undefined
  const vector = readVector(reader)
  return reader.failed ? undefined : vector
}
