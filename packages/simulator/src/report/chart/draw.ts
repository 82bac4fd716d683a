import type { Mark, Point } from './mark.ts'
import type { Scale } from './scale.ts'
import { markup, number, tag } from './svg.ts'

/** Where a chart's inner field lies, and its scales. */
export interface Frame {
  readonly x: Scale
  readonly y: Scale
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly formatX: (value: number) => string
  readonly formatY: (value: number) => string
}

export function drawMark(mark: Mark, frame: Frame): string {
  const { x, y } = frame
  switch (mark.kind) {
    case 'line': {
      const points = mark.points.map(([px, py]) => `${number(x.at(px))},${number(y.at(py))}`)
      return tag('polyline', { class: `line ${series(mark.series)}`, points: points.join(' ') })
    }
    case 'band': {
      const upper = mark.points.map(([px, , high]) => `${number(x.at(px))},${number(y.at(high))}`)
      const lower = mark.points.map(([px, low]) => `${number(x.at(px))},${number(y.at(low))}`)
      const points = [...upper, ...lower.reverse()].join(' ')
      return tag('polygon', { class: `band ${series(mark.series)}`, points })
    }
    case 'points':
      return mark.points.map((point) => drawPoint(point, mark.series, frame)).join('')
    case 'rule':
      return drawRule(mark.axis, mark.at, mark.label, frame)
  }
}

function series(index: number): string {
  return `s${index % 6}`
}

function drawPoint(point: Point, index: number, frame: Frame): string {
  const { x, y, formatX, formatY } = frame
  const [px, py] = [x.at(point.x), y.at(point.y)]
  const whisker = (x1: number, x2: number, y1: number, y2: number) =>
    tag('line', {
      class: 'whisker',
      x1: number(x1),
      x2: number(x2),
      y1: number(y1),
      y2: number(y2),
    })
  const { xLow, xHigh, yLow, yHigh, label, isChosen } = point
  const told = [label, formatX(point.x), formatY(point.y)].filter((text) => text !== undefined)
  const parts = [
    tag('title', {}, markup(told.join(', '))),
    xLow === undefined || xHigh === undefined ? '' : whisker(x.at(xLow), x.at(xHigh), py, py),
    yLow === undefined || yHigh === undefined ? '' : whisker(px, px, y.at(yLow), y.at(yHigh)),
    isChosen === true
      ? tag('circle', { class: 'chosen', cx: number(px), cy: number(py), r: 9 })
      : '',
    tag('path', { class: 'point', d: shape(index, px, py) }),
    label === undefined ? '' : labelText(label, px, py, frame),
  ]
  return tag('g', { class: series(index) }, parts.join(''))
}

/** On the side of the point where there is room. */
function labelText(label: string, px: number, py: number, { left, right }: Frame): string {
  const isLeft = px + 12 + label.length * 6.2 > right && px - left > right - px
  const position = { x: number(px + (isLeft ? -11 : 11)), y: number(py - 7) }
  const anchor = isLeft ? 'end' : 'start'
  return tag('text', { class: 'point-label', ...position, 'text-anchor': anchor }, markup(label))
}

function shape(index: number, x: number, y: number): string {
  const at = (dx: number, dy: number) => `${number(x + dx)} ${number(y + dy)}`
  switch (index % 4) {
    case 0:
      return `M${at(-4, 0)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0`
    case 1:
      return `M${at(-4, -4)}h8v8h-8z`
    case 2:
      return `M${at(0, -5)}L${at(5, 4)}H${number(x - 5)}z`
    default:
      return `M${at(0, -5)}L${at(5, 0)}L${at(0, 5)}L${at(-5, 0)}z`
  }
}

function drawRule(axis: 'x' | 'y', at: number, label: string, frame: Frame): string {
  const { x, y, left, right, top, bottom } = frame
  if (axis === 'x') {
    const px = number(x.at(at))
    return (
      tag('line', { class: 'rule', x1: px, x2: px, y1: top, y2: bottom }) +
      tag('text', { class: 'rule-label', x: number(x.at(at) + 4), y: top + 11 }, markup(label))
    )
  }
  const py = number(y.at(at))
  return (
    tag('line', { class: 'rule', x1: left, x2: right, y1: py, y2: py }) +
    tag(
      'text',
      { class: 'rule-label', x: right, y: number(y.at(at) - 5), 'text-anchor': 'end' },
      markup(label),
    )
  )
}
