import { hostFromBytes } from '../wire/host.ts'
import { copyBytes, EMPTY, type Span } from '../wire/span.ts'
import { textFromBytes } from '../wire/text.ts'
import { Slab } from './slab.ts'

/**
 * The names and identities of a process, shared by all views in it: a thousand members that each
 * know the same thousand keep them once. A view holds references and some columns of numbers.
 *
 * Bound: a name is kept while at least one view holds it (`retain`, `release`), and a view holds
 * no more than `maxMembers`.
 */
export class Registry {
  private buckets: (Name | undefined)[] = new Array<Name | undefined>(INITIAL_BUCKETS)
  private count = 0
  private readonly seed: number
  /** Ids of released names, given out again so that the tables indexed by them stay dense. */
  private readonly freeIds: number[] = []
  private nextId = 0
  /** What names and records consist of. */
  readonly bytes = new Slab()

  /** @param seed any 32 bits, unknown to peers, so that they cannot choose names that collide */
  constructor(seed: number) {
    this.seed = seed
    this.buckets.fill(undefined)
  }

  get size(): number {
    return this.count
  }

  find(bytes: Uint8Array, start: number, end: number): Name | undefined {
    const hash = hashOf(this.seed, bytes, start, end)
    let name = this.buckets[hash & (this.buckets.length - 1)]
    while (name !== undefined) {
      if (name.hash === hash && sameBytes(name.bytes, bytes, start, end)) return name
      name = name.next
    }
    return undefined
  }

  /** The name, interned. It lasts until `release` was called as often as `retain`. */
  intern(bytes: Uint8Array, start: number, end: number): Name {
    const known = this.find(bytes, start, end)
    if (known !== undefined) return known
    if (this.count >= this.buckets.length) this.grow()
    const hash = hashOf(this.seed, bytes, start, end)
    const id = this.freeIds.pop() ?? this.nextId++
    const name = new Name(id, hash, this.bytes.copy(bytes, start, end))
    const bucket = hash & (this.buckets.length - 1)
    name.next = this.buckets[bucket]
    this.buckets[bucket] = name
    this.count++
    return name
  }

  retain(name: Name): void {
    name.references++
  }

  release(name: Name): void {
    name.references--
    if (name.references > 0) return
    const bucket = name.hash & (this.buckets.length - 1)
    let previous: Name | undefined
    let each = this.buckets[bucket]
    while (each !== undefined && each !== name) {
      previous = each
      each = each.next
    }
    if (each === undefined) return
    if (previous === undefined) this.buckets[bucket] = name.next
    else previous.next = name.next
    this.count--
    this.freeIds.push(name.id)
    name.id = RELEASED
  }

  private grow(): void {
    const old = this.buckets
    this.buckets = new Array<Name | undefined>(old.length * 2)
    this.buckets.fill(undefined)
    for (let head of old) {
      while (head !== undefined) {
        const next: Name | undefined = head.next
        const bucket = head.hash & (this.buckets.length - 1)
        head.next = this.buckets[bucket]
        this.buckets[bucket] = head
        head = next
      }
    }
  }
}

/** A member's name: bytes that are its identity, and their text. */
export class Name {
  /** Small and dense, for tables indexed by it; negative once nobody holds the name any more. */
  id: number
  readonly hash: number
  readonly bytes: Uint8Array
  references = 0
  next: Name | undefined
  /** The record that was last made for this name: the one to share when the same comes again. */
  latest: NodeRecord | undefined
  private cachedText: string | undefined

  constructor(id: number, hash: number, bytes: Uint8Array) {
    this.id = id
    this.hash = hash
    this.bytes = bytes
  }

  get text(): string {
    this.cachedText ??= textFromBytes(this.bytes)
    return this.cachedText
  }
}

