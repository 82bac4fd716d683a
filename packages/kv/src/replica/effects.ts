import type { KvWarning, RefusalReason, Spread } from '../store.ts'
import type { Held } from './held.ts'

/** When a call happens: monotonic milliseconds, and the wall clock's. */
export interface Instant {
  readonly now: number
  readonly wallMs: number
}

/**
 * Everything that leaves the replica. Called from within its own calls, so an implementation must
 * not call back before it returned: it notes, and acts later.
 */
export interface ReplicaEffects {
  /** Bytes that one packet may have; a longer message goes by stream. */
  readonly packetBytes: number
  /**
   * To a member, by its name. It may be lost. With a token, `Replica.sendFinished(at, token, ok)`
   * must be called once it was handed over, or failed; until then nothing of its kind is sent.
   */
  send(member: string, bytes: Uint8Array, token?: SendToken): void
  /** Gossip; a newer one of the same name replaces it. */
  broadcast(bytes: Uint8Array, name: string): void
  /** `Replica.timerFired(at, timer)` in so many milliseconds. There is no way to cancel. */
  setTimer(timer: ReplicaTimer, delayMs: number): void
  /**
   * Something is to be stored: `Replica.takeBatch()` soon, and `Replica.saved(at, batch)` once it is
   * durable. Called once for each batch.
   */
  saveSoon(): void
  tell(event: ReplicaEvent): void
}

export type ReplicaTimer =
  /** Looks after what is unanswered, unsent or unknown. */
  | 'round'
  /** What came since the last push goes to those that were pushed to a moment ago. */
  | 'push'
  /** Something expires, or the life of a tombstone is over. */
  | 'deadline'

export interface SendToken {
  readonly kind: 'push' | 'chunk'
  readonly member: string
}

export type ReplicaEvent =
  | { readonly type: 'put' | 'delete' | 'expire'; readonly held: Held }
  | { readonly type: 'refused'; readonly reason: RefusalReason; readonly member: string }
  | { readonly type: 'full'; readonly full: boolean }
  | { readonly type: 'warning'; readonly warning: KvWarning }
  /** A member holds a write that it was asked about. */
  | { readonly type: 'acked'; readonly sequence: number; readonly member: string }
  | { readonly type: 'spread'; readonly spread: Spread }

/** An integer from 0 up to, but not including, `below`. */
export type ReplicaRandom = (below: number) => number
