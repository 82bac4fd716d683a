import { useSignalEffect } from '@preact/signals'
import { useEffect, useId, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import type { Column, History } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { perSecond, summarize } from '../../logic/history.ts'
import { history, spanMinutes } from '../../state/history.ts'
import { onPaletteChange } from '../cluster/palette.ts'
import { chartOptions, dashes } from './chart-options.ts'
import type { ChartDefinition } from './charts.ts'

/** One of the time lines: a curve to look at, and its numbers to read. */
export function Chart({ chart }: { readonly chart: ChartDefinition }) {
  const box = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const id = useId()
  const known = history.value
  useEffect(() => {
    const element = box.current
    if (element === null) return
    const make = () => {
      plot.current?.destroy()
      plot.current = new uPlot(chartOptions(chart, sizeOf(element)), dataOf(chart), element)
      rescale(plot.current)
    }
    const observer = new ResizeObserver(() => {
      plot.current?.setSize(sizeOf(element))
    })
    make()
    observer.observe(element)
    const stopColors = onPaletteChange(make)
    return () => {
      observer.disconnect()
      stopColors()
      plot.current?.destroy()
    }
  }, [chart])
  useSignalEffect(() => {
    const data = dataOf(chart)
    void spanMinutes.value
    if (plot.current === undefined) return
    plot.current.setData(data, false)
    rescale(plot.current)
  })
  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{t(chart.title)}</h2>
        <ul class="chart-values">
          {known !== undefined &&
            chart.series.map((_series, index) => (
              <Values key={index} chart={chart} index={index} known={known} />
            ))}
        </ul>
      </figcaption>
      <div ref={box} class="plot" aria-hidden="true" />
    </figure>
  )
}

function sizeOf({ clientWidth, clientHeight }: HTMLElement) {
  return { width: clientWidth, height: clientHeight }
}

interface ValuesProps {
  readonly chart: ChartDefinition
  readonly index: number
  readonly known: History
}

/** The newest value of a series, and its greatest, in words. */
function Values({ chart, index, known }: ValuesProps) {
  const series = chart.series[index]
  if (series === undefined) return null
  const { now, max } = summarize(columnOf(chart, series.column, known))
  const shown = (value: number | null): string => (value === null ? '–' : chart.format(value))
  return (
    <li>
      <svg class={`icon series-${index}`} viewBox="0 0 12 12" aria-hidden="true">
        <path
          d="M0 6h12"
          stroke="currentColor"
          stroke-width="2.5"
          stroke-dasharray={dashes[index]?.join(' ')}
        />
      </svg>
      {t(series.label)} <strong class="number">{shown(now)}</strong>{' '}
      <span class="hint">{t('seriesMost', { value: shown(max) })}</span>
    </li>
  )
}

function columnOf({ isRate }: ChartDefinition, name: string, known: History): Column {
  const column = known.columns[name]
  return isRate ? perSecond(column, known.intervalMs) : (column ?? [])
}

function dataOf(chart: ChartDefinition): uPlot.AlignedData {
  const known = history.value
  if (known === undefined) return [[], ...chart.series.map(() => [])]
  const columns = chart.series.map(({ column }) => [...columnOf(chart, column, known)])
  return [[...known.columns.time], ...columns]
}

/** The chosen minutes up to the newest value; the height by what is in sight. */
function rescale(plot: uPlot): void {
  const newest = plot.data[0].at(-1)
  if (newest === undefined) return
  plot.setScale('x', { min: newest - spanMinutes.value * 60, max: newest })
}
