import { Refusal } from './refusal.ts'

const units: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1_024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
}

/** Reads `64MiB`, `1.5GiB`, `512KiB`, or a plain number of bytes. */
export function readByteSize(minBytes: number, maxBytes: number): (text: string) => number {
  const takes = `a size from ${byteSizeText(minBytes)} to ${byteSizeText(maxBytes)}, such as 64MiB or 1GiB`
  return (text) => {
    const [, amount, unit = 'B'] = /^(\d{1,15}(?:\.\d{1,6})?) ?(B|KiB|MiB|GiB)?$/.exec(text) ?? []
    const value = Math.round(Number(amount) * (units[unit] ?? 1))
    if (amount === undefined || value < minBytes || value > maxBytes) throw new Refusal(takes)
    return value
  }
}

/** For people: `12 B`, `3.4 KiB`, `16 MiB`. */
export function byteSizeText(bytes: number): string {
  for (const unit of ['GiB', 'MiB', 'KiB'] as const) {
    const size = units[unit] ?? 1
    if (bytes < size) continue
    const amount = bytes / size
    return `${Number.isInteger(amount) || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${unit}`
  }
  return `${bytes} B`
}
