/** How a figure is written. */
export type Unit = 'ms' | 'count' | 'per-second' | 'bytes-per-second' | 'share'

export interface Figure {
  readonly label: string
  readonly unit: Unit
  /** What it is, for who has not read the rest. */
  readonly meaning: string
}

/**
 * What one run says, a number each. A run is what is independent, so intervals are over runs; what
 * is measured often within a run (packets of a member in a second) is first brought to one number.
 */
export const figures = {
  firstDetectionMs: {
    label: 'first detection',
    unit: 'ms',
    meaning: 'From a crash until the first member declares it failed; mean over the crashes.',
  },
  detectionByAllMs: {
    label: 'detection by all',
    unit: 'ms',
    meaning: 'From a crash until all that live have it as failed; the slowest of the crashes.',
  },
  crashesMissed: {
    label: 'crashes not known to all',
    unit: 'share',
    meaning: 'Share of the crashes that not every live member knew of when the run ended.',
  },
  spreadP50Ms: {
    label: 'spread, p50',
    unit: 'ms',
    meaning: 'From a broadcast until half of the members have it.',
  },
  spreadP99Ms: {
    label: 'spread, p99',
    unit: 'ms',
    meaning: 'From a broadcast until 99 % of the members have it.',
  },
  spreadMaxMs: {
    label: 'spread, max',
    unit: 'ms',
    meaning: 'From a broadcast until the last member that it reached has it.',
  },
  spreadMissed: {
    label: 'not reached by a broadcast',
    unit: 'share',
    meaning: 'Share of the members that a broadcast never reached.',
  },
  falsePositivesAtHealthy: {
    label: 'false positives at healthy',
    unit: 'count',
    meaning: 'Failures of members that lived, declared at members that no fault disturbed.',
  },
  falsePositivesAtFaulty: {
    label: 'false positives at faulty',
    unit: 'count',
    meaning: 'Failures of members that lived, declared at members that a fault disturbed.',
  },
  healthyFailed: {
    label: 'healthy members failed',
    unit: 'count',
    meaning: 'Failures of members that lived and that no fault disturbed, declared anywhere.',
  },
  packetsMean: {
    label: 'packets sent, mean',
    unit: 'per-second',
    meaning: 'Packets that a member sends in a second: the mean over members and seconds.',
  },
  packetsP99: {
    label: 'packets sent, p99',
    unit: 'per-second',
    meaning: 'Packets that a member sends in a second: exceeded in one of 100 member-seconds.',
  },
  packetsMax: {
    label: 'packets sent, max',
    unit: 'per-second',
    meaning: 'Packets that a member sends in a second: the most.',
  },
  bytesOutMean: {
    label: 'bytes sent, mean',
    unit: 'bytes-per-second',
    meaning: 'Bytes that a member sends in a second, by packet and stream: the mean.',
  },
  bytesOutP99: {
    label: 'bytes sent, p99',
    unit: 'bytes-per-second',
    meaning: 'Bytes that a member sends in a second: exceeded in one of 100 member-seconds.',
  },
  bytesOutMax: {
    label: 'bytes sent, max',
    unit: 'bytes-per-second',
    meaning: 'Bytes that a member sends in a second: the most.',
  },
  bytesInMean: {
    label: 'bytes received, mean',
    unit: 'bytes-per-second',
    meaning: 'Bytes that a member receives in a second, by packet and stream: the mean.',
  },
  bytesInP99: {
    label: 'bytes received, p99',
    unit: 'bytes-per-second',
    meaning: 'Bytes that a member receives in a second: exceeded in one of 100 member-seconds.',
  },
  bytesInMax: {
    label: 'bytes received, max',
    unit: 'bytes-per-second',
    meaning: 'Bytes that a member receives in a second: the most.',
  },
  bootstrapMs: {
    label: 'bootstrap',
    unit: 'ms',
    meaning: 'From the start until every member knows all.',
  },
  convergenceMs: {
    label: 'convergence after the heal',
    unit: 'ms',
    meaning: 'From the end of the faults until all live members agree, for good.',
  },
  viewChanges: {
    label: 'view changes',
    unit: 'count',
    meaning: 'Joins, failures and leaves that members told, all members together.',
  },
} as const satisfies Readonly<Record<string, Figure>>

export type FigureName = keyof typeof figures
export const figureNames = Object.keys(figures) as FigureName[]

export type RunFigures = Partial<Readonly<Record<FigureName, number>>>

/** A value as a person reads it: `1.58 s`, `3.2 kB/s`. */
export function valueText(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : value < 0 ? '-∞' : '?'
  switch (unit) {
    case 'ms':
      return Math.abs(value) < 1_000 ? `${digits(value)} ms` : `${digits(value / 1_000)} s`
    case 'share':
      return `${digits(value * 100)} %`
    case 'bytes-per-second':
      return Math.abs(value) < 1_000 ? `${digits(value)} B/s` : `${digits(value / 1_000)} kB/s`
    case 'per-second':
      return `${digits(value)} /s`
    case 'count':
      return digits(value)
  }
}

/** Three digits that matter, and never fewer than there are before the point. */
export function digits(value: number): string {
  const size = Math.abs(value)
  if (Number.isInteger(value) || size >= 1_000) return Math.round(value).toLocaleString('en-US')
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 0.995 ? 2 : 3
  return value.toFixed(decimals)
}
