import { Refusal } from './refusal.ts'

const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** Reads `250ms`, `1.5s`, `2m`, `1h`, or a plain number of milliseconds. */
export function readDuration(minMs: number, maxMs: number): (text: string) => number {
  const takes = `a time from ${durationText(minMs)} to ${durationText(maxMs)}, such as 500ms, 10s or 2m`
  return (text) => {
    const [, amount, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? []
    const value = Math.round(Number(amount) * (units[unit] ?? 1))
    if (amount === undefined || value < minMs || value > maxMs) throw new Refusal(takes)
    return value
  }
}

export function durationText(milliseconds: number): string {
  for (const unit of ['h', 'm', 's'] as const) {
    const size = units[unit] ?? 1
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`
  }
  return `${milliseconds}ms`
}
