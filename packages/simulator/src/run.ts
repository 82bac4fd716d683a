import type { CheckerName } from './scenario.ts'

/** What simulate() is asked for beside the scenario and its seed. */
export interface SimulateOptions {
  /** Gets every event, in order; called within the run, so it must only look. */
  readonly observe?: Observer
  /** Ends at the first violation. Default: true. */
  readonly stopAtViolation?: boolean
  /** Called about every so many virtual seconds; false ends the run as it is. */
  readonly progress?: (virtualMs: number, ofMs: number) => boolean
}

/** Members are numbers in the order in which they first started; `memberName` gives their name. */
export type Observer = (event: RunEvent) => void

export type RunEvent =
  /** `id` is the same for the sending and what became of it; a duplicate arrives under it too. */
  | {
      readonly type: 'sent'
      readonly at: number
      readonly id: number
      readonly from: number
      /** -1: to an address that nobody has. */
      readonly to: number
      readonly bytes: Uint8Array
    }
  | {
      readonly type: 'arrived'
      readonly at: number
      readonly id: number
      readonly from: number
      readonly to: number
      readonly bytes: Uint8Array
    }
  | {
      readonly type: 'lost'
      readonly at: number
      readonly id: number
      readonly from: number
      readonly to: number
      readonly why: string
    }
  /** A stream's question or answer arrived, or the stream came to nothing. */
  | {
      readonly type: 'stream'
      readonly at: number
      readonly from: number
      readonly to: number
      readonly kind: 'ping' | 'push-pull' | 'join' | 'user'
      readonly phase: 'opened' | 'asked' | 'answered' | 'failed'
      readonly bytes: number
    }
  | { readonly type: 'timer'; readonly at: number; readonly member: number; readonly kind: string }
  /** What a member's engine told: join, update, suspect, alive, fail, leave, forget, health, … */
  | {
      readonly type: 'told'
      readonly at: number
      readonly member: number
      readonly event: string
      /** Whom it is about; -1 where it is about nobody or about a name that no member has. */
      readonly subject: number
      readonly text: string
    }
  /** What came from that address was refused, and why. */
  | {
      readonly type: 'rejected'
      readonly at: number
      readonly member: number
      readonly from: string
      readonly reason: string
    }
  /** Something that the scenario or the seed did: a crash, a partition, the heal. */
  | {
      readonly type: 'fault'
      readonly at: number
      readonly members: readonly number[]
      readonly text: string
    }
  | { readonly type: 'violation'; readonly at: number; readonly violation: Violation }

export interface Violation {
  readonly checker: CheckerName
  /** Virtual ms. */
  readonly at: number
  readonly text: string
  /** The member at which it was seen, or -1. */
  readonly member: number
}

export interface RunResult {
  readonly seed: number
  /** Over all events, 16 hex digits: the same for the same scenario, seed and version. */
  readonly hash: string
  readonly events: number
  readonly virtualMs: number
  /** False where `progress` ended it. */
  readonly complete: boolean
  readonly violations: readonly Violation[]
  readonly measures: Measures
  /** What was done to it, a line each. */
  readonly faults: readonly string[]
}

/** Raw, so that statistics are made outside. Times are virtual ms since the start of the steps. */
export interface Measures {
  readonly members: number
  readonly crashes: readonly CrashMeasure[]
  readonly falsePositives: FalsePositives
  readonly spreads: readonly SpreadMeasure[]
  readonly traffic: Traffic
  /** When every member first knew all; only with `start: 'bootstrap'`, and if it came to that. */
  readonly bootstrapMs: number | undefined
  /** From the heal until all live members agree, for good. Undefined: not within the run. */
  readonly convergenceMs: number | undefined
  /** Joins, failures and leaves that members told, once all had started. */
  readonly viewChanges: number
  /** By member: how many live members saw it fail while it lived. */
  readonly wronglyFailed: Uint32Array
}

export interface CrashMeasure {
  readonly member: number
  readonly at: number
  readonly firstSuspectedAt: number | undefined
  readonly firstFailedAt: number | undefined
  /** When the last of those that lived told it. */
  readonly failedByAllAt: number | undefined
}

/**
 * Failures told of members that lived. `about`, `at`: whether the subject and the observer were
 * disturbed by a fault of their own (a pause, slowness, loss, a partition) by then in this run.
 */
export interface FalsePositives {
  aboutHealthyAtHealthy: number
  aboutHealthyAtDisturbed: number
  aboutDisturbedAtHealthy: number
  aboutDisturbedAtDisturbed: number
}

export interface SpreadMeasure {
  readonly sentAt: number
  readonly from: number
  /** When each other member first had it, since it was sent, ascending. */
  readonly reachedMs: readonly number[]
  /** Members that were to get it. */
  readonly of: number
}

/** In windows of one second: the value of a member in a window is at `window x members + member`. */
export interface Traffic {
  readonly windowMs: number
  readonly windows: number
  readonly members: number
  readonly packetsOut: Uint32Array
  readonly packetsIn: Uint32Array
  /** Of packets, without the headers of UDP and IP. */
  readonly packetBytesOut: Uint32Array
  readonly packetBytesIn: Uint32Array
  readonly streamBytesOut: Uint32Array
  readonly streamBytesIn: Uint32Array
}

/** The name of the member with that index. */
export function memberName(index: number): string {
  return `member-${String(index).padStart(5, '0')}`
}
