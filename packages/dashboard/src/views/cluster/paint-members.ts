import type { Member, MemberState } from '../../api/types.ts'
import type { Place } from '../../logic/ring-layout.ts'
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

/** Beyond these many members, names are written only where something is wrong. */
const maxNamed = 40
const maxTroubled = 24
const shownLetters = 22

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
  for (const { place, isTroubled } of named(picture)) paintName(context, place, isTroubled, picture)
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

function named({ places, members, pointedAt }: MembersPicture) {
  const all = places.map((place) => ({
    place,
    isTroubled: isTrouble(members.get(place.name)?.state),
  }))
  if (places.length <= maxNamed) return all
  const troubled = all.filter(({ isTroubled }) => isTroubled).slice(0, maxTroubled)
  const pointed = all.filter(({ place }) => place.name === pointedAt)
  return [...troubled, ...pointed]
}

function isTrouble(state: MemberState | undefined): boolean {
  return state === 'suspect' || state === 'failed'
}

function paintName(context: Context, place: Place, isTroubled: boolean, picture: MembersPicture) {
  const { palette, pointedAt, size } = picture
  const isPointedAt = place.name === pointedAt
  const distance = Math.hypot(place.x, place.y) || 1
  const out = 1 + (size + 13) / distance
  const [x, y] = [place.x * out, place.y * out]
  const side = Math.sin(place.angle)
  context.textAlign = Math.abs(side) < 0.15 ? 'center' : side > 0 ? 'left' : 'right'
  context.textBaseline = Math.abs(side) < 0.15 ? (y < 0 ? 'bottom' : 'top') : 'middle'
  context.font = `${isTroubled || isPointedAt ? '600 ' : ''}12px ${palette.font}`
  context.fillStyle = isTroubled || isPointedAt ? palette.text : palette.muted
  outlined(context, shortened(place.name), x, y, palette)
}

/** Text that can be read above the lines behind it. */
function outlined(context: Context, text: string, x: number, y: number, palette: Palette): void {
  context.lineWidth = 4
  context.lineJoin = 'round'
  context.strokeStyle = palette.surface
  context.strokeText(text, x, y)
  context.fillText(text, x, y)
}

function shortened(name: string): string {
  return name.length <= shownLetters ? name : `${name.slice(0, shownLetters - 1)}…`
}
