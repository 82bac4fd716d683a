// @ts-check
// The picture of one run: a row for each member, time from left to right, what each member believes
// of the subject as the row's colour, messages as lines between rows. Drawn on a canvas, since
// there may be tens of thousands of lines; only what is in view is drawn.

/**
 * @typedef {{
 *   seed: number, members: number, subject: number, untilMs: number, isJoined: boolean,
 *   beliefs: [member: number, atMs: number, belief: number][],
 *   messages: [from: number, to: number, sentMs: number, endMs: number, kind: number, about: number, isLost: number][],
 *   messagesUntilMs: number,
 *   faults: [atMs: number, text: string, isAboutSubject: number][],
 *   beliefNames: string[], kindNames: string[],
 * }} Timeline
 */

/** @type {Timeline} */
export const timeline = JSON.parse(
  /** @type {HTMLElement} */ (document.getElementById('timeline')).textContent ?? '',
)
export const section = /** @type {HTMLElement} */ (document.getElementById('time-space'))
export const canvas = /** @type {HTMLCanvasElement} */ (section.querySelector('canvas'))
const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'))
export const cursorText = /** @type {HTMLElement} */ (document.getElementById('cursor'))
export const dark = matchMedia('(prefers-color-scheme: dark)')

export const LEFT = 118
export const TOP = 26
export const { beliefNames, kindNames } = timeline
export const memberNameOf = (/** @type {number} */ member) =>
  `member-${String(member).padStart(5, '0')}`
export const seconds = (/** @type {number} */ ms) => `${(ms / 1000).toFixed(3)} s`

/** What each member believed, ascending in time. */
export const histories = Array.from(
  { length: timeline.members },
  () => /** @type {[number, number][]} */ ([]),
)
for (const [member, at, belief] of timeline.beliefs) histories[member]?.push([at, belief])
const atStart = timeline.isJoined ? 1 : 0

/** The subject first, then those who lost faith in it first. */
const lostFaith = histories.map(
  (history) => history.find(([, belief]) => belief >= 2)?.[0] ?? Number.POSITIVE_INFINITY,
)
export const order = histories
  .map((_, member) => member)
  .sort((one, other) => {
    if (one === timeline.subject || other === timeline.subject)
      return one === timeline.subject ? -1 : 1
    const difference = (lostFaith[one] ?? 0) - (lostFaith[other] ?? 0)
    return Number.isNaN(difference) || difference === 0 ? one - other : difference
  })
const rowOf = new Map(order.map((member, row) => [member, row]))

const changes = timeline.beliefs.map(([, at]) => at)
export const whole = {
  from: 0,
  to: Math.max(1, timeline.untilMs),
  row: 0,
  rows: Math.max(4, timeline.members),
}
export const view = firstView()
/** What is pointed at, and what is shown; the controls change it. */
export const state = {
  cursorRow: 0,
  cursorMs: changes[0] ?? 0,
  showsMessages: true,
  onlyAbout: timeline.messages.length > 4000,
}

/** From just before the first change of belief to just after the last one, as far as it fits. */
function firstView() {
  // Who is forgotten long after is no part of the story.
  const told = timeline.beliefs.filter(([, , belief]) => belief !== 0).map(([, at]) => at)
  const shown = { ...whole, rows: Math.min(whole.rows, 40) }
  const first = Math.min(
    ...told,
    timeline.faults.find(([, , about]) => about)?.[0] ?? Number.POSITIVE_INFINITY,
  )
  if (!Number.isFinite(first)) return shown
  const last = Math.max(...told, first + 1000)
  const margin = Math.max(200, (last - first) * 0.06)
  return { ...shown, from: Math.max(0, first - margin), to: Math.min(whole.to, last + margin) }
}

export function palette() {
  return dark.matches
    ? {
        ground: '#0d1117',
        ink: '#e6edf3',
        faint: '#9aa4af',
        grid: '#2b323b',
        cursor: '#5cb3ec',
        beliefs: ['#21262d', '#14513a', '#6e5200', '#7a1f26', '#3d3358'],
        kinds: ['#7f8b97', '#7f8b97', '#5cb3ec', '#e2bd4f', '#3fc59c', '#ff8d8d', '#dc9cc6'],
      }
    : {
        ground: '#ffffff',
        ink: '#1f2328',
        faint: '#59636e',
        grid: '#e4e7eb',
        cursor: '#0067a6',
        beliefs: ['#eceff2', '#c9ecd9', '#fbe39a', '#f5b5b0', '#dcd3ee'],
        kinds: ['#8b95a0', '#8b95a0', '#0067a6', '#8a6a00', '#00795a', '#b3261e', '#9a4d83'],
      }
}

/** A mark beside the colour, for each belief. */
export const marks = ['', '', '?', '✗', '○']

export function size() {
  const box = canvas.getBoundingClientRect()
  return { width: box.width, height: box.height }
}
const xOf = (/** @type {number} */ ms) =>
  LEFT + ((ms - view.from) / (view.to - view.from)) * (size().width - LEFT)
export const rowHeight = () => (size().height - TOP) / view.rows
const yOf = (/** @type {number} */ row) => TOP + (row - view.row) * rowHeight()

export function draw() {
  const { width, height } = size()
  const ratio = window.devicePixelRatio || 1
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio)
    canvas.height = Math.round(height * ratio)
  }
  const colors = palette()
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.font = '11px system-ui, sans-serif'
  context.textBaseline = 'middle'
  context.fillStyle = colors.ground
  context.fillRect(0, 0, width, height)
  drawRows(colors, width)
  drawFaults(colors, height)
  if (state.showsMessages) drawMessages(colors, width)
  drawAxis(colors, width)
  drawNames(colors, height)
  drawCursor(colors, width)
}

