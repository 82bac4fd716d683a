import type { Origin } from './origins.ts'
import type { Stamp } from './stamp.ts'

/** Why an entry has no value: it was deleted, or its time to live is over. */
export type EntryKind = 'value' | 'deleted' | 'expired'

/**
 * What a write is, wherever it is held. `origin` and `sequence` are its dot, by which replicas tell
 * each other what they have seen; stamp and origin say which of two writes of one key wins.
 */
export interface Write {
  readonly key: string
  readonly stamp: Stamp
  readonly sequence: number
  readonly kind: EntryKind
  /** Undefined for a tombstone, and in a head, which only tells that the entry is there. */
  readonly value: Uint8Array | undefined
  /** Milliseconds since the epoch; 0 for never. */
  readonly expiresAt: number
}

/** A write as this replica holds it: the latest of its key. */
export class Held implements Write {
  readonly key: string
  readonly keyBytes: number
  readonly stamp: Stamp
  readonly origin: Origin
  readonly sequence: number
  readonly expiresAt: number
  kind: EntryKind
  value: Uint8Array | undefined
  /** Since when the others are asked whether it is over (`comparison.ts`). */
  openSince: number | undefined
  /** Place in the local log; 0 once it is superseded or gone. */
  index = 0

  constructor(write: Write, origin: Origin, keyBytes: number) {
    this.key = write.key
    this.keyBytes = keyBytes
    this.stamp = write.stamp
    this.origin = origin
    this.sequence = write.sequence
    this.expiresAt = write.expiresAt
    this.kind = write.kind
    this.value = write.value
  }

  get isTombstone(): boolean {
    return this.kind !== 'value'
  }

  /** When the key went: a tombstone's life begins with it. */
  get endedAt(): number {
    return this.kind === 'expired' ? this.expiresAt : this.stamp.ms
  }
}

/**
 * The order in which writes of one key win: by stamp, then by origin. Total, since one origin never
 * gives the same stamp twice, and the same everywhere.
 */
export function compareWrites(
  one: { readonly stamp: Stamp; readonly origin: Origin },
  other: { readonly stamp: Stamp; readonly origin: Origin },
): number {
  const byStamp = one.stamp.ms - other.stamp.ms || one.stamp.counter - other.stamp.counter
  if (byStamp !== 0) return byStamp
  if (one.origin === other.origin) return 0
  return one.origin.id < other.origin.id ? -1 : 1
}

/** The public form of a version; as text it sorts as the writes do. */
export function versionText({ ms, counter }: Stamp, origin: string): string {
  return `${hex(ms, 12)}-${hex(counter, 4)}-${origin}`
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0')
}
