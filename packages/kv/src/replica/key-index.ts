import { compareKeys } from './key-order.ts'

/**
 * The keys in order, for listing. New keys are only noted and put into their places when somebody
 * lists; keys that went are left out when they are met, and taken out with the next merge.
 *
 * Bound: the keys that are held, and the same again in keys that went since the last merge.
 */
export class KeyIndex {
  private sorted: string[] = []
  private added: string[] = []
  private removed = 0

  add(key: string): void {
    this.added.push(key)
  }

  remove(isHeld: (key: string) => boolean): void {
    this.removed++
    const most = 1_024 + (this.sorted.length + this.added.length) / 2
    if (this.removed > most) this.merge(isHeld)
  }

  /** Visits keys in order, from the first that is at least (or, if `after`, greater than) `from`. */
  visit(
    from: string,
    after: boolean,
    isHeld: (key: string) => boolean,
    visitor: (key: string) => boolean,
  ): void {
    if (this.added.length > 0) this.merge(isHeld)
    const { sorted } = this
    for (let place = this.placeOf(from, after); place < sorted.length; place++) {
      if (isHeld(sorted[place]) && !visitor(sorted[place])) return
    }
  }

  private placeOf(from: string, after: boolean): number {
    let low = 0
    let high = this.sorted.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = compareKeys(this.sorted[middle], from)
      if (order < 0 || (after && order === 0)) low = middle + 1
      else high = middle
    }
    return low
  }

  private merge(isHeld: (key: string) => boolean): void {
    const added = this.added.filter(isHeld).sort(compareKeys)
    const older = this.removed > 0 ? this.sorted.filter(isHeld) : this.sorted
    const merged: string[] = []
    let place = 0
    for (const key of added) {
      while (place < older.length && compareKeys(older[place], key) < 0) merged.push(older[place++])
      const isTwice = older[place] === key || merged[merged.length - 1] === key
      if (!isTwice) merged.push(key)
    }
    while (place < older.length) merged.push(older[place++])
    this.sorted = merged
    this.added = []
    this.removed = 0
  }
}
