import type { Spread } from '../api/types.ts'

export function isSpread(value: object): value is Spread {
  return (
    'version' in value &&
    typeof value.version === 'string' &&
    'members' in value &&
    Array.isArray(value.members) &&
    'missing' in value &&
    Array.isArray(value.missing)
  )
}

/** Of two reports of one write, the one that more members are in. */
export function newerSpread(known: Spread, more: Spread): Spread {
  if (more.members.length < known.members.length) return known
  return { ...more, startedAt: more.startedAt ?? known.startedAt }
}

export interface SpreadSummary {
  readonly reached: number
  readonly total: number
  /** When half of the members had it, and when the last one of those that have. */
  readonly halfMs: number | undefined
  readonly lastMs: number | undefined
  /** Members in the order in which they got it. */
  readonly order: readonly { readonly name: string; readonly afterMs: number }[]
}

export function summarizeSpread({ members, missing }: Spread): SpreadSummary {
  const order = [...members].sort((a, b) => a.afterMs - b.afterMs)
  const total = order.length + missing.length
  const half = Math.ceil(total / 2)
  return {
    reached: order.length,
    total,
    halfMs: order[half - 1]?.afterMs,
    lastMs: order.at(-1)?.afterMs,
    order,
  }
}
