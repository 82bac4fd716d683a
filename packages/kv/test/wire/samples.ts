import fc from 'fast-check'
import { kvLimits } from '../../src/limits.ts'
import type { EntryKind } from '../../src/replica/held.ts'
import { Intervals } from '../../src/replica/intervals.ts'
import type { AnyDraft, Outgoing } from '../../src/wire/message-types.ts'
import type { SeenOrigin } from '../../src/wire/vector.ts'

const count = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.maxSafeNat())
const stamp = fc.record({
  ms: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  counter: fc.integer({ min: 0, max: 0xffff }),
})
const name = fc.string({ unit: 'grapheme', maxLength: 20 })
const id = fc
  .bigInt({ min: 0n, max: 2n ** 64n - 1n })
  .map((value) => value.toString(16).padStart(16, '0'))
const origin = fc.record({ id, name })
const bytes = fc.uint8Array({ maxLength: 60 })

export const key = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 40 })
  .filter((text) => text.isWellFormed() && new TextEncoder().encode(text).length <= 512)

/** An entry as it is held: kinds, values and lives that go together. */
export const outgoing: fc.Arbitrary<Outgoing> = fc
  .record({
    key,
    stamp,
    origin,
    sequence: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    kind: fc.constantFrom<EntryKind>('value', 'deleted', 'expired'),
    value: bytes,
    lifeMs: fc.option(fc.integer({ min: 1, max: kvLimits.ttlMs }), { nil: 0 }),
    isHead: fc.boolean(),
  })
  .map(({ kind, value, lifeMs, origin: of, isHead, ...rest }) => {
    const expires = kind === 'expired' ? Math.max(lifeMs, 1) : kind === 'deleted' ? 0 : lifeMs
    return {
      write: {
        ...rest,
        kind,
        value: kind === 'value' ? value : undefined,
        expiresAt: expires === 0 ? 0 : rest.stamp.ms + expires,
      },
      origin: of,
      isHead: isHead && kind === 'value',
    }
  })

const intervals = fc.array(fc.integer({ min: 1, max: 5_000 }), { maxLength: 30 }).map((numbers) => {
  const seen = new Intervals()
  for (const number of numbers) seen.add(number)
  return seen
})
const vector: fc.Arbitrary<SeenOrigin[]> = fc.array(
  fc.record({ id, name, purged: count, seen: intervals }),
  { maxLength: 5 },
)
const entries = fc.array(outgoing, { maxLength: 5 })
const numbers = fc.array(count, { maxLength: 10 })

const chunk = fc
  .record({
    type: fc.constant('chunk' as const),
    request: count,
    boot: count,
    end: count,
    purges: count,
    isFirst: fc.boolean(),
    isFull: fc.boolean(),
    isFinal: fc.boolean(),
    isWithheld: fc.boolean(),
    cursor: count,
    offset: fc.integer({ min: 0, max: 1_000 }),
    purgedStamp: stamp,
    forgotten: stamp,
    vector,
    entries,
    part: bytes,
    rest: fc.integer({ min: 0, max: 1_000 }),
  })
  .map(({ rest, ...message }) => {
    if (message.entries.length === 0) {
      return { ...message, partOf: 0, offset: 0, part: new Uint8Array(0) }
    }
    return { ...message, partOf: message.offset + message.part.length + rest }
  })

/** Any message that a replica might make. */
export const draft: fc.Arbitrary<AnyDraft> = fc.oneof(
  fc.record({
    type: fc.constant('status' as const),
    boot: count,
    end: count,
    originId: id,
    sequence: count,
    checksum: count,
    wantsAnswer: fc.boolean(),
  }),
  fc.record({
    type: fc.constant('push' as const),
    boot: count,
    from: count,
    to: count,
    isWhole: fc.boolean(),
    originId: id,
    asks: numbers,
    entries,
  }),
  fc.record({ type: fc.constant('gossip' as const), entries }),
  fc.record({
    type: fc.constant('pull' as const),
    request: count,
    boot: count,
    cursor: count,
    isFirst: fc.boolean(),
    isFull: fc.boolean(),
    room: count,
    offset: fc.integer({ min: 0, max: kvLimits.valueBytes }),
    vector,
  }),
  chunk,
  fc.record({ type: fc.constant('ack' as const), originId: id, sequences: numbers }),
)
