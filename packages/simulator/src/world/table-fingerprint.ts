import { type Core, type NodeRecord, SUSPECT } from '@hearsay/memberlist/internal'

/** What a table of members says, in 64 bits: the same for tables that say the same. */
export interface Fingerprint {
  readonly first: number
  readonly second: number
  readonly size: number
  readonly hasSuspects: boolean
}

interface Cached extends Fingerprint {
  readonly version: number
}

const cache = new WeakMap<Core, Cached>()
const recordHashes = new WeakMap<NodeRecord, number>()

/** Sums over the members, so that their order does not matter; made anew only after a change. */
export function fingerprintOf(core: Core): Fingerprint {
  const { members } = core
  const known = cache.get(core)
  if (known?.version === members.version) return known
  let first = 0
  let second = 0
  members.forEach((slot, record) => {
    const what = hashOfRecord(record)
    const state = members.state(slot)
    first = (first + mixed(what ^ Math.imul(members.incarnation(slot), 0x85ebca6b), state)) | 0
    second =
      (second + mixed(Math.imul(what, 0xc2b2ae35) + members.incarnation(slot), state + 7)) | 0
  })
  const fingerprint: Cached = {
    first,
    second,
    size: members.size,
    hasSuspects: members.count(SUSPECT) > 0,
    version: members.version,
  }
  cache.set(core, fingerprint)
  return fingerprint
}

/** That table is a copy of this one. */
export function copyFingerprint(from: Core, to: Core): void {
  cache.set(to, { ...fingerprintOf(from), version: to.members.version })
}

export function saysTheSame(one: Fingerprint, other: Fingerprint): boolean {
  return one.first === other.first && one.second === other.second && one.size === other.size
}

function hashOfRecord(record: NodeRecord): number {
  const known = recordHashes.get(record)
  if (known !== undefined) return known
  let hash = hashOfBytes(0x811c9dc5, record.name.bytes)
  hash = hashOfBytes(hash, record.address)
  hash = Math.imul(hash ^ record.port, 0x01000193)
  hash = Math.imul(hash ^ (record.meta === undefined ? 1 : 2), 0x01000193)
  hash = hashOfBytes(hash, record.metaBytes)
  hash = hashOfBytes(hash, record.versions)
  recordHashes.set(record, hash)
  return hash
}

function hashOfBytes(seed: number, bytes: Uint8Array): number {
  let hash = seed
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return Math.imul(hash ^ bytes.length, 0x01000193)
}

function mixed(value: number, state: number): number {
  let hash = Math.imul(value ^ (state + 1), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return hash ^ (hash >>> 15)
}
