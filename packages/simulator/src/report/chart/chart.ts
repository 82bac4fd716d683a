import { drawMark, type Frame } from './draw.ts'
import { extentOf, type Mark } from './mark.ts'
import { linearScale, logScale, type Range, type Scale } from './scale.ts'
import { chartStyle } from './style.ts'
import { markup, number, tag } from './svg.ts'

export interface Axis {
  readonly label: string
  readonly format: (value: number) => string
  readonly scale?: 'linear' | 'log'
  /** What the axis shows at the least; it grows to what the marks need. */
  readonly show?: readonly number[]
}

export interface Chart {
  readonly title: string
  /** What there is to see, for who cannot see it. */
  readonly description: string
  readonly x: Axis
  readonly y: Axis
  readonly marks: readonly Mark[]
  readonly width?: number
  readonly height?: number
}

const margin = { top: 34, right: 18, bottom: 46, left: 78 }
const legendRow = 18

/**
 * A chart as SVG text: no document is needed, the same in a report, in a page and in a test.
 * Series differ by shape and dashes, not by colour alone.
 */
export function chartSvg(chart: Chart, options: { readonly standalone?: boolean } = {}): string {
  const { title, description, width = 560, height = 320 } = chart
  const rows = legendRows(chart.marks, width - margin.left - margin.right)
  const top = margin.top + rows.length * legendRow
  const frame: Frame = {
    x: scaleOf(chart.x, extentOf(chart.marks, 'x'), [margin.left, width - margin.right]),
    y: scaleOf(chart.y, extentOf(chart.marks, 'y'), [height - margin.bottom, top]),
    left: margin.left,
    right: width - margin.right,
    top,
    bottom: height - margin.bottom,
    formatX: chart.x.format,
    formatY: chart.y.format,
  }
  const parts = [
    tag('title', {}, markup(title)),
    tag('desc', {}, markup(description)),
    options.standalone === true ? tag('style', {}, chartStyle) : '',
    tag('rect', { class: 'ground', width, height }),
    tag('text', { class: 'heading', x: margin.left, y: 20 }, markup(title)),
    ...axes(chart, frame),
    ...chart.marks.map((mark) => drawMark(mark, frame)),
    ...legend(rows, frame),
  ]
  const box = { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', class: 'chart' }
  return tag('svg', { xmlns: 'http://www.w3.org/2000/svg', ...box }, parts.join(''))
}

function scaleOf(
  { scale = 'linear', show = [] }: Axis,
  extent: readonly number[],
  pixels: Range,
): Scale {
  const values = [...extent, ...show].filter((value) => Number.isFinite(value))
  const usable = scale === 'log' ? values.filter((value) => value > 0) : values
  const range: Range =
    usable.length === 0 ? [scale === 'log' ? 1 : 0, 10] : [Math.min(...usable), Math.max(...usable)]
  return scale === 'log' ? logScale(range, pixels) : linearScale(range, pixels)
}

function axes(chart: Chart, frame: Frame): string[] {
  const { x, y, left, right, top, bottom } = frame
  const middle = (top + bottom) / 2
  return [
    ...y.ticks.flatMap((tick) => [
      tag('line', {
        class: 'grid',
        x1: left,
        x2: right,
        y1: number(y.at(tick)),
        y2: number(y.at(tick)),
      }),
      tag(
        'text',
        { class: 'tick', x: left - 8, y: number(y.at(tick) + 4), 'text-anchor': 'end' },
        markup(chart.y.format(tick)),
      ),
    ]),
    ...x.ticks.flatMap((tick) => [
      tag('line', {
        class: 'tickmark',
        x1: number(x.at(tick)),
        x2: number(x.at(tick)),
        y1: bottom,
        y2: bottom + 5,
      }),
      tag(
        'text',
        { class: 'tick', x: number(x.at(tick)), y: bottom + 18, 'text-anchor': 'middle' },
        markup(chart.x.format(tick)),
      ),
    ]),
    tag('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom }),
    tag(
      'text',
      { class: 'label', x: (left + right) / 2, y: bottom + 38, 'text-anchor': 'middle' },
      markup(chart.x.label),
    ),
    tag(
      'text',
      {
        class: 'label',
        'text-anchor': 'middle',
        transform: `translate(14 ${number(middle)}) rotate(-90)`,
      },
      markup(chart.y.label),
    ),
  ]
}

type Named = Mark & { readonly name: string; readonly series: number }

/** Entries side by side as far as there is room. */
function legendRows(marks: readonly Mark[], width: number): Named[][] {
  const rows: Named[][] = []
  let used = Number.POSITIVE_INFINITY
  for (const mark of marks) {
    if (!('name' in mark) || mark.name === undefined) continue
    const size = legendWidth(mark.name)
    if (used + size > width) {
      rows.push([])
      used = 0
    }
    rows.at(-1)?.push(mark as Named)
    used += size
  }
  return rows
}

function legendWidth(name: string): number {
  return 40 + name.length * 6.6
}

function legend(rows: readonly Named[][], frame: Frame): string[] {
  return rows.flatMap((row, index) => {
    const y = margin.top + index * legendRow
    let x = frame.left
    return row.map((mark) => {
      const sample = drawSample(mark, x, y)
      const text = tag('text', { class: 'legend', x: x + 26, y: y + 4 }, markup(mark.name))
      x += legendWidth(mark.name)
      return sample + text
    })
  })
}

function drawSample(mark: Named, x: number, y: number): string {
  const at = { ticks: [], at: (value: number) => value }
  const sample: Mark =
    mark.kind === 'points'
      ? { ...mark, points: [{ x: x + 11, y }] }
      : {
          kind: 'line',
          series: mark.series,
          points: [
            [x, y],
            [x + 22, y],
          ],
        }
  const none = (value: number) => String(value)
  return drawMark(sample, {
    x: at,
    y: at,
    left: 0,
    right: 0,
    top: 0,
    bottom: 0,
    formatX: none,
    formatY: none,
  })
}
