/**
 * Which of these nobody beats: no other is at most as high in every value and lower in one. Lower
 * is better in all; a value that is missing counts as the worst.
 */
export function paretoSet(candidates: readonly (readonly (number | undefined)[])[]): boolean[] {
  const costs = candidates.map((values) => values.map((value) => value ?? Number.POSITIVE_INFINITY))
  return costs.map((own) => !costs.some((other) => beats(other, own)))
}

function beats(one: readonly number[], other: readonly number[]): boolean {
  return (
    one.every((value, index) => value <= (other[index] ?? value)) &&
    one.some((value, index) => value < (other[index] ?? value))
  )
}
