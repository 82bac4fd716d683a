import type { SeenOrigin } from '../wire/vector.ts'

/**
 * 52 bits that differ where two version vectors do, but for one case in 10^15. Where they are the
 * same, both replicas hold the same. Never 0, which stands for none.
 */
export function checksumOf(vector: readonly SeenOrigin[]): number {
  const ordered = vector.filter(({ seen }) => seen.count > 0)
  ordered.sort((one, other) => (one.id < other.id ? -1 : 1))
  let low = 0x811c9dc5
  let high = 0x9e3779b9
  const add = (value: number): void => {
    low = Math.imul(low ^ value, 0x01000193)
    low ^= low >>> 15
    high = Math.imul(high ^ value, 0x85ebca6b)
    high ^= high >>> 13
  }
  for (const { id, seen } of ordered) {
    add(Number.parseInt(id.slice(0, 8), 16))
    add(Number.parseInt(id.slice(8), 16))
    for (const end of seen.ranges) {
      add(end | 0)
      add(Math.floor(end / 2 ** 32))
    }
  }
  return (high & 0xfffff) * 2 ** 32 + (low >>> 0) || 1
}
