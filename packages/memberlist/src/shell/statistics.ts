import type { Counters } from '../core/counters.ts'
import type { Engine } from '../core/engine.ts'
import { ALIVE, DEAD, LEFT, SUSPECT } from '../core/state.ts'
import type { TransportCounters } from '../transport/counters.ts'
import { type RejectionReason, rejectionReasons } from '../wire/rejection.ts'
import type { StreamCounters } from './exchanges.ts'

/** How a member is doing, as plain numbers. Counters only grow; the others are of this moment. */
export interface MemberlistStats {
  readonly members: {
    readonly alive: number
    readonly suspect: number
    readonly failed: number
    readonly left: number
  }
  /** Local health: 0 is healthy. */
  readonly health: number
  readonly queue: {
    /** State changes that wait to be gossiped. */
    readonly membership: number
    /** Broadcasts of the application that wait. */
    readonly user: number
    readonly userBytes: number
    /** Broadcasts of the application that were dropped because the queue was full. */
    readonly shed: number
  }
  readonly protocol: Readonly<Record<keyof Counters, number>>
  readonly streams: Readonly<StreamCounters>
  readonly transport: Readonly<TransportCounters>
  /** Bytes from the network that were refused, by reason. */
  readonly rejected: Readonly<Record<RejectionReason, number>>
}

export function noRejections(): Record<RejectionReason, number> {
  return Object.fromEntries(rejectionReasons.map((reason) => [reason, 0])) as Record<
    RejectionReason,
    number
  >
}

export function statisticsOf(
  engine: Engine,
  streams: StreamCounters,
  transport: TransportCounters,
  rejected: Record<RejectionReason, number>,
): MemberlistStats {
  const { members, membership, userMessages, counters, awareness } = engine.core
  return {
    members: {
      alive: members.count(ALIVE),
      suspect: members.count(SUSPECT),
      failed: members.count(DEAD),
      left: members.count(LEFT),
    },
    health: awareness.score,
    queue: {
      membership: membership.length,
      user: userMessages.length,
      userBytes: userMessages.bytes,
      shed: userMessages.shed,
    },
    protocol: { ...counters },
    streams: { ...streams },
    transport: { ...transport, sendFailures: { ...transport.sendFailures } },
    rejected: { ...rejected },
  }
}
