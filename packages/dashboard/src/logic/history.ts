import type { Column, History } from '../api/types.ts'

/** What the agent keeps itself, and what the page does. */
const keptSeconds = 15 * 60

/** Appends what is newer, and lets go of what is older than 15 minutes before the newest. */
export function mergeHistory(known: History | undefined, more: History): History {
  if (known === undefined || known.intervalMs !== more.intervalMs) return more
  const newest = known.columns.time.at(-1) ?? -Infinity
  const fresh = indexes(more.columns.time, (time) => time > newest)
  if (fresh.length === 0) return known
  const last = more.columns.time.at(-1) ?? newest
  const kept = indexes(known.columns.time, (time) => time > last - keptSeconds)
  const columns: Record<string, Column> = {}
  for (const name of new Set([...Object.keys(known.columns), ...Object.keys(more.columns)])) {
    columns[name] = [
      ...kept.map((index) => known.columns[name]?.[index] ?? null),
      ...fresh.map((index) => more.columns[name]?.[index] ?? null),
    ]
  }
  const time = [
    ...kept.map((index) => known.columns.time[index] ?? 0),
    ...fresh.map((index) => more.columns.time[index] ?? 0),
  ]
  return { intervalMs: more.intervalMs, columns: { ...columns, time } }
}

function indexes(times: readonly number[], fits: (time: number) => boolean): number[] {
  return times.flatMap((time, index) => (fits(time) ? [index] : []))
}

/** A column of amounts in each interval as amounts in a second. */
export function perSecond(column: Column | undefined, intervalMs: number): Column {
  return (column ?? []).map((value) => (value === null ? null : (value * 1_000) / intervalMs))
}

export interface ColumnSummary {
  readonly now: number | null
  readonly min: number | null
  readonly max: number | null
}

export function summarize(column: Column): ColumnSummary {
  let min: number | null = null
  let max: number | null = null
  for (const value of column) {
    if (value === null) continue
    min = min === null ? value : Math.min(min, value)
    max = max === null ? value : Math.max(max, value)
  }
  return { now: column.at(-1) ?? null, min, max }
}
