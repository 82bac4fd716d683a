/** From values to pixels, with the ticks that an axis shows. */
export interface Scale {
  readonly ticks: readonly number[]
  at(value: number): number
}

export type Range = readonly [from: number, to: number]

/** Even steps of 1, 2 or 5 times a power of ten; the domain grows to whole steps. */
export function linearScale([from, to]: Range, pixels: Range, wanted = 6): Scale {
  const span = to - from || Math.abs(to) || 1
  const power = 10 ** Math.floor(Math.log10(span / wanted))
  const step = power * ([1, 2, 5, 10].find((each) => span / (power * each) <= wanted) ?? 10)
  const first = Math.floor(from / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(to / step - 1e-9))
  const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
    Number(((first + index) * step).toPrecision(12)),
  )
  const [low, high] = [first * step, last * step]
  return { ticks, at: (value) => place((value - low) / (high - low), pixels) }
}

/** Powers of ten, with 2 and 5 between where there are few. Values must be above 0. */
export function logScale([from, to]: Range, pixels: Range): Scale {
  const low = Math.floor(Math.log10(from) + 1e-9)
  const high = Math.max(low + 1, Math.ceil(Math.log10(to) - 1e-9))
  const between = high - low <= 2 ? [1, 2, 5] : [1]
  const ticks = Array.from({ length: high - low }, (_, index) => 10 ** (low + index)).flatMap(
    (power) => between.map((each) => Number((power * each).toPrecision(12))),
  )
  return {
    ticks: [...ticks, 10 ** high],
    at: (value) => place((Math.log10(Math.max(value, 10 ** low)) - low) / (high - low), pixels),
  }
}

function place(share: number, [from, to]: Range): number {
  return from + share * (to - from)
}
