const INITIAL = 1_024
/** Ticks, of a ms each, that have a list of their own: further than most timers are set. */
const WHEEL = 4_096
const NONE = -1

/**
 * What is to happen, in the order of time; of the same time, in the order of asking.
 *
 *   near    a heap with four children to a place: all that is due by the end of the current tick
 *   wheel   for each of the next ticks a list, in no order, that goes to the heap when its turn comes
 *   far     a list of all that is later, which is looked through once in each turn of the wheel
 *
 * Most of what waits are timers that are a second away. In one heap of all they would be sifted
 * past each other again and again; here a handful at a time is put in order, just before it is due.
 *
 * An entry is a row in columns. Heap and lists hold rows, so that what is moved about are small
 * numbers: a reference that is written has to be made known to the garbage collector.
 *
 * Bound: packets under way, and a few timers for each member.
 */
export class EventQueue<Item> {
  private times = new Float64Array(INITIAL)
  private orders = new Float64Array(INITIAL)
  /** The next row in the same list. */
  private nexts = new Int32Array(INITIAL)
  private readonly items: (Item | undefined)[] = []
  private rows = 0
  private free = NONE
  private near = new Int32Array(INITIAL)
  private nearLength = 0
  private readonly wheel = new Int32Array(WHEEL).fill(NONE)
  private wheelLength = 0
  private far = NONE
  /** The current one: its list and those before are in the heap. */
  private tick = 0
  private used = 0
  private asked = 0

  get length(): number {
    return this.used
  }

  /** When the next is due; Infinity when nothing is. */
  get nextAt(): number {
    if (this.nearLength === 0 && !this.advance()) return Number.POSITIVE_INFINITY
    return this.times[this.near[0]]
  }

  add(at: number, item: Item): void {
    const row = this.newRow()
    this.times[row] = at
    this.orders[row] = this.asked++
    this.items[row] = item
    if (this.used++ === 0) this.tick = Math.floor(at)
    this.enter(row)
  }

  /** Takes the next one out; only while there is one. */
  take(): Item {
    if (this.nearLength === 0) this.advance()
    const row = this.near[0]
    const item = this.items[row]
    if (this.used === 0 || item === undefined) throw new Error('the queue of events is empty')
    const last = this.near[--this.nearLength]
    if (this.nearLength > 0) this.sink(last)
    this.drop(row)
    return item
  }

  /** Takes out all for which it holds, in the order in which they were due. */
  takeWhere(holds: (item: Item) => boolean): Item[] {
    const taken: { row: number; item: Item }[] = []
    this.nearLength = 0
    this.wheelLength = 0
    this.wheel.fill(NONE)
    this.far = NONE
    for (let row = 0; row < this.rows; row++) {
      const item = this.items[row]
      if (item === undefined) continue
      if (holds(item)) taken.push({ row, item })
      else this.enter(row)
    }
    taken.sort((one, other) => (this.isBefore(one.row, other.row) ? -1 : 1))
    for (const { row } of taken) this.drop(row)
    return taken.map(({ item }) => item)
  }

  private isBefore(row: number, other: number): boolean {
    const at = this.times[row]
    const otherAt = this.times[other]
    return at < otherAt || (at === otherAt && this.orders[row] < this.orders[other])
  }

  // Rows.

  private newRow(): number {
    const row = this.free
    if (row !== NONE) {
      this.free = this.nexts[row]
      return row
    }
    if (this.rows === this.times.length) this.grow()
    return this.rows++
  }

  private drop(row: number): void {
    this.items[row] = undefined
    this.nexts[row] = this.free
    this.free = row
    this.used--
  }

  private grow(): void {
    const size = this.times.length * 2
    this.times = grown(this.times, new Float64Array(size))
    this.orders = grown(this.orders, new Float64Array(size))
    this.nexts = grown(this.nexts, new Int32Array(size))
    this.near = grown(this.near, new Int32Array(size))
  }

  // Heap, wheel and far list.

  private enter(row: number): void {
    const ticks = Math.floor(this.times[row]) - this.tick
    if (ticks >= WHEEL) {
      this.nexts[row] = this.far
      this.far = row
    } else if (ticks > 0) {
      const place = (this.tick + ticks) & (WHEEL - 1)
      this.nexts[row] = this.wheel[place]
      this.wheel[place] = row
      this.wheelLength++
    } else this.rise(row)
  }

  /** Goes on to the next tick at which something is due. False: nothing is. */
  private advance(): boolean {
    if (this.used === 0) return false
    while (this.nearLength === 0) {
      const isWheelEmpty = this.wheelLength === 0
      if (isWheelEmpty) this.tick = this.firstFarTick()
      else this.tick++
      const place = this.tick & (WHEEL - 1)
      if (isWheelEmpty || place === 0) this.bringFarNearer()
      for (let row = this.wheel[place]; row !== NONE; row = this.nexts[row]) {
        this.wheelLength--
        this.rise(row)
      }
      this.wheel[place] = NONE
    }
    return true
  }

  private firstFarTick(): number {
    let first = Number.POSITIVE_INFINITY
    for (let row = this.far; row !== NONE; row = this.nexts[row]) {
      first = Math.min(first, Math.floor(this.times[row]))
    }
    return first
  }

  private bringFarNearer(): void {
    let row = this.far
    this.far = NONE
    while (row !== NONE) {
      const next = this.nexts[row]
      this.enter(row)
      row = next
    }
  }

  /** Puts it into the heap, at its end or nearer to the top. */
  private rise(row: number): void {
    const { near } = this
    let place = this.nearLength++
    while (place > 0) {
      const parent = (place - 1) >>> 2
      if (this.isBefore(near[parent], row)) break
      near[place] = near[parent]
      place = parent
    }
    near[place] = row
  }

  /** Puts it at the top of the heap, or further down. */
  private sink(row: number): void {
    const { near, nearLength } = this
    let place = 0
    for (;;) {
      const child = 4 * place + 1
      if (child >= nearLength) break
      let least = child
      const end = Math.min(child + 4, nearLength)
      for (let other = child + 1; other < end; other++) {
        if (this.isBefore(near[other], near[least])) least = other
      }
      if (this.isBefore(row, near[least])) break
      near[place] = near[least]
      place = least
    }
    near[place] = row
  }
}

function grown<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
