import uPlot from 'uplot'
import { t } from '../../i18n/index.ts'
import type { ChartDefinition } from './charts.ts'

const height = 150
/** Charts of one group show the same moment under the pointer. */
const group = 'hearsay'
/** Room for the longest number beside the axis. */
const axisWidth = 74

/** How a chart is drawn, in the colours of the moment. */
export function chartOptions(chart: ChartDefinition, width: number): uPlot.Options {
  const style = getComputedStyle(document.documentElement)
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  const font = `11px ${getComputedStyle(document.body).fontFamily}`
  const axis = { stroke: color('muted'), font, ticks: { show: false }, grid: grid(color('line')) }
  const bars = uPlot.paths.bars?.({ size: [0.8, 8, 2] })
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { sync: { key: group }, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: true, auto: false },
      y: { range: (_plot, _min, max) => [0, roundedUp(max)] },
    },
    axes: [
      { ...axis, size: 26, values: '{HH}:{mm}:{ss}', space: 80 },
      { ...axis, size: axisWidth, values: (_plot, values) => values.map(chart.format), space: 28 },
    ],
    series: [
      {},
      ...chart.series.map(({ label }, index) => ({
        label: t(label),
        stroke: color(colors[index] ?? 'muted'),
        width: 1.6,
        spanGaps: false,
        points: { show: false },
        ...(index > 0 && { dash: [5, 3] }),
        ...(chart.bars === true &&
          bars !== undefined && { paths: bars, fill: color(colors[index] ?? 'muted'), dash: [] }),
      })),
    ],
  }
}

const colors = ['series-a', 'series-b', 'series-c']

function grid(stroke: string): uPlot.Axis.Grid {
  return { stroke, width: 1 }
}

/** Never nothing, so that a quiet line lies at the bottom. */
function roundedUp(max: number | null): number {
  if (max === null || max <= 0) return 1
  return max * 1.1
}
