import type { RejectionReason } from '../wire/rejection.ts'
import type { DirectPing } from './acks.ts'
import type { Probe } from './probe.ts'
import type { NodeRecord } from './registry.ts'
import type { Relay } from './relay.ts'

/**
 * Everything that leaves the core. Called directly from within the core's own calls, so an
 * implementation must not call back into the engine before it returned: it notes, and acts later.
 */
export interface Effects {
  /** False when it is known at once that the packet cannot arrive. */
  sendPacket(bytes: Uint8Array, host: string, port: number): boolean
  /** Ask for a stream exchange; its outcome comes back by the engine's call that is named there. */
  openStream(request: StreamRequest): void
  /** `Engine.timerFired` with this timer, in so many milliseconds. There is no way to cancel. */
  setTimer(timer: Timer, delayMs: number): void
  /** Something happened that the application may want to know. */
  tell(event: CoreEvent): void
  /** Bytes from the network were refused: told for each, beside the counter. */
  rejected(reason: RejectionReason, host: string, port: number): void
}

export type StreamRequest =
  /** The fallback ping; answered by `Engine.streamPingAnswered(now, probe, ok)`. */
  | { readonly kind: 'ping'; readonly probe: Probe; readonly timeoutMs: number }
  /** A push/pull with one member, whose outcome is only told as an event of the shell. */
  | { readonly kind: 'push-pull'; readonly record: NodeRecord }
  /** Push/pull with the addresses that were joined before, names resolved anew. */
  | { readonly kind: 'rejoin' }

/**
 * Timers are data with an identity. They are never cancelled: one that is outdated finds that its
 * subject (this probe, this suspicion) is no longer the current one, and does nothing.
 */
export type Timer =
  | { readonly kind: 'probe' }
  /** The tick that came while the former probe still lasted. */
  | { readonly kind: 'probe-again' }
  | { readonly kind: 'probe-timeout'; readonly probe: Probe }
  | { readonly kind: 'probe-end'; readonly probe: Probe }
  | { readonly kind: 'ping-timeout'; readonly ping: DirectPing }
  | { readonly kind: 'relay-timeout'; readonly relay: Relay }
  | { readonly kind: 'relay-end'; readonly relay: Relay }
  /** Whatever suspicion there is then of the member in that slot. */
  | { readonly kind: 'suspicion'; readonly slot: number; readonly dueAt: number }
  | { readonly kind: 'gossip' }
  | { readonly kind: 'push-pull' }
  | { readonly kind: 'catch-up' }
  | { readonly kind: 'reconnect' }

/**
 * Whether it is sure that nothing comes of that timer, so that the engine need not be called. Asked of
 * the timer's subject alone. Of most probes: the ack was there long before.
 */
export function isOutdated(timer: Timer): boolean {
  const isOfProbe = timer.kind === 'probe-timeout' || timer.kind === 'probe-end'
  return isOfProbe && timer.probe.isOver
}

/** A slot is a place in the members table; it is valid only while the event is being told. */
export type CoreEvent =
  | { readonly type: 'join'; readonly slot: number }
  | { readonly type: 'update'; readonly slot: number; readonly previous: NodeRecord }
  | { readonly type: 'suspect'; readonly slot: number; readonly from: string }
  | { readonly type: 'alive'; readonly slot: number }
  | { readonly type: 'fail'; readonly slot: number; readonly from: string }
  | { readonly type: 'leave'; readonly slot: number }
  | { readonly type: 'forget'; readonly slot: number }
  | {
      readonly type: 'message'
      readonly bytes: Uint8Array
      readonly host: string
      readonly port: number
    }
  | { readonly type: 'conflict'; readonly slot: number; readonly other: NodeRecord }
  | { readonly type: 'health'; readonly score: number }
  | { readonly type: 'pause'; readonly pausedMs: number }
  | { readonly type: 'udp-blocked'; readonly record: NodeRecord }
  | {
      readonly type: 'ping-complete'
      readonly record: NodeRecord
      readonly roundTripMs: number
      readonly payload: Uint8Array
    }
  | {
      readonly type: 'ping-done'
      readonly ping: DirectPing
      /** Undefined when no ack came in time. */
      readonly roundTripMs: number | undefined
      readonly payload: Uint8Array
    }
