/** Where a key leads in a table, from row `at`; undefined for keys that lead nowhere. */
export function rowAfterKey(
  key: string,
  at: number,
  page: number,
  count: number,
): number | undefined {
  switch (key) {
    case 'ArrowDown':
      return at + 1
    case 'ArrowUp':
      return at - 1
    case 'PageDown':
      return at + page
    case 'PageUp':
      return at - page
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}