/** What a member says of itself: immutable, and shared by all views that know the same. */
export class NodeRecord {
  readonly name: Name
  /** 4 or 16 bytes, in the form in which they came: Go compares them as bytes. */
  readonly address: Uint8Array
  readonly port: number
  /** The address as text, an IPv4-mapped one as IPv4. */
  readonly host: string
  /** Undefined is Go's nil, as against an empty one: passed on as it came. */
  readonly meta: Uint8Array | undefined
  /** pmin, pmax, pcur, dmin, dmax, dcur; all zero where the member gave none. */
  readonly versions: Uint8Array
  /** The last alive message about this record, kept where several views of a process share it. */
  aliveMessage: Uint8Array = EMPTY
  aliveIncarnation = 0
  /** Of the name, and of all that is here; 0 until a digest needs them (`digest.ts`). */
  nameHash = 0
  contentsHash = 0

  constructor(
    name: Name,
    address: Uint8Array,
    port: number,
    meta: Uint8Array | undefined,
    versions: Uint8Array,
    host: string,
  ) {
    this.name = name
    this.address = address
    this.port = port
    this.meta = meta
    this.versions = versions
    this.host = host
  }

  get protocolMax(): number {
    return this.versions[1]
  }

  /** Nil on the wire where the member never told its versions. */
  get versionsOnWire(): Uint8Array | undefined {
    return this.versions === NO_VERSIONS ? undefined : this.versions
  }

  get metaBytes(): Uint8Array {
    return this.meta ?? EMPTY
  }

  sameAddress(address: Span, port: number): boolean {
    return this.port === port && address.equals(this.address)
  }

  sameMeta(meta: Span): boolean {
    return meta.equals(this.metaBytes)
  }
}

/** The record of these values: the shared one when the name's latest is the same. */
export function recordOf(
  slab: Slab,
  name: Name,
  address: Span,
  port: number,
  meta: Span,
  versions: Span,
): NodeRecord {
  const latest = name.latest
  if (
    latest?.sameAddress(address, port) &&
    latest.sameMeta(meta) &&
    (latest.meta === undefined) === meta.isNil &&
    sameVersions(latest.versions, versions)
  ) {
    return latest
  }
  const record = new NodeRecord(
    name,
    slab.copy(address.bytes, address.start, address.end),
    port,
    meta.isNil ? undefined : slab.copy(meta.bytes, meta.start, meta.end),
    versionsOf(versions),
    hostFromBytes(address.bytes, address.start, address.end),
  )
  name.latest = record
  return record
}

const NO_VERSIONS = new Uint8Array(6)

/**
 * Members differ in their versions by releases and settings, so a cluster has a few of them, kept
 * once each. Bound: after so many, further ones are kept with their records.
 */
const knownVersions = new Map<number, Uint8Array>()
const MAX_KNOWN_VERSIONS = 256

function versionsOf({ bytes, start, length }: Span): Uint8Array {
  if (length < 6) return NO_VERSIONS
  let key = 0
  for (let index = 0; index < 6; index++) key = key * 256 + bytes[start + index]
  const known = knownVersions.get(key)
  if (known !== undefined) return known
  const versions = copyBytes(bytes, start, start + 6)
  if (knownVersions.size < MAX_KNOWN_VERSIONS) knownVersions.set(key, versions)
  return versions
}

const INITIAL_BUCKETS = 64
const RELEASED = -1

function sameVersions(known: Uint8Array, versions: Span): boolean {
  if (versions.length < 6) return known === NO_VERSIONS
  for (let index = 0; index < 6; index++) {
    if (known[index] !== versions.bytes[versions.start + index]) return false
  }
  return true
}

function sameBytes(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false
  for (let index = 0; index < known.length; index++) {
    if (known[index] !== bytes[start + index]) return false
  }
  return true
}

/** FNV-1a from a seeded start, with a final mix so that the low bits depend on all of it. */
function hashOf(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed ^ 0x811c9dc5
  for (let index = start; index < end; index++) {
    hash = Math.imul(hash ^ bytes[index], 0x01000193)
  }
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b3c6d)
}
