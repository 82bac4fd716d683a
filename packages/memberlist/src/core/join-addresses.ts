import type { Settings } from '../config.ts'
import { limits } from '../limits.ts'
import type { Members } from './members.ts'
import type { Random } from './random.ts'
import { ALIVE } from './state.ts'

/** Pauses between attempts to join in the background: from one second, doubling, up to five. */
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5_000

/** Join addresses that are tried in one go when members are missing; the others have their turn later. */
const ADDRESSES_PER_REJOIN = 3

/** The addresses that were joined, each once. Bound: `limits.reconnectTargets`, the newest stay. */
export class JoinAddresses {
  private addresses: string[] = []

  remember(addresses: readonly string[]): void {
    const all = new Set([...this.addresses, ...addresses])
    this.addresses = [...all].slice(-limits.reconnectTargets)
  }

  /** Those whose turn it is to be tried again. */
  takeTurn(): readonly string[] {
    const some = this.addresses.slice(0, ADDRESSES_PER_REJOIN)
    this.addresses = [...this.addresses.slice(some.length), ...some]
    return some
  }
}

/** The pause before the next attempt, after one of `previousMs`; undefined before the first. */
export function joinRetryMs(previousMs: number | undefined, settings: Settings): number {
  if (previousMs === undefined) return FIRST_RETRY_MS
  const longest = Math.min(LONGEST_RETRY_MS, settings.reconnectIntervalMs)
  return Math.min(previousMs * 2, Math.max(FIRST_RETRY_MS, longest))
}

/** That pause, half of it up to three halves: many that were turned away together come back apart. */
export function spreadRetryMs(pauseMs: number, random: Random): number {
  return Math.floor(pauseMs / 2) + random('stagger', pauseMs)
}

/** Whether somebody at that address is alive as we know it: nobody is missed there. */
export function isAliveAt(members: Members, host: string, port: number): boolean {
  let found = false
  members.forEach((slot, record) => {
    if (record.port === port && record.host === host) found ||= members.state(slot) === ALIVE
  })
  return found
}
