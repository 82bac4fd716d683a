/**
 * A set of positive integers as sorted ranges that do not touch: [1, 40, 42, 42, 50, 61]. What one
 * replica has seen of one origin is one range, but for what is on its way or was lost.
 *
 * Bound: `maxIntervals` ranges for `add`; a number that would need one more is not noted.
 */
export class Intervals {
  /** Lowest and highest of each range, in turn. */
  private readonly ends: number[]

  constructor(ends: number[] = []) {
    this.ends = ends
  }

  get count(): number {
    return this.ends.length / 2
  }

  get highest(): number {
    return this.ends.length === 0 ? 0 : this.ends[this.ends.length - 1]
  }

  get ranges(): readonly number[] {
    return this.ends
  }

  has(value: number): boolean {
    const { ends } = this
    const last = ends.length - 2
    if (last < 0 || value > ends[last + 1]) return false
    if (value >= ends[last]) return true
    const place = this.placeOf(value)
    return place < ends.length && ends[place] <= value
  }

  /** Whether all of the other's numbers up to `most` are here. */
  covers(other: Intervals, most: number): boolean {
    for (let index = 0; index < other.ends.length; index += 2) {
      const low = other.ends[index]
      if (low > most) return true
      const high = Math.min(other.ends[index + 1], most)
      const place = this.placeOf(low)
      if (place >= this.ends.length || this.ends[place] > low) return false
      if (this.ends[place + 1] < high) return false
    }
    return true
  }

  /** Adds low…high, joining what it touches. */
  add(low: number, high: number = low, maxIntervals: number = Number.MAX_SAFE_INTEGER): void {
    const { ends } = this
    const last = ends.length - 1
    if (last > 0 && low >= ends[last - 1] && low <= ends[last] + 1) {
      if (high > ends[last]) ends[last] = high
      return
    }
    const first = this.placeOf(low - 1)
    let after = first
    while (after < ends.length && ends[after] <= high + 1) after += 2
    if (after === first) {
      if (this.count < maxIntervals) ends.splice(first, 0, low, high)
      return
    }
    const joinedLow = Math.min(low, ends[first])
    const joinedHigh = Math.max(high, ends[after - 1])
    ends.splice(first, after - first, joinedLow, joinedHigh)
  }

  addAll(other: Intervals, maxIntervals: number): void {
    for (let index = 0; index < other.ends.length; index += 2) {
      this.add(other.ends[index], other.ends[index + 1], maxIntervals)
    }
  }

  copy(): Intervals {
    return new Intervals([...this.ends])
  }

  /** Where the first range starts that ends at this number or later. */
  private placeOf(value: number): number {
    let low = 0
    let high = this.ends.length / 2
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.ends[middle * 2 + 1] < value) low = middle + 1
      else high = middle
    }
    return low * 2
  }
}
