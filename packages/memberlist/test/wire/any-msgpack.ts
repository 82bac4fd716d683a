import fc from 'fast-check'
import type { Codec, Kind, Value, Values } from './codecs.ts'

// msgpack in every form that a reader must take, as fast-check arbitraries over encoded bytes.

export const concat = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))))

export function bigEndian(value: number | bigint, size: number): Uint8Array {
  const out = new Uint8Array(size)
  let left = BigInt(value)
  for (let index = size - 1; index >= 0; index--) {
    out[index] = Number(left & 0xffn)
    left >>= 8n
  }
  return out
}

/** Every integer form that holds the value. */
export function integerForms(value: number): Uint8Array[] {
  const forms: [lead: number, size: number, below: number][] = [
    [0xcc, 1, 2 ** 8],
    [0xcd, 2, 2 ** 16],
    [0xce, 4, 2 ** 32],
    [0xcf, 8, 2 ** 64],
    [0xd0, 1, 2 ** 7],
    [0xd1, 2, 2 ** 15],
    [0xd2, 4, 2 ** 31],
    [0xd3, 8, 2 ** 63],
  ]
  const fitting = forms
    .filter(([, , below]) => value < below)
    .map(([lead, size]) => concat([lead], bigEndian(value, size)))
  return value < 0x80 ? [Uint8Array.of(value), ...fitting] : fitting
}

/** Every raw, str and bin form that holds these bytes. */
export function bytesForms(value: Uint8Array): Uint8Array[] {
  const forms: [lead: number, size: number, below: number][] = [
    [0xd9, 1, 2 ** 8],
    [0xda, 2, 2 ** 16],
    [0xdb, 4, 2 ** 32],
    [0xc4, 1, 2 ** 8],
    [0xc5, 2, 2 ** 16],
    [0xc6, 4, 2 ** 32],
  ]
  const fitting = forms
    .filter(([, , below]) => value.length < below)
    .map(([lead, size]) => concat([lead], bigEndian(value.length, size), value))
  return value.length < 32 ? [concat([0xa0 | value.length], value), ...fitting] : fitting
}

export function booleanForms(value: boolean): Uint8Array[] {
  return value ? [Uint8Array.of(0xc3), Uint8Array.of(1)] : [Uint8Array.of(0xc2), Uint8Array.of(0)]
}

export function mapHeaderForms(entries: number): Uint8Array[] {
  const long = [concat([0xde], bigEndian(entries, 2)), concat([0xdf], bigEndian(entries, 4))]
  return entries < 16 ? [Uint8Array.of(0x80 | entries), ...long] : long
}

export function valueForms(value: Value): Uint8Array[] {
  if (value === undefined) return [Uint8Array.of(0xc0)]
  if (typeof value === 'number') return integerForms(value)
  return typeof value === 'boolean' ? booleanForms(value) : bytesForms(value)
}

/** Any whole msgpack value, as may follow an unknown key. */
export const anyValue: fc.Arbitrary<Uint8Array> = fc.letrec<{ value: Uint8Array }>((tie) => {
  const payload = fc.uint8Array({ maxLength: 20 })
  const fixed = (lead: number, size: number) =>
    fc.uint8Array({ minLength: size, maxLength: size }).map((content) => concat([lead], content))
  const sized = (lead: number, size: number, extra: number) =>
    payload.map((content) =>
      concat([lead], bigEndian(content.length, size), new Uint8Array(extra), content),
    )
  const items = fc.array(tie('value'), { maxLength: 3 })
  const pairs = fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 3 })
  return {
    value: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constantFrom(0, 0x7f, 0xc0, 0xc2, 0xc3, 0xe0, 0xff).map((lead) => Uint8Array.of(lead)),
      payload.filter((content) => content.length < 32).map((c) => concat([0xa0 | c.length], c)),
      fixed(0xca, 4),
      fixed(0xcb, 8),
      fixed(0xcc, 1),
      fixed(0xcd, 2),
      fixed(0xce, 4),
      fixed(0xcf, 8),
      fixed(0xd0, 1),
      fixed(0xd1, 2),
      fixed(0xd2, 4),
      fixed(0xd3, 8),
      fixed(0xd4, 2),
      fixed(0xd5, 3),
      fixed(0xd6, 5),
      fixed(0xd7, 9),
      fixed(0xd8, 17),
      sized(0xc4, 1, 0),
      sized(0xc5, 2, 0),
      sized(0xc6, 4, 0),
      sized(0xc7, 1, 1),
      sized(0xc8, 2, 1),
      sized(0xc9, 4, 1),
      sized(0xd9, 1, 0),
      sized(0xda, 2, 0),
      sized(0xdb, 4, 0),
      items.map((all) => concat([0x90 | all.length], ...all)),
      items.map((all) => concat([0xdc], bigEndian(all.length, 2), ...all)),
      items.map((all) => concat([0xdd], bigEndian(all.length, 4), ...all)),
      pairs.map((all) => concat([0x80 | all.length], ...all.flat())),
      pairs.map((all) => concat([0xde], bigEndian(all.length, 2), ...all.flat())),
      pairs.map((all) => concat([0xdf], bigEndian(all.length, 4), ...all.flat())),
    ),
  }
}).value

