import { copyBytes } from '../../src/wire/span.ts'

/** Random draws that are the same for the same seed (mulberry32). */
export class Draws {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  word(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let word = this.#state
    word = Math.imul(word ^ (word >>> 15), word | 1)
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
    return (word ^ (word >>> 14)) >>> 0
  }

  /** From 0 to `limit` - 1. */
  below(limit: number): number {
    return this.word() % limit
  }

  /** True in so many of a hundred cases. */
  percent(chance: number): boolean {
    return this.below(100) < chance
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256))
  }
}

/** Bytes at which forms, types and lengths change. */
const tellingBytes = [
  0x00, 0x01, 0x07, 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
  0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc6, 0xc9, 0xca, 0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd3, 0xd4, 0xd8,
  0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xf4, 0xff,
]

type Mutation = (draws: Draws, bytes: Uint8Array, other: Uint8Array) => Uint8Array

const mutations: readonly Mutation[] = [
  function turnBit(draws, bytes) {
    const out = copyBytes(bytes)
    if (out.length > 0) out[draws.below(out.length)] ^= 1 << draws.below(8)
    return out
  },
  function setTellingByte(draws, bytes) {
    const out = copyBytes(bytes)
    if (out.length > 0) out[draws.below(out.length)] = draws.pick(tellingBytes)
    return out
  },
  function overwriteLength(draws, bytes) {
    const out = copyBytes(bytes)
    const fill = draws.pick([0x00, 0x7f, 0xff])
    const at = draws.below(out.length + 1)
    out.fill(fill, at, at + draws.pick([2, 4, 8]))
    return out
  },
  function cutOff(draws, bytes) {
    return bytes.subarray(0, draws.below(bytes.length + 1))
  },
  function remove(draws, bytes) {
    const at = draws.below(bytes.length + 1)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + draws.below(8))])
  },
  function insert(draws, bytes) {
    const at = draws.below(bytes.length + 1)
    const inserted = draws.percent(50) ? draws.bytes(draws.below(8)) : [draws.pick(tellingBytes)]
    return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(inserted), bytes.subarray(at)])
  },
  function repeat(draws, bytes) {
    const at = draws.below(bytes.length + 1)
    const part = bytes.subarray(at, at + 1 + draws.below(40))
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)])
  },
  function splice(draws, bytes, other) {
    const head = bytes.subarray(0, draws.below(bytes.length + 1))
    return Buffer.concat([head, other.subarray(draws.below(other.length + 1))])
  },
]

/** Up to four changes; `other` is what parts may be taken from. */
export function mutate(draws: Draws, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let out = bytes
  for (let left = draws.below(5); left > 0; left--) out = draws.pick(mutations)(draws, out, other)
  return new Uint8Array(out)
}
