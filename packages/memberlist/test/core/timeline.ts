interface Entry {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** Virtual time: what is due runs in the order of time, and of asking where the time is the same. */
export class Timeline {
  now = 0
  private readonly heap: Entry[] = []
  private asked = 0

  /** What waits. */
  get length(): number {
    return this.heap.length
  }

  after(delayMs: number, run: () => void): void {
    const { heap } = this
    const entry = { at: this.now + Math.max(0, delayMs), order: this.asked++, run }
    let index = heap.push(entry) - 1
    while (index > 0) {
      const parent = (index - 1) >>> 1
      if (!isBefore(entry, heap[parent])) break
      heap[index] = heap[parent]
      index = parent
    }
    heap[index] = entry
  }

  /** Runs all that is due until then, what comes up meanwhile included. */
  runTo(time: number): void {
    while (this.heap.length > 0 && this.heap[0].at <= time) {
      const next = this.pop()
      this.now = next.at
      next.run()
    }
    this.now = time
  }

  private pop(): Entry {
    const { heap } = this
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let index = 0
    for (;;) {
      let child = 2 * index + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++
      if (!isBefore(heap[child], last)) break
      heap[index] = heap[child]
      index = child
    }
    heap[index] = last
    return first
  }
}

const isBefore = (one: Entry, other: Entry): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order)
