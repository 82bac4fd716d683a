/**
 * A hybrid logical clock's reading (Kulkarni and others, 2014): physical milliseconds, and a counter
 * for what happens within one. It orders the writes of one key, with the origin's id to tell equal
 * ones apart; so a later write that knew of an earlier one always wins, whatever the clocks say.
 */
export interface Stamp {
  /** Milliseconds since the epoch; 48 bits. */
  readonly ms: number
  /** 16 bits. */
  readonly counter: number
}

export const MAX_MS = 2 ** 48 - 1
export const MAX_COUNTER = 0xffff
export const ZERO_STAMP: Stamp = { ms: 0, counter: 0 }

export function compareStamps(one: Stamp, other: Stamp): number {
  return one.ms - other.ms || one.counter - other.counter
}

export function laterStamp(one: Stamp, other: Stamp): Stamp {
  return compareStamps(one, other) < 0 ? other : one
}

/** The next reading after this one. */
export function tick({ ms, counter }: Stamp): Stamp {
  return counter < MAX_COUNTER ? { ms, counter: counter + 1 } : { ms: ms + 1, counter: 0 }
}

/**
 * The clock of one replica.
 *
 * Rule: a stamp of another member that is more than `maxSkewMs` ahead of our wall clock is refused.
 * So the clock never runs further ahead than that, unless our own wall clock went back; then it
 * starts from the wall clock again, and only keys that were written ahead of it have to wait.
 */
export class HybridClock {
  private readonly maxSkewMs: number
  private last: Stamp

  constructor(maxSkewMs: number, last: Stamp = ZERO_STAMP) {
    this.maxSkewMs = maxSkewMs
    this.last = last
  }

  /** The latest stamp given or seen. */
  get latest(): Stamp {
    return this.last
  }

  isTooFarAhead(stamp: Stamp, wallMs: number): boolean {
    return stamp.ms > wallMs + this.maxSkewMs
  }

  /** A stamp that is later than the one before, and than `floor`: the key's present one. */
  next(wallMs: number, floor: Stamp): Stamp {
    const base = this.isTooFarAhead(this.last, wallMs) ? ZERO_STAMP : this.last
    const wall = { ms: Math.floor(wallMs), counter: 0 }
    this.last = laterStamp(wall, laterStamp(tick(base), tick(floor)))
    return this.last
  }

  /** A stamp of another member was accepted. */
  observe(stamp: Stamp): void {
    this.last = laterStamp(this.last, stamp)
  }

  /**
   * The time that lives are measured by (see `deadlines.ts`): our wall clock, or the latest stamp
   * where that is ahead, so that one whose clock is behind does not keep what the others let go.
   */
  time(wallMs: number): number {
    return Math.max(wallMs, Math.min(this.last.ms, wallMs + this.maxSkewMs))
  }
}