const edges = [0, 1, 127, 128, 255, 256, 32_767, 32_768, 65_535]
const wideEdges = [...edges, 65_536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]

/** Values that a field of this kind can have; biased to where forms change. */
export function anyOfKind(kind: Kind, limit = Number.MAX_SAFE_INTEGER): fc.Arbitrary<Value> {
  switch (kind) {
    case 'u16':
      return fc.oneof(fc.constantFrom(...edges), fc.nat(0xffff))
    case 'u32':
      return fc.oneof(fc.constantFrom(...wideEdges), fc.nat(0xffffffff))
    case 'int':
      return fc.oneof(
        fc.constantFrom(...wideEdges.filter((edge) => edge <= limit), limit),
        fc.nat(limit),
      )
    case 'bool':
      return fc.boolean()
    case 'string':
      return anyBytes
    case 'bytes':
      return fc.option(anyBytes, { nil: undefined })
  }
}

const anyBytes = fc.oneof(
  { weight: 9, arbitrary: fc.uint8Array({ maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(31, 32, 255, 256, 70_000), fc.nat(255))
      .map(([length, fill]) => new Uint8Array(length).fill(fill)),
  },
)

export function anyValues(codec: Codec): fc.Arbitrary<Values> {
  return fc.record(
    Object.fromEntries(
      Object.entries(codec.fields).map(([field, kind]) => [
        field,
        anyOfKind(kind, codec.limits[field]),
      ]),
    ),
  )
}

const text = new TextEncoder()
const oneOf = (forms: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> => fc.constantFrom(...forms)

interface Spelling {
  /** What every reader must take from `bytes`. */
  readonly values: Values
  readonly bytes: Uint8Array
}

/**
 * The struct of a message as no known writer has it but every reader must take it: keys in any
 * order and form, values in any form that holds them, unknown keys, and keys twice, of which the
 * last counts.
 */
export function anySpelling(codec: Codec): fc.Arbitrary<Spelling> {
  const known = fc.record({ values: anyValues(codec), earlier: anyValues(codec) })
  return known.chain(({ values, earlier }) => {
    const entry = (field: string, value: Value): fc.Arbitrary<Uint8Array> =>
      fc
        .tuple(oneOf(bytesForms(text.encode(field))), oneOf(valueForms(value)))
        .map(([key, encoded]) => concat(key, encoded))
    const unknownKey = fc
      .uint8Array({ maxLength: 12 })
      .filter((key) => !(new TextDecoder().decode(key) in codec.fields))
      .chain((key) =>
        oneOf([...bytesForms(key), ...(key.length === 0 ? [Uint8Array.of(0xc0)] : [])]),
      )
    const unknown = fc.tuple(unknownKey, anyValue).map(([key, value]) => concat(key, value))
    const fields = Object.keys(codec.fields)
    return fc
      .record({
        first: fc
          .shuffledSubarray(fields)
          .chain((some) => fc.tuple(...some.map((field) => entry(field, earlier[field])))),
        last: fc
          .shuffledSubarray(fields, { minLength: fields.length })
          .chain((all) => fc.tuple(...all.map((field) => entry(field, values[field])))),
        unknown: fc.array(fc.tuple(fc.nat(30), unknown), { maxLength: 4 }),
      })
      .chain(({ first, last, unknown: extra }) => {
        const entries = [...first, ...last]
        for (const [at, bytes] of extra) entries.splice(at % (entries.length + 1), 0, bytes)
        return oneOf(mapHeaderForms(entries.length)).map((header) => ({
          values,
          bytes: concat(header, ...entries),
        }))
      })
  })
}
