import type { MemberState } from '../../api/types.ts'
import type { Place } from '../../logic/ring-layout.ts'
import type { MembersPicture } from './paint-members.ts'
import type { Palette } from './palette.ts'

type Context = CanvasRenderingContext2D

/** Beyond these many members, names are written only where something is wrong. */
export const maxNamed = 40
const maxTroubled = 24
const shownLetters = 22

export function paintNames(context: Context, picture: MembersPicture): void {
  const written: Box[] = []
  for (const { place, isTroubled } of named(picture)) {
    paintName(context, place, isTroubled, picture, written)
  }
}

/** Where a name is written: no other may be there. */
interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
}
const lineHeight = 14

function isTaken({ x, y, width }: Box, written: readonly Box[]): boolean {
  return written.some(
    (other) =>
      Math.abs(other.y - y) < lineHeight && x < other.x + other.width && other.x < x + width,
  )
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

function paintName(
  context: Context,
  place: Place,
  isTroubled: boolean,
  { palette, pointedAt, size }: MembersPicture,
  written: Box[],
): void {
  const isMarked = isTroubled || place.name === pointedAt
  const out = 1 + (size + 13) / (Math.hypot(place.x, place.y) || 1)
  const [x, y] = [place.x * out, place.y * out]
  const side = Math.sin(place.angle)
  const isMiddle = Math.abs(side) < 0.15
  context.textAlign = isMiddle ? 'center' : side > 0 ? 'left' : 'right'
  context.textBaseline = isMiddle ? (y < 0 ? 'bottom' : 'top') : 'middle'
  context.font = `${isMarked ? '600 ' : ''}12px ${palette.font}`
  context.fillStyle = isMarked ? palette.text : palette.muted
  const text = shortened(place.name)
  const { width } = context.measureText(text)
  const box = { x: isMiddle ? x - width / 2 : side > 0 ? x : x - width, y, width }
  if (isTaken(box, written) && place.name !== pointedAt) return
  written.push(box)
  outlined(context, text, x, y, palette)
}

/** Text that can be read above the lines behind it. */
export function outlined(
  context: Context,
  text: string,
  x: number,
  y: number,
  palette: Palette,
): void {
  context.lineWidth = 4
  context.lineJoin = 'round'
  context.strokeStyle = palette.surface
  context.strokeText(text, x, y)
  context.fillText(text, x, y)
}

export function shortened(name: string): string {
  return name.length <= shownLetters ? name : `${name.slice(0, shownLetters - 1)}…`
}
