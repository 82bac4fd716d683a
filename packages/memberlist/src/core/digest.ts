import { limits } from '../limits.ts'
import { EMPTY, type Span } from '../wire/span.ts'
import type { Core } from './core.ts'
import type { NodeRecord } from './registry.ts'
import { isForState } from './state-encoder.ts'

/** Of a part: two sums of 32 bits, the low byte first. */
const PART_BYTES = 8
/** A part is about so many members: few are told for one that differs, and the digest is short. */
const MEMBERS_IN_PART = 16

/**
 * What a table says, so short that two members can compare theirs:
 *
 *   part     the members whose name's hash has the same low bits; a power of two of them
 *   digest   for each part two sums over its members, of a hash of all that a push/pull tells of one
 *
 * So the order of the members does not matter, and a single difference in a part always shows: the
 * hash of a member is a permutation of its incarnation and of its state. Dead and left members have
 * no part in it, and are forgotten at different times: of what somebody holds for dead, one that
 * does not know it would learn nothing, and for one that holds it alive the digests do differ.
 *
 * This is not against liars, who can tell lies to begin with.
 */
export class Digest {
  private readonly core: Core
  private bytes: Uint8Array = EMPTY
  /** Of the table when `bytes` was made: it is made anew only after a change. */
  private version = -1

  constructor(core: Core) {
    this.core = core
  }

  /** Parts that our own questions ask for. */
  get parts(): number {
    const { rules, members } = this.core
    if (!rules.digests) return 1
    const wanted = members.size / MEMBERS_IN_PART
    return wanted <= 1 ? 1 : Math.min(limits.digestParts, 2 ** Math.round(Math.log2(wanted)))
  }

  /** Of the table as it is. Not to be changed, and good for as long as the caller likes. */
  of(parts: number): Uint8Array {
    const { core, bytes } = this
    const { members } = core
    if (this.version === members.version && bytes.length === parts * PART_BYTES) return bytes
    const sums = new Uint32Array(2 * parts)
    members.forEach((slot, record) => {
      if (members.isGone(slot) || !isForState(core, record)) return
      const place = 2 * partOf(record, parts)
      const incarnation = members.incarnation(slot)
      const state = members.state(slot)
      sums[place] += mix(contentsHash(record) ^ Math.imul(incarnation, 0x85ebca6b), state)
      sums[place + 1] += mix(Math.imul(contentsHash(record), 0xc2b2ae35) + incarnation, state + 4)
    })
    this.bytes = new Uint8Array(parts * PART_BYTES)
    const view = new DataView(this.bytes.buffer)
    for (let place = 0; place < sums.length; place++) view.setUint32(4 * place, sums[place], true)
    this.version = members.version
    return this.bytes
  }

  /** Our table was made a copy of that one. */
  copyFrom(other: Digest): void {
    this.bytes = other.of(other.parts)
    this.version = this.core.members.version
  }
}

/** How many parts a peer's digest has; 0 where it gave none, or none that can be compared. */
export function partsOf({ length }: Span | Uint8Array): number {
  const parts = length / PART_BYTES
  const isUsable = Number.isInteger(parts) && parts <= limits.digestParts
  return isUsable && (parts & (parts - 1)) === 0 ? parts : 0
}

/** Whether what a peer says of that part of its table is what we say. */
export function isSamePart(ours: Uint8Array, theirs: Uint8Array, part: number): boolean {
  for (let at = part * PART_BYTES; at < (part + 1) * PART_BYTES; at++) {
    if (ours[at] !== theirs[at]) return false
  }
  return true
}

/** @param parts a power of two */
export function partOf(record: NodeRecord, parts: number): number {
  hashRecord(record)
  return record.nameHash & (parts - 1)
}

function contentsHash(record: NodeRecord): number {
  hashRecord(record)
  return record.contentsHash
}

function hashRecord(record: NodeRecord): void {
  if (record.nameHash !== 0) return
  const { name, address, port, metaBytes, versions } = record
  const nameHash = hashBytes(0x811c9dc5, name.bytes)
  let hash = hashBytes(Math.imul(nameHash, 0x9e3779b1), address)
  hash = Math.imul(hash ^ port, 0x01000193)
  hash = hashBytes(hash, metaBytes)
  record.contentsHash = mix(hashBytes(hash, versions), 0)
  record.nameHash = mix(nameHash, 0) || 1
}

/** FNV-1a over the bytes and their number. */
function hashBytes(start: number, bytes: Uint8Array): number {
  let hash = start
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return Math.imul(hash ^ bytes.length, 0x01000193)
}

/** A permutation of 32 bits for each state, in which every bit depends on all of them. */
function mix(value: number, state: number): number {
  let hash = Math.imul(value ^ Math.imul(state + 1, 0x9e3779b1), 0x21f0aaad)
  hash = Math.imul(hash ^ (hash >>> 15), 0x735a2d97)
  return hash ^ (hash >>> 15)
}