/** @param {ReturnType<typeof palette>} colors @param {number} width */
function drawRows(colors, width) {
  const tall = rowHeight()
  const thick = Math.max(1, Math.min(tall - 1, tall * 0.72))
  for (
    let row = Math.floor(view.row);
    row < Math.min(order.length, view.row + view.rows + 1);
    row++
  ) {
    const history = histories[order[row] ?? 0] ?? []
    const y = yOf(row) + (tall - thick) / 2
    let from = 0
    let belief = atStart
    for (const [at, next] of [...history, [timeline.untilMs, -1]]) {
      const [x1, x2] = [Math.max(LEFT, xOf(from)), Math.min(width, xOf(at ?? 0))]
      if (x2 > x1) {
        context.fillStyle = colors.beliefs[belief] ?? colors.grid
        context.fillRect(x1, y, Math.max(1, x2 - x1), thick)
        if (thick > 9 && x2 - x1 > 14 && marks[belief] !== '') {
          context.fillStyle = colors.ink
          context.fillText(marks[belief] ?? '', x1 + 3, y + thick / 2)
        }
      }
      from = at ?? 0
      belief = next ?? 0
    }
  }
}

/** @param {ReturnType<typeof palette>} colors @param {number} height */
function drawFaults(colors, height) {
  context.strokeStyle = colors.ink
  context.setLineDash([3, 3])
  for (const [at, , about] of timeline.faults) {
    const x = xOf(at)
    if (!about || x < LEFT) continue
    context.beginPath()
    context.moveTo(x, TOP)
    context.lineTo(x, height)
    context.stroke()
  }
  context.setLineDash([])
}

/** @param {ReturnType<typeof palette>} colors @param {number} width */
function drawMessages(colors, width) {
  const half = rowHeight() / 2
  const inView = timeline.messages.filter(
    ([, , sent, end, , about]) =>
      end >= view.from && sent <= view.to && (about || !state.onlyAbout),
  )
  const strength = Math.min(1, Math.max(0.25, 900 / Math.max(1, inView.length)))
  for (const [from, to, sent, end, kind, about, isLost] of inView) {
    const [fromRow, toRow] = [rowOf.get(from), rowOf.get(to)]
    if (fromRow === undefined || toRow === undefined) continue
    const [y1, y2] = [yOf(fromRow) + half, yOf(toRow) + half]
    if (Math.max(y1, y2) < TOP || Math.min(y1, y2) > size().height) continue
    const [x1, x2] = [xOf(sent), Math.max(xOf(sent) + 1, xOf(end))]
    context.strokeStyle = colors.kinds[kind] ?? colors.faint
    context.globalAlpha = strength * (about ? 0.95 : 0.45)
    context.lineWidth = about ? 1 + strength : 1
    context.beginPath()
    context.moveTo(x1, y1)
    context.lineTo(x2, y2)
    if (isLost && x2 < width) {
      context.moveTo(x2 - 3, y2 - 3)
      context.lineTo(x2 + 3, y2 + 3)
      context.moveTo(x2 - 3, y2 + 3)
      context.lineTo(x2 + 3, y2 - 3)
    }
    context.stroke()
  }
  context.globalAlpha = 1
  context.lineWidth = 1
}

/** @param {ReturnType<typeof palette>} colors @param {number} width */
function drawAxis(colors, width) {
  context.fillStyle = colors.ground
  context.fillRect(0, 0, width, TOP)
  const wanted = (view.to - view.from) / Math.max(2, (width - LEFT) / 110)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = power * ([1, 2, 5, 10].find((each) => power * each >= wanted) ?? 10)
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(step)))
  context.textAlign = 'center'
  for (let ms = Math.ceil(view.from / step) * step; ms <= view.to; ms += step) {
    const x = xOf(ms)
    if (x < LEFT + 12 || x > width - 18) continue
    context.fillStyle = colors.faint
    context.fillText(`${(ms / 1000).toFixed(Math.min(4, decimals))} s`, x, TOP / 2)
    context.fillRect(x, TOP - 5, 1, 5)
  }
  context.textAlign = 'start'
}

/** @param {ReturnType<typeof palette>} colors @param {number} height */
function drawNames(colors, height) {
  const tall = rowHeight()
  context.fillStyle = colors.ground
  context.fillRect(0, TOP, LEFT - 4, height - TOP)
  const every = Math.max(1, Math.ceil(12 / tall))
  for (let row = Math.floor(view.row); row < Math.min(order.length, view.row + view.rows); row++) {
    if (row % every !== 0) continue
    const member = order[row] ?? 0
    const isSubject = member === timeline.subject
    context.font = `${isSubject ? '600 ' : ''}11px system-ui, sans-serif`
    context.fillStyle = isSubject ? colors.ink : colors.faint
    context.fillText(`${isSubject ? '▸ ' : ''}${memberNameOf(member)}`, 6, yOf(row) + tall / 2)
  }
  context.font = '11px system-ui, sans-serif'
}

/** @param {ReturnType<typeof palette>} colors @param {number} width */
function drawCursor(colors, width) {
  context.strokeStyle = colors.cursor
  context.lineWidth = 1.5
  const y = yOf(state.cursorRow)
  if (y >= TOP - 1) context.strokeRect(LEFT - 3, y, width - LEFT + 1, rowHeight())
  const x = xOf(state.cursorMs)
  if (x >= LEFT) {
    context.beginPath()
    context.moveTo(x, TOP)
    context.lineTo(x, size().height)
    context.stroke()
  }
  context.lineWidth = 1
}

/** @param {number} member @param {number} ms */
export function beliefAt(member, ms) {
  let belief = atStart
  for (const [at, next] of histories[member] ?? []) if (at <= ms) belief = next
  return belief
}
