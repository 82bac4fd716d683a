import type { Activity } from '../api/types.ts'

export type PulseKind = 'ping' | 'ack' | 'indirect' | 'gossip' | 'received' | 'stream'

/** Something on its way between the one that looks and another member. */
export interface Pulse {
  readonly name: string
  readonly kind: PulseKind
  readonly startsAt: number
}

/** More than these at a time nobody can follow. */
export const maxPulses = 160
/** Batches come about that often; what they tell of is spread over that time. */
const batchMs = 250
export const travelMs = 550

export function pulsesOf(activity: Activity, now: number, room: number): Pulse[] {
  const { pings, gossip, received, exchanges } = activity
  const all: Omit<Pulse, 'startsAt'>[] = [
    ...pings.map(({ to, kind }) => ({ name: to, kind: kind === 'answer' ? 'ping' : kind })),
    ...exchanges.map((exchange) => ({ name: exchange.with, kind: 'stream' as const })),
    ...gossip.map(({ to }) => ({ name: to, kind: 'gossip' as const })),
    ...received.map(({ from }) => ({ name: from, kind: 'received' as const })),
  ]
  const shown = all.slice(0, Math.max(0, room))
  return shown.map((pulse, index) => ({
    ...pulse,
    startsAt: now + (index * batchMs) / shown.length,
  }))
}

const inward: ReadonlySet<PulseKind> = new Set(['ack', 'received'])

/** How far out a pulse is: 0 at the centre, 1 at the member; undefined before and after its way. */
export function pulsePosition({ kind, startsAt }: Pulse, now: number): number | undefined {
  const part = (now - startsAt) / travelMs
  if (part < 0 || part > 1) return undefined
  return inward.has(kind) ? 1 - part : part
}

export function isOver({ startsAt }: Pulse, now: number): boolean {
  return now > startsAt + travelMs
}

export interface ActivitySummary {
  readonly pings: number
  readonly acks: number
  /** Of the probes that were answered. */
  readonly medianMs: number | undefined
  readonly gossip: number
  readonly received: number
}

/** The last moments in numbers, for those who do not see the picture. */
export function summarizeActivity(batches: readonly Activity[]): ActivitySummary {
  const pings = batches.flatMap((batch) => batch.pings)
  const times = pings
    .flatMap(({ kind, roundTripMs }) => (kind === 'ack' ? [roundTripMs ?? 0] : []))
    .sort((a, b) => a - b)
  return {
    pings: pings.filter(({ kind }) => kind === 'ping' || kind === 'indirect').length,
    acks: times.length,
    medianMs: times[Math.floor(times.length / 2)],
    gossip: batches.reduce((sum, { gossip }) => sum + gossip.length, 0),
    received: batches.reduce((sum, { received }) => sum + received.length, 0),
  }
}
