import type { SeenOrigin } from '../wire/vector.ts'
import type { Intervals } from './intervals.ts'

/** A large value of which a part has come. */
export interface PartialValue {
  readonly bytes: Uint8Array
  received: number
  touchedAt: number
}

/** What the other one said that it had seen, when the pass began. */
export interface Claims {
  readonly vector: readonly SeenOrigin[]
  readonly seen: ReadonlyMap<string, Intervals>
  /** End of its log then: once read up to here, the claims hold for us, too. */
  readonly end: number
  readonly purges: number
  /** Whether it has seen all that we purged. */
  readonly isVouched: boolean
}

/** Reading a peer's log from where we left off to its end. Bound: `limits.pulls` at a time. */
export interface Pass {
  request: number
  /** The life of the peer whose log it is that `cursor` is a place in. */
  boot: number
  cursor: number
  isFirst: boolean
  isFull: boolean
  claims: Claims | undefined
  /** How far the peer's log must be stored before the claims hold for us. */
  neededEnd: number
  /** Nothing was refused or left out so far. */
  isComplete: boolean
  /** Where the full state is compared: the keys that the peer has. */
  readonly listed: Set<string>
  readonly startedAt: number
  sentAt: number
  tries: number
  /** Where the last answer left us, and how many did not get further. */
  place: number
  stalls: number
  part: PartialValue | undefined
}
