// @ts-check
// What moves the picture that `time-space.js` draws: pointer, wheel, keys, buttons. Both are put into
// the report as one script.

import {
  beliefAt,
  beliefNames,
  canvas,
  cursorText,
  dark,
  draw,
  histories,
  kindNames,
  LEFT,
  marks,
  memberNameOf,
  order,
  palette,
  rowHeight,
  seconds,
  section,
  size,
  state,
  TOP,
  timeline,
  view,
  whole,
} from './time-space.js'

let pending = false
function update() {
  const member = order[state.cursorRow] ?? 0
  const belief = beliefNames[beliefAt(member, state.cursorMs)] ?? ''
  const whom = member === timeline.subject ? 'itself' : memberNameOf(timeline.subject)
  cursorText.textContent = `${seconds(state.cursorMs)}: ${memberNameOf(member)} believes ${whom} ${belief}.`
  if (pending) return
  pending = true
  requestAnimationFrame(() => {
    pending = false
    draw()
  })
}

/** @param {number} factor @param {number} [ms] */
function zoom(factor, ms = state.cursorMs) {
  const length = Math.min(whole.to, Math.max(1, (view.to - view.from) * factor))
  const share = Math.min(1, Math.max(0, (ms - view.from) / (view.to - view.from)))
  view.from = ms - share * length
  view.to = view.from + length
  keepInside()
}

/** @param {number} factor */
function zoomRows(factor) {
  view.rows = Math.min(whole.rows, Math.max(4, view.rows * factor))
  keepInside()
}

/** @param {number} byMs @param {number} [byRows] */
function move(byMs, byRows = 0) {
  view.from += byMs
  view.to += byMs
  view.row += byRows
  keepInside()
}

function keepInside() {
  const length = view.to - view.from
  view.from = Math.max(0, Math.min(view.from, whole.to - length))
  view.to = view.from + length
  view.row = Math.max(0, Math.min(view.row, Math.max(0, whole.rows - view.rows)))
  update()
}

function showCursor() {
  const length = view.to - view.from
  if (state.cursorMs < view.from || state.cursorMs > view.to)
    view.from = state.cursorMs - length / 2
  view.to = view.from + length
  if (state.cursorRow < view.row) view.row = state.cursorRow
  if (state.cursorRow > view.row + view.rows - 1) view.row = state.cursorRow - view.rows + 1
  keepInside()
}

/** @param {1 | -1} direction */
function nextChange(direction) {
  const times = (histories[order[state.cursorRow] ?? 0] ?? []).map(([at]) => at)
  const found =
    direction === 1
      ? times.find((at) => at > state.cursorMs)
      : times.findLast((at) => at < state.cursorMs)
  if (found !== undefined) state.cursorMs = found
  showCursor()
}

function showAll() {
  Object.assign(view, whole)
  keepInside()
}

/** @type {Record<string, () => void>} */
const keys = {
  ArrowLeft: () => move((view.from - view.to) / 10),
  ArrowRight: () => move((view.to - view.from) / 10),
  ArrowUp: () => {
    state.cursorRow = Math.max(0, state.cursorRow - 1)
    showCursor()
  },
  ArrowDown: () => {
    state.cursorRow = Math.min(order.length - 1, state.cursorRow + 1)
    showCursor()
  },
  '+': () => zoom(1 / 1.5),
  '=': () => zoom(1 / 1.5),
  '-': () => zoom(1.5),
  Home: showAll,
  n: () => nextChange(1),
  p: () => nextChange(-1),
}

canvas.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const act = keys[event.key] ?? keys[event.key.toLowerCase()]
  if (act === undefined) return
  event.preventDefault()
  act()
})

canvas.addEventListener(
  'wheel',
  (event) => {
    event.preventDefault()
    const factor = (event.deltaY || event.deltaX) > 0 ? 1.2 : 1 / 1.2
    if (event.shiftKey) zoomRows(factor)
    else zoom(factor, msAt(event))
  },
  { passive: false },
)

/** @param {MouseEvent} event */
function msAt(event) {
  const { width } = size()
  return view.from + ((event.offsetX - LEFT) / (width - LEFT)) * (view.to - view.from)
}

