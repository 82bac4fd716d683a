/** The last entries of a list that only grows, the oldest first; a new array for each change. */
export function appendBounded<Entry>(
  list: readonly Entry[],
  more: readonly Entry[],
  max: number,
): readonly Entry[] {
  const room = max - more.length
  return room <= 0 ? more.slice(-max) : [...list.slice(-room), ...more]
}
