import type { RejectionReason } from '../wire/rejection.ts'
import type { Member } from './member.ts'

/** What happened, in the order in which it happened. A closed union, told apart by `type`. */
export type MemberlistEvent =
  /** A member that was unknown, failed or had left is alive. */
  | { readonly type: 'join'; readonly member: Member }
  /** An alive member changed its metadata, address or versions. */
  | { readonly type: 'update'; readonly member: Member; readonly previous: Member }
  /** A member is suspected to have failed; it has until the deadline to refute. */
  | { readonly type: 'suspect'; readonly member: Member; readonly from: string }
  /** A suspected member refuted. */
  | { readonly type: 'alive'; readonly member: Member }
  /** A member failed: its suspicion ran out, here or at another member. */
  | { readonly type: 'fail'; readonly member: Member; readonly from: string }
  /** A member left by its own will. */
  | { readonly type: 'leave'; readonly member: Member }
  /** A failed or left member was forgotten. */
  | { readonly type: 'forget'; readonly member: Member }
  /** A message of the application, from a broadcast or sent directly. */
  | {
      readonly type: 'message'
      readonly bytes: Uint8Array
      readonly via: 'packet' | 'stream'
      readonly host: string
      readonly port: number
    }
  /** Another process uses a known name at another address. */
  | { readonly type: 'conflict'; readonly existing: Member; readonly other: Member }
  /** Local health changed: 0 is healthy, each point more slows our own verdicts. */
  | { readonly type: 'health'; readonly score: number }
  /** This process stood still for so long. */
  | { readonly type: 'pause'; readonly pausedMs: number }
  | MemberlistWarning

/** Something an operator should know; told once per peer and interval, not per packet. */
export interface MemberlistWarning {
  readonly type: 'warning'
  readonly code: WarningCode
  /** One sentence: what happened, what to do. */
  readonly text: string
  readonly host?: string
  readonly port?: number
}

export type WarningCode =
  | RejectionReason
  /** A member answers over TCP but not over UDP. */
  | 'udp-blocked'
  /** A delegate or listener of the application threw; the engine went on. */
  | 'callback-failed'
  /** A push/pull, join or reconnection failed. */
  | 'exchange-failed'
  /** A queue is full and sheds. */
  | 'overload'
  /** The process stood still. */
  | 'stalled'