canvas.addEventListener('pointerdown', (event) => {
  canvas.setPointerCapture(event.pointerId)
  pointAt(event)
})
canvas.addEventListener('pointermove', (event) => {
  if (event.buttons === 0) return
  const { width } = size()
  move((-event.movementX / (width - LEFT)) * (view.to - view.from), -event.movementY / rowHeight())
})

/** @param {MouseEvent} event */
function pointAt(event) {
  if (event.offsetX < LEFT) return
  state.cursorMs = Math.max(0, msAt(event))
  const row = Math.floor(view.row + (event.offsetY - TOP) / rowHeight())
  state.cursorRow = Math.max(0, Math.min(order.length - 1, row))
  update()
}

/** @param {string} text @param {string} label @param {() => void} act */
function button(text, label, act) {
  const made = document.createElement('button')
  made.type = 'button'
  made.textContent = text
  made.setAttribute('aria-label', label)
  made.addEventListener('click', act)
  return made
}

/** @param {string} text @param {boolean} checked @param {(checked: boolean) => void} act */
function checkbox(text, checked, act) {
  const label = document.createElement('label')
  const box = document.createElement('input')
  box.type = 'checkbox'
  box.checked = checked
  box.addEventListener('change', () => {
    act(box.checked)
    update()
  })
  label.append(box, ` ${text}`)
  return label
}

function legendKey(/** @type {string} */ color, /** @type {string} */ text) {
  const made = document.createElement('span')
  made.className = 'key'
  const swatch = document.createElement('span')
  swatch.style.cssText = `width:14px;height:12px;border-radius:2px;background:${color}`
  made.append(swatch, text)
  return made
}

function fillTools() {
  const tools = /** @type {HTMLElement} */ (section.querySelector('.tools'))
  const colors = palette()
  tools.replaceChildren(
    button('+', 'Zoom in', () => zoom(1 / 1.5)),
    button('−', 'Zoom out', () => zoom(1.5)),
    button('Taller', 'Taller rows, fewer members', () => zoomRows(1 / 1.5)),
    button('All', 'All of the run', showAll),
    checkbox('messages', state.showsMessages, (checked) => {
      state.showsMessages = checked
    }),
    checkbox('only those about it', state.onlyAbout, (checked) => {
      state.onlyAbout = checked
    }),
    ...beliefNames.map((belief, index) =>
      legendKey(colors.beliefs[index] ?? '', `${marks[index] ?? ''} ${belief}`),
    ),
    ...kindNames.slice(2).map((kind, index) => legendKey(colors.kinds[index + 2] ?? '', kind)),
  )
}

function fillStory() {
  const story = /** @type {HTMLElement} */ (section.querySelector('.story'))
  const lines = [
    ...timeline.faults.map(([at, text]) => /** @type {const} */ ([at, text])),
    ...timeline.beliefs.map(
      ([member, at, belief]) =>
        /** @type {const} */ ([
          at,
          `${memberNameOf(member)} believes it ${beliefNames[belief] ?? ''}`,
        ]),
    ),
  ].sort((one, other) => one[0] - other[0])
  story.replaceChildren(
    ...lines.slice(0, 2000).map(([at, text]) => {
      const item = document.createElement('li')
      item.textContent = `${seconds(at)}: ${text}`
      return item
    }),
  )
}

const subjectText = /** @type {HTMLElement} */ (document.getElementById('subject'))
subjectText.textContent = memberNameOf(timeline.subject)
canvas.setAttribute(
  'aria-label',
  `What ${timeline.members} members believed of ${memberNameOf(timeline.subject)} over ${seconds(timeline.untilMs)}; ${timeline.beliefs.length} changes.`,
)
if (timeline.messagesUntilMs < timeline.untilMs && timeline.messages.length >= 40000) {
  const how = /** @type {HTMLElement} */ (document.getElementById('how'))
  how.textContent += ` Messages are kept up to ${seconds(timeline.messagesUntilMs)}; there are too many after that.`
}
fillTools()
fillStory()
update()
dark.addEventListener('change', () => {
  fillTools()
  update()
})
new ResizeObserver(update).observe(canvas)
