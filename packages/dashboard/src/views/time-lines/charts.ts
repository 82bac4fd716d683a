import type { TextKey } from '../../i18n/index.ts'
import { formatBytes, formatMs, threeDigits } from '../../logic/format.ts'

export interface ChartSeries {
  /** A column of the history. */
  readonly column: string
  readonly label: PlainKey
}

/** Texts without values in them. */
type PlainKey = Exclude<Extract<TextKey, `series${string}` | `chart${string}`>, 'seriesMost'>

export interface ChartDefinition {
  readonly title: PlainKey
  readonly series: readonly ChartSeries[]
  /** Amounts in an interval are shown as amounts in a second. */
  readonly isRate: boolean
  /** Single events are seen better with something below the line. */
  readonly isFilled?: boolean
  /** There is nothing between 1 and 2. */
  readonly isCount?: boolean
  readonly format: (value: number) => string
}

const perSecond = (value: number): string => `${threeDigits(value)}/s`
const bytesPerSecond = (value: number): string => `${formatBytes(value)}/s`

export const charts: readonly ChartDefinition[] = [
  {
    title: 'chartPackets',
    series: [
      { column: 'packetsIn', label: 'seriesIn' },
      { column: 'packetsOut', label: 'seriesOut' },
    ],
    isRate: true,
    format: perSecond,
  },
  {
    title: 'chartBytes',
    series: [
      { column: 'bytesIn', label: 'seriesIn' },
      { column: 'bytesOut', label: 'seriesOut' },
    ],
    isRate: true,
    format: bytesPerSecond,
  },
  {
    title: 'chartRoundTrip',
    series: [{ column: 'roundTripMs', label: 'seriesMedian' }],
    isRate: false,
    format: formatMs,
  },
  {
    title: 'chartFailures',
    series: [
      { column: 'failures', label: 'seriesFailures' },
      { column: 'suspicions', label: 'seriesSuspicions' },
      { column: 'probesFailed', label: 'seriesProbesFailed' },
    ],
    isRate: false,
    isFilled: true,
    isCount: true,
    format: threeDigits,
  },
  {
    title: 'chartQueue',
    series: [{ column: 'queue', label: 'seriesQueue' }],
    isRate: false,
    isCount: true,
    format: threeDigits,
  },
  {
    title: 'chartHealth',
    series: [{ column: 'health', label: 'seriesHealth' }],
    isRate: false,
    isCount: true,
    format: threeDigits,
  },
]
