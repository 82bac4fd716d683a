import type { Member, MemberState } from '../../api/types.ts'
import type { Place } from '../../logic/ring-layout.ts'
import { maxNamed, outlined, paintNames, shortened } from './paint-names.ts'
import type { Palette } from './palette.ts'

type Context = CanvasRenderingContext2D

export interface MembersPicture {
  readonly places: readonly Place[]
  readonly members: ReadonlyMap<string, Member>
  readonly local: Member | undefined
  /** Half the size of a shape. */
  readonly size: number
  readonly pointedAt: string | undefined
  /** Members that have the write that is followed. */
  readonly reached: ReadonlySet<string>
  readonly palette: Palette
}

/** Draws who there is. The context's origin is the centre of the ring. */
export function paintMembers(context: Context, picture: MembersPicture): void {
  const { places, members, local, palette, size } = picture
  if (places.length <= maxNamed) paintWays(context, places, palette)
  for (const place of places) {
    const member = members.get(place.name)
    if (member === undefined) continue
    const half = member.state === 'alive' ? size : Math.max(5, size)
    if (picture.reached.has(place.name)) paintReached(context, place.x, place.y, half, palette)
    paintShape(context, member.state, place.x, place.y, half, palette)
  }
  if (local !== undefined) paintLocal(context, local, picture)
  paintNames(context, picture)
}

/** The ways that probes and gossip take, faint, where there are not too many to be told apart. */
function paintWays(context: Context, places: readonly Place[], palette: Palette): void {
  context.strokeStyle = palette.line
  context.lineWidth = 1
  context.beginPath()
  for (const { x, y } of places) {
    context.moveTo(0, 0)
    context.lineTo(x, y)
  }
  const [first] = places
  if (first !== undefined) {
    const radius = Math.hypot(first.x, first.y)
    context.moveTo(radius, 0)
    context.arc(0, 0, radius, 0, 2 * Math.PI)
  }
  context.stroke()
}

/** The same shapes as everywhere: disc, triangle, crossed square, ring. */
export function paintShape(
  context: Context,
  state: MemberState,
  x: number,
  y: number,
  half: number,
  palette: Palette,
): void {
  context.fillStyle = palette.states[state]
  context.strokeStyle = palette.states[state]
  context.lineWidth = Math.max(1.2, half / 3.5)
  context.beginPath()
  switch (state) {
    case 'alive':
      context.arc(x, y, half, 0, 2 * Math.PI)
      context.fill()
      break
    case 'suspect':
      context.moveTo(x, y - half * 1.2)
      context.lineTo(x + half * 1.2, y + half)
      context.lineTo(x - half * 1.2, y + half)
      context.fill()
      break
    case 'failed':
      context.rect(x - half, y - half, 2 * half, 2 * half)
      context.moveTo(x - half / 2, y - half / 2)
      context.lineTo(x + half / 2, y + half / 2)
      context.moveTo(x + half / 2, y - half / 2)
      context.lineTo(x - half / 2, y + half / 2)
      context.stroke()
      break
    case 'left':
      context.setLineDash([2.5, 2])
      context.arc(x, y, half * 0.9, 0, 2 * Math.PI)
      context.stroke()
      context.setLineDash([])
  }
}

function paintReached(context: Context, x: number, y: number, half: number, palette: Palette) {
  context.strokeStyle = palette.accent
  context.lineWidth = Math.max(1.5, half / 3)
  context.beginPath()
  context.arc(x, y, half + Math.max(2.5, half * 0.7), 0, 2 * Math.PI)
  context.stroke()
}

function paintLocal(context: Context, local: Member, picture: MembersPicture): void {
  const { palette, reached } = picture
  if (reached.has(local.name)) paintReached(context, 0, 0, 11, palette)
  paintShape(context, local.state, 0, 0, 11, palette)
  context.fillStyle = palette.text
  context.font = `600 13px ${palette.font}`
  context.textAlign = 'center'
  context.textBaseline = 'top'
  outlined(context, shortened(local.name), 0, 20, palette)
}
