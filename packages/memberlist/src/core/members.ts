import type { Draw, Random } from './random.ts'
import type { Name, NodeRecord, Registry } from './registry.ts'
import { DEAD, LEFT, type State } from './state.ts'

/**
 * What one member knows of all: a slot in columns for each, some 40 bytes beside the shared record.
 *
 *   slot          0        1        2        …
 *   records       web-1    db-3     (free)        shared, immutable
 *   incarnations  7        219…     0             state, since, round trip likewise
 *   order         [1, 0]                          the probe list, every used slot once
 *
 * A slot is reused after its member was forgotten; nobody keeps slots beyond a call, but for the
 * suspicions, which end when their member is forgotten.
 */
export class Members {
  private readonly registry: Registry
  private readonly random: Random
  private records: (NodeRecord | undefined)[] = []
  /** `records` and `slotByName` belong to several tables that say the same, until one of them changes. */
  private isShared = false
  private states = new Uint8Array(INITIAL)
  private incarnations = new Uint32Array(INITIAL)
  private changedAt = new Float64Array(INITIAL)
  private roundTrips = new Float32Array(INITIAL)
  /** The probe list, and the same slots once more as the urn that random picks are drawn from. */
  private order = new Uint32Array(INITIAL)
  private urn = new Uint32Array(INITIAL)
  private used = 0
  /** Slot + 1 by the id of the name; 0: not known here. */
  private slotByName = new Uint32Array(INITIAL)
  private readonly freeSlots: number[] = []
  private nextSlot = 0
  private readonly countByState = [0, 0, 0, 0]
  private cursor = 0
  /** Counts every change, so that snapshots know whether they are still good. */
  version = 0

  constructor(registry: Registry, random: Random) {
    this.registry = registry
    this.random = random
  }

  /** All entries, dead and left ones that are not yet forgotten included: the formulas' n. */
  get size(): number {
    return this.used
  }

  count(state: State): number {
    return this.countByState[state]
  }

  find(bytes: Uint8Array, start: number, end: number): number {
    const name = this.registry.find(bytes, start, end)
    return name === undefined ? -1 : this.slotOf(name)
  }

  /** The slot of that name, or -1. */
  slotOf(name: Name): number {
    const { id } = name
    return id >= 0 && id < this.slotByName.length ? this.slotByName[id] - 1 : -1
  }

  record(slot: number): NodeRecord {
    const record = this.records[slot]
    if (record === undefined) throw new Error(`slot ${slot} is free`)
    return record
  }

  /** Whether this slot is still that member's. */
  holds(slot: number, name: Name): boolean {
    return this.records[slot]?.name === name
  }

  state(slot: number): State {
    return this.states[slot] as State
  }

  isGone(slot: number): boolean {
    const state = this.states[slot]
    return state === DEAD || state === LEFT
  }

  incarnation(slot: number): number {
    return this.incarnations[slot]
  }

  /** Monotonic ms of the last change of state. */
  since(slot: number): number {
    return this.changedAt[slot]
  }

  /** Last measured round trip in ms, or 0 where none was. */
  roundTripMs(slot: number): number {
    return this.roundTrips[slot]
  }

  setRoundTrip(slot: number, roundTripMs: number): void {
    this.roundTrips[slot] = roundTripMs
  }

  /**
   * Calls back for every member, in the order of the slots: that is about the order in which the
   * records were made, and a walk along memory is several times faster than one across it.
   */
  forEach(visit: (slot: number, record: NodeRecord) => void): void {
    this.forEachIn(0, this.nextSlot, visit)
  }

  /** The same for the slots from `start` up to `end`. Returns where it came to an end. */
  forEachIn(start: number, end: number, visit: (slot: number, record: NodeRecord) => void): number {
    const until = Math.min(end, this.nextSlot)
    for (let slot = start; slot < until; slot++) {
      const record = this.records[slot]
      if (record !== undefined) visit(slot, record)
    }
    return until
  }

  /** Makes room for so many at once, and for no more. */
  expect(size: number): void {
    if (size > this.states.length) this.resize(size)
    if (size > this.slotByName.length) {
      this.slotByName = grow(this.slotByName, new Uint32Array(size))
    }
  }

  /** What that table says, with a probe list of our own; what was in this one is forgotten. */
  copyFrom(other: Members, now: number): void {
    this.clear()
    this.records = other.records
    this.states = other.states.slice()
    this.incarnations = other.incarnations.slice()
    this.changedAt = new Float64Array(other.states.length).fill(now)
    this.roundTrips = new Float32Array(other.states.length)
    this.order = other.order.slice()
    this.urn = other.urn.slice()
    this.slotByName = other.slotByName
    this.isShared = true
    other.isShared = true
    this.freeSlots.length = 0
    this.freeSlots.push(...other.freeSlots)
    this.nextSlot = other.nextSlot
    this.used = other.used
    for (let state = 0; state < 4; state++) this.countByState[state] = other.countByState[state]
    for (const record of this.records) if (record !== undefined) this.registry.retain(record.name)
    this.shuffle()
    this.version++
  }

