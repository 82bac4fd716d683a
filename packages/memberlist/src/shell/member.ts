export type MemberState = 'alive' | 'suspect' | 'failed' | 'left'

/** Version range that a member understands, and the one it speaks. */
export interface VersionRange {
  readonly min: number
  readonly max: number
  readonly current: number
}

/**
 * One member as it was known at a moment: an immutable snapshot, never a live view.
 * Go: `Node`, with the state of its `nodeState`.
 */
export interface Member {
  /** The identity. Bytes that are not UTF-8 show as lone surrogates U+DC80…U+DCFF. */
  readonly name: string
  /** IP address as text, an IPv4 one never in its IPv6-mapped form. */
  readonly host: string
  readonly port: number
  readonly state: MemberState
  /** Grows with each refutation and each change of metadata; 32 bits. */
  readonly incarnation: number
  /** At most 512 bytes. A copy of its own: writing to it changes nothing here. */
  readonly meta: Uint8Array
  readonly protocol: VersionRange
  readonly delegate: VersionRange
  /** True for the member that this process is. */
  readonly local: boolean
  /** When the state last changed as seen from here, in milliseconds since the epoch. */
  readonly since: number
  /** Last measured round trip to it in milliseconds, if any was. */
  readonly roundTripMs: number | undefined
  /** While suspect: who suspects it, and until when (milliseconds since the epoch) at the latest. */
  readonly suspicion: SuspicionSnapshot | undefined
}

export interface SuspicionSnapshot {
  readonly from: readonly string[]
  readonly deadline: number
}
