/** Where a member is drawn: `x` and `y` from the centre, `angle` clockwise from the top. */
export interface Place {
  readonly name: string
  readonly x: number
  readonly y: number
  readonly angle: number
}

/** What neighbours on a ring, and rings, are apart at the least, in pixels. */
const spacing = 12
const ringGap = 15
/** Nobody is drawn nearer to the centre than this part of the radius. */
const innermost = 0.45

/**
 * Places members on a ring around the one that looks. Where they are too many for one, they go in
 * turns on several rings, so that their order around the centre stays that of their names.
 */
export function ringLayout(names: readonly string[], radius: number): Place[] {
  const rings = ringsFor(names.length, radius)
  // Whole turns, so that the last and the first of a ring are as far apart as all others.
  const slots = Math.ceil(names.length / rings) * rings
  return names.map((name, index) => {
    const angle = (2 * Math.PI * index) / slots
    const distance = radius - (index % rings) * gapOf(rings, radius)
    return { name, angle, x: distance * Math.sin(angle), y: -distance * Math.cos(angle) }
  })
}

function ringsFor(count: number, radius: number): number {
  for (let rings = 1; rings < 12; rings++) {
    const inner = radius - (rings - 1) * gapOf(rings, radius)
    if ((rings * 2 * Math.PI * inner) / count >= spacing) return rings
  }
  return 12
}

function gapOf(rings: number, radius: number): number {
  return Math.min(ringGap, (radius * (1 - innermost)) / rings)
}

/** The place next to a point, if one is near. */
export function nearest(
  places: readonly Place[],
  x: number,
  y: number,
  within: number,
): Place | undefined {
  let best: Place | undefined
  let bestDistance = within
  for (const place of places) {
    const distance = Math.hypot(place.x - x, place.y - y)
    if (distance > bestDistance) continue
    best = place
    bestDistance = distance
  }
  return best
}