  /** A new entry, as if dead with incarnation 0, at a random place of the probe list. */
  add(record: NodeRecord, now: number): number {
    const slot = this.freeSlots.pop() ?? this.nextSlot++
    this.own()
    this.reserve(slot, record.name.id)
    this.registry.retain(record.name)
    this.records[slot] = record
    this.states[slot] = DEAD
    this.countByState[DEAD]++
    this.incarnations[slot] = 0
    this.changedAt[slot] = now
    this.roundTrips[slot] = 0
    this.slotByName[record.name.id] = slot + 1
    const place = this.random('insert-position', this.used + 1)
    this.order[this.used] = this.order[place]
    this.order[place] = slot
    this.urn[this.used] = slot
    this.used++
    this.version++
    return slot
  }

  setState(slot: number, state: State, now: number): void {
    this.countByState[this.states[slot]]--
    this.countByState[state]++
    this.states[slot] = state
    this.changedAt[slot] = now
    this.version++
  }

  setIncarnation(slot: number, incarnation: number): void {
    this.incarnations[slot] = incarnation
    this.version++
  }

  setRecord(slot: number, record: NodeRecord): void {
    this.own()
    this.records[slot] = record
    this.version++
  }

  /**
   * The next member to probe: round robin, neither `self` nor dead or left. When the list is at its
   * end, `wrapped` is called (it forgets), the list is shuffled, and it starts again. -1: nobody.
   */
  nextToProbe(self: number, wrapped: () => void): number {
    for (let looked = 0; looked <= this.used; looked++) {
      if (this.cursor >= this.used) {
        this.cursor = 0
        wrapped()
        this.shuffle()
        if (this.used === 0) return -1
      }
      const slot = this.order[this.cursor++]
      if (slot !== self && !this.isGone(slot)) return slot
    }
    return -1
  }

  /**
   * Up to `count` different members for which `fits` holds, drawn evenly, into `into`.
   * A partial Fisher-Yates on the urn: exact for small clusters, a few draws for large ones.
   */
  pick(draw: Draw, count: number, into: number[], fits: (slot: number) => boolean): void {
    into.length = 0
    for (let index = 0; index < this.used && into.length < count; index++) {
      const other = index + this.random(draw, this.used - index)
      const slot = this.urn[other]
      this.urn[other] = this.urn[index]
      this.urn[index] = slot
      if (fits(slot)) into.push(slot)
    }
  }

  /** Forgets those for which `expired` holds; `forgotten` is told of each before it goes. */
  forget(expired: (slot: number) => boolean, forgotten: (slot: number) => void): void {
    let kept = 0
    for (let place = 0; place < this.used; place++) {
      const slot = this.order[place]
      if (!expired(slot)) {
        this.order[kept++] = slot
        continue
      }
      forgotten(slot)
      this.drop(slot)
    }
    if (kept === this.used) return
    this.used = kept
    this.urn.set(this.order.subarray(0, kept))
    this.version++
  }

  /** Lets go of every shared name. */
  clear(): void {
    this.forget(
      () => true,
      () => undefined,
    )
  }

  private drop(slot: number): void {
    const name = this.record(slot).name
    this.own()
    this.countByState[this.states[slot]]--
    this.slotByName[name.id] = 0
    this.records[slot] = undefined
    this.registry.release(name)
    this.freeSlots.push(slot)
  }

  private own(): void {
    if (!this.isShared) return
    this.records = this.records.slice()
    this.slotByName = this.slotByName.slice()
    this.isShared = false
  }

  private shuffle(): void {
    for (let place = this.used - 1; place > 0; place--) {
      const other = this.random('probe-order', place + 1)
      const slot = this.order[place]
      this.order[place] = this.order[other]
      this.order[other] = slot
    }
  }

  private reserve(slot: number, nameId: number): void {
    if (nameId >= this.slotByName.length) {
      const grown = new Uint32Array(Math.max(nameId + 1, this.slotByName.length * 2))
      grown.set(this.slotByName)
      this.slotByName = grown
    }
    if (slot >= this.states.length) this.resize(this.states.length * 2)
  }

  private resize(capacity: number): void {
    this.states = grow(this.states, new Uint8Array(capacity))
    this.incarnations = grow(this.incarnations, new Uint32Array(capacity))
    this.changedAt = grow(this.changedAt, new Float64Array(capacity))
    this.roundTrips = grow(this.roundTrips, new Float32Array(capacity))
    this.order = grow(this.order, new Uint32Array(capacity))
    this.urn = grow(this.urn, new Uint32Array(capacity))
  }
}

const INITIAL = 16

function grow<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
