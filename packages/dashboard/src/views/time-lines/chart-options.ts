import type uPlot from 'uplot'
import { t } from '../../i18n/index.ts'
import { formatTime } from '../../logic/format.ts'
import { readColors } from '../cluster/palette.ts'
import type { ChartDefinition } from './charts.ts'

/** Charts of one group show the same moment under the pointer. */
const group = 'hearsay'
/** What ticks of time may be apart. */
const secondsApart = [5, 10, 15, 30, 60, 120, 180, 300]
/** What ticks of amounts may be apart where there are no parts of one. */
const wholeNumbers = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000]
/** Room for the longest number beside the axis. */
const axisWidth = 74

interface Size {
  readonly width: number
  readonly height: number
}

/** How a chart is drawn, in the colours of the moment. */
export function chartOptions(chart: ChartDefinition, size: Size): uPlot.Options {
  const { muted, line, ...colors } = readColors(['muted', 'line', ...seriesColors])
  const font = `11px ${getComputedStyle(document.body).fontFamily}`
  const axis = { stroke: muted, font, ticks: { show: false }, grid: grid(line) }
  return {
    ...size,
    padding: [8, 26, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: group }, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, auto: false },
      y: { range: (_plot, _min, max) => [0, roundedUp(max)] },
    },
    axes: [
      {
        ...axis,
        size: 26,
        space: 70,
        incrs: secondsApart,
        values: (_plot, values) => values.map((seconds) => formatTime(seconds * 1_000)),
      },
      {
        ...axis,
        size: axisWidth,
        space: 28,
        values: (_plot, values) => values.map(chart.format),
        ...(chart.isCount === true && { incrs: wholeNumbers }),
      },
    ],
    series: [
      {},
      ...chart.series.map(({ label }, index) => ({
        label: t(label),
        stroke: colors[seriesColors[index] ?? 'series-a'],
        width: 1.6,
        spanGaps: false,
        points: { show: false },
        ...(index > 0 && { dash: dashes[index] ?? [] }),
        ...(chart.isFilled === true && {
          fill: colors[seriesColors[index] ?? 'series-a'],
          dash: [],
        }),
      })),
    ],
  }
}

/** A series is told by its dashes too, not by its colour alone. */
export const dashes: readonly number[][] = [[], [5, 3], [1.5, 2.5]]
const seriesColors = ['series-a', 'series-b', 'series-c'] as const

function grid(stroke: string): uPlot.Axis.Grid {
  return { stroke, width: 1 }
}

/** Never nothing, so that a quiet line lies at the bottom. */
function roundedUp(max: number | null): number {
  if (max === null || max <= 0) return 1
  return max * 1.1
}
