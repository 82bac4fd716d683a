const INITIAL = 1_024

/**
 * What is to happen, in the order of time; of the same time, in the order of asking. A heap with
 * four children to a place: half as deep as one with two, and the children lie side by side. Times
 * and order are columns, so that sifting moves no objects about but one array of references.
 *
 * Bound: packets under way, and a few timers for each member.
 */
export class EventQueue<Item> {
  private times = new Float64Array(INITIAL)
  private orders = new Float64Array(INITIAL)
  private items: (Item | undefined)[] = []
  private used = 0
  private asked = 0

  get length(): number {
    return this.used
  }

  /** When the next is due; Infinity when nothing is. */
  get nextAt(): number {
    return this.used === 0 ? Number.POSITIVE_INFINITY : this.times[0]
  }

  add(at: number, item: Item): void {
    if (this.used === this.times.length) this.grow()
    this.place(this.used++, at, this.asked++, item)
  }

  /** Takes the next one out; only while there is one. */
  take(): Item {
    const first = this.items[0]
    if (first === undefined) throw new Error('the queue of events is empty')
    const last = --this.used
    const item = this.items[last]
    this.items[last] = undefined
    if (last > 0 && item !== undefined) this.sink(this.times[last], this.orders[last], item)
    return first
  }

  /** Takes out all for which it holds, in the order in which they were due. */
  takeWhere(holds: (item: Item) => boolean): Item[] {
    const kept: { at: number; order: number; item: Item }[] = []
    const taken: { at: number; order: number; item: Item }[] = []
    for (let place = 0; place < this.used; place++) {
      const item = this.items[place]
      if (item === undefined) continue
      const entry = { at: this.times[place], order: this.orders[place], item }
      if (holds(item)) taken.push(entry)
      else kept.push(entry)
    }
    this.items.fill(undefined)
    this.used = 0
    for (const { at, order, item } of kept) this.place(this.used++, at, order, item)
    taken.sort((one, other) => one.at - other.at || one.order - other.order)
    return taken.map(({ item }) => item)
  }

  /** Puts it at that free place or nearer to the top. */
  private place(from: number, at: number, order: number, item: Item): void {
    const { times, orders, items } = this
    let place = from
    while (place > 0) {
      const parent = (place - 1) >>> 2
      const parentAt = times[parent]
      if (parentAt < at || (parentAt === at && orders[parent] < order)) break
      times[place] = parentAt
      orders[place] = orders[parent]
      items[place] = items[parent]
      place = parent
    }
    times[place] = at
    orders[place] = order
    items[place] = item
  }

  /** Puts it at the top or further down. */
  private sink(at: number, order: number, item: Item): void {
    const { times, orders, items, used } = this
    let place = 0
    for (;;) {
      const child = 4 * place + 1
      if (child >= used) break
      let least = child
      const end = Math.min(child + 4, used)
      for (let other = child + 1; other < end; other++) {
        const isBefore =
          times[other] < times[least] ||
          (times[other] === times[least] && orders[other] < orders[least])
        if (isBefore) least = other
      }
      if (times[least] > at || (times[least] === at && orders[least] > order)) break
      times[place] = times[least]
      orders[place] = orders[least]
      items[place] = items[least]
      place = least
    }
    times[place] = at
    orders[place] = order
    items[place] = item
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2)
    times.set(this.times)
    this.times = times
    const orders = new Float64Array(times.length)
    orders.set(this.orders)
    this.orders = orders
  }
}
