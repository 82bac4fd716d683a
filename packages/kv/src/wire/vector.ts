import { kvLimits } from '../limits.ts'
import { Intervals } from '../replica/intervals.ts'
import { readOriginId, writeOriginId } from './entry.ts'
import type { KvReader } from './reader.ts'
import type { KvWriter } from './writer.ts'

/** What was seen of one origin, as it travels. */
export interface SeenOrigin {
  readonly id: string
  readonly name: string
  readonly seen: Intervals
  readonly purged: number
}

/**
 * A version vector:
 *
 *     vector   count uint | count x ( id 8 bytes | name text | purged uint | ranges uint
 *              | ranges x ( gap uint | length uint ) )
 *
 * `gap` is from the end of the range before (0 at first) to the beginning of this one, at least 2
 * but for the first; `length` is one less than the numbers in the range.
 */
export function writeVector(writer: KvWriter, origins: readonly SeenOrigin[]): void {
  writer.uint(origins.length)
  for (const { id, name, seen, purged } of origins) {
    writeOriginId(writer, id)
    writer.text(name)
    writer.uint(purged)
    writer.uint(seen.count)
    let before = 0
    for (let index = 0; index < seen.ranges.length; index += 2) {
      const low = seen.ranges[index]
      const high = seen.ranges[index + 1]
      writer.uint(low - before)
      writer.uint(high - low)
      before = high
    }
  }
}

/** What it reads is only good if the reader has not failed. */
export function readVector(reader: KvReader): SeenOrigin[] {
  const count = reader.count(11)
  if (count > kvLimits.origins) reader.fail()
  const origins: SeenOrigin[] = []
  for (let index = 0; index < count && !reader.failed; index++) {
    const id = readOriginId(reader)
    const name = reader.text(kvLimits.nameBytes)
    const purged = reader.uint()
    origins.push({ id, name, purged, seen: readIntervals(reader) })
  }
  return origins
}

function readIntervals(reader: KvReader): Intervals {
  const count = reader.count(2)
  if (count > kvLimits.intervals) reader.fail()
  const ends: number[] = []
  let before = 0
  for (let index = 0; index < count && !reader.failed; index++) {
    const gap = reader.uint()
    const low = before + gap
    const high = low + reader.uint()
    if (gap < (index === 0 ? 1 : 2) || high > Number.MAX_SAFE_INTEGER) reader.fail()
    ends.push(low, high)
    before = high
  }
  return new Intervals(reader.failed ? [] : ends)
}
