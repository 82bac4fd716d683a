import type { Held } from './held.ts'

/**
 * What this replica holds, in the order in which it came here; a peer reads it from where it left
 * off. A superseded entry leaves a hole, and its superseder always stands after it: who read on to
 * the end has, for all that ever stood here, that or something newer.
 *
 *   index   3   4   5   6   7        one more than the last: where the next goes
 *           a   .   .   b   c        a reader that has been up to 4 goes on with 6
 *
 * Bound: the entries held, and as many holes; then the holes are closed.
 */
export class LocalLog {
  private slots: (Held | undefined)[] = []
  private indexes: number[] = []
  private holes = 0
  private last = 0

  /** Index of the last entry that was appended. */
  get end(): number {
    return this.last
  }

  /** Places that it takes, holes among them. */
  get size(): number {
    return this.slots.length
  }

  append(held: Held): void {
    held.index = ++this.last
    this.slots.push(held)
    this.indexes.push(held.index)
  }

  remove(held: Held): void {
    const place = this.placeAfter(held.index - 1)
    held.index = 0
    if (place >= this.slots.length || this.slots[place] === undefined) return
    this.slots[place] = undefined
    this.holes++
    if (this.holes > 1_024 && this.holes * 2 > this.slots.length) this.close()
  }

  /**
   * Visits what came after `index` up to `until`, in order, until the visitor says false. Returns
   * how far it got: all up to there was visited.
   */
  visit(
    index: number,
    until: number,
    maxEntries: number,
    visitor: (held: Held) => boolean,
  ): number {
    let seen = 0
    for (let place = this.placeAfter(index); place < this.slots.length; place++) {
      if (this.indexes[place] > until) return until
      if (seen++ >= maxEntries) return this.indexes[place] - 1
      const held = this.slots[place]
      if (held !== undefined && !visitor(held)) return this.indexes[place] - 1
    }
    return until
  }

  private placeAfter(index: number): number {
    let low = 0
    let high = this.indexes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.indexes[middle] <= index) low = middle + 1
      else high = middle
    }
    return low
  }

  private close(): void {
    this.slots = this.slots.filter((held) => held !== undefined)
    this.indexes = this.slots.map((held) => held?.index ?? 0)
    this.holes = 0
  }
}
