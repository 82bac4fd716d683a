import type { KeyChange, KeyEntry } from '../api/types.ts'

/** Keys as the agent lists them: by the bytes of their UTF-8, which is the order of code points. */
export function compareKeys(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)]
  const shared = Math.min(left.length, right.length)
  for (let index = 0; index < shared; index++) {
    const difference = (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

/**
 * The list with a change in it. What lies beyond the pages that were read is left out: it comes
 * with its page.
 * @param end the last key that was read, or undefined where all were
 * @param now when the change was told, ISO: what a change does not say itself
 */
export function applyChange(
  entries: readonly KeyEntry[],
  change: Exclude<KeyChange, { type: 'reset' }>,
  end: string | undefined,
  now: string,
): readonly KeyEntry[] {
  const { key } = change
  const rest = entries.filter((entry) => entry.key !== key)
  if (change.type !== 'put') return rest
  if (end !== undefined && compareKeys(key, end) > 0) return rest
  const { version, origin, bytes, expiresAt } = change
  const entry = { key, version, origin, bytes, expiresAt, modifiedAt: now }
  const at = rest.findIndex((each) => compareKeys(each.key, key) > 0)
  return at === -1 ? [...rest, entry] : [...rest.slice(0, at), entry, ...rest.slice(at)]
}
