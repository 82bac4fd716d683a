import type { Held } from './held.ts'

interface Deadline {
  readonly at: number
  readonly held: Held
}

/**
 * What ends by itself, the earliest first: a binary heap. An entry that was superseded meanwhile is
 * passed over when its time comes.
 *
 * Bound: twice what is held; then what was superseded is taken out.
 */
export class Deadlines {
  private heap: Deadline[] = []

  get next(): number {
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : this.heap[0].at
  }

  add(at: number, held: Held, heldCount: number): void {
    if (this.heap.length > 1_024 && this.heap.length > 2 * heldCount) this.sweep()
    this.heap.push({ at, held })
    this.up(this.heap.length - 1)
  }

  /** Takes out what is due and still held. */
  take(time: number, maxEntries: number): Held[] {
    const due: Held[] = []
    while (this.heap.length > 0 && this.heap[0].at <= time && due.length < maxEntries) {
      const [{ held }] = this.heap
      const last = this.heap.pop()
      if (last !== undefined && this.heap.length > 0) {
        this.heap[0] = last
        this.down(0)
      }
      if (held.index > 0) due.push(held)
    }
    return due
  }

  private sweep(): void {
    this.heap = this.heap.filter(({ held }) => held.index > 0)
    for (let place = (this.heap.length >>> 1) - 1; place >= 0; place--) this.down(place)
  }

  private up(place: number): void {
    const { heap } = this
    const moved = heap[place]
    while (place > 0) {
      const parent = (place - 1) >>> 1
      if (heap[parent].at <= moved.at) break
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = moved
  }

  private down(place: number): void {
    const { heap } = this
    const moved = heap[place]
    for (;;) {
      let child = 2 * place + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && heap[child + 1].at < heap[child].at) child++
      if (heap[child].at >= moved.at) break
      heap[place] = heap[child]
      place = child
    }
    heap[place] = moved
  }
}
