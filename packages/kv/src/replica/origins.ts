import { kvLimits } from '../limits.ts'
import { Intervals } from './intervals.ts'
import { laterStamp, type Stamp, ZERO_STAMP } from './stamp.ts'

/** One life of a data directory, or of a process without one, as the source of writes. */
export interface Origin {
  /** 16 hexadecimal digits, drawn at random. */
  readonly id: string
  /** The member's name, as far as it was told. */
  name: string
  /** Sequence numbers of its writes that we hold or know to be superseded. */
  readonly seen: Intervals
  /** The highest of its tombstones that we purged. */
  purged: number
  /** The latest stamp that came from it. */
  latest: Stamp
  /** Entries of it that are held. */
  held: number
  /** Grows with everything that is heard of any origin: the lowest was silent for longest. */
  heard: number
}

/**
 * What we have seen of each origin: the version vector, with ranges instead of one number, so that
 * what came out of order counts, too.
 *
 * Bound: `limits.origins`. Beyond, the origin that was silent for longest is forgotten, first of
 * those that have no entry here. `forgotten` remembers the latest stamp of all that were: an entry
 * of an unknown origin that is no later is taken for one of theirs.
 */
export class Origins {
  /** As `forgotten` above: nothing of an unknown origin up to this stamp counts as new. */
  forgotten: Stamp
  private readonly byId = new Map<string, Origin>()
  private readonly isKept: (origin: Origin) => boolean
  private heard = 0

  /** @param isKept of origins that are never forgotten: ourselves, and members that are here */
  constructor(isKept: (origin: Origin) => boolean, forgotten: Stamp = ZERO_STAMP) {
    this.isKept = isKept
    this.forgotten = forgotten
  }

  get size(): number {
    return this.byId.size
  }

  [Symbol.iterator](): MapIterator<Origin> {
    return this.byId.values()
  }

  get(id: string): Origin | undefined {
    return this.byId.get(id)
  }

  /** The origin of this id, from now on known. */
  intern(id: string, name = ''): Origin {
    const known = this.byId.get(id)
    if (known !== undefined) {
      if (known.name === '') known.name = name
      return known
    }
    if (this.byId.size >= kvLimits.origins) this.forgetOne()
    const origin = {
      id,
      name,
      seen: new Intervals(),
      purged: 0,
      latest: ZERO_STAMP,
      held: 0,
      heard: ++this.heard,
    }
    this.byId.set(id, origin)
    return origin
  }

  /** A write of it came. */
  hear(origin: Origin, stamp: Stamp): void {
    origin.latest = laterStamp(origin.latest, stamp)
    origin.heard = ++this.heard
  }

  private forgetOne(): void {
    let chosen: Origin | undefined
    for (const origin of this.byId.values()) {
      if (this.isKept(origin)) continue
      if (chosen === undefined || isLessNeeded(origin, chosen)) chosen = origin
    }
    if (chosen === undefined) return
    this.byId.delete(chosen.id)
    this.forgotten = laterStamp(this.forgotten, chosen.latest)
  }
}

function isLessNeeded(one: Origin, other: Origin): boolean {
  if ((one.held === 0) !== (other.held === 0)) return one.held === 0
  return one.heard < other.heard
}
