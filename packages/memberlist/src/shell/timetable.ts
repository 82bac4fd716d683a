import type { Timer } from '../core/effects.ts'
import { LONGEST_TIMEOUT_MS } from './timeout.ts'

/** Whose timers they are; told of each, at its moment or later. */
export interface Sleeper {
  due(timer: Timer, dueAt: number): void
}

/** All that comes due together: `timers[n]` is that of `sleepers[n]`. */
interface Moment {
  readonly dueAt: number
  readonly sleepers: Sleeper[]
  readonly timers: Timer[]
  fired: number
  handle: NodeJS.Timeout | undefined
}

/** A wait is at most this part of it longer or shorter than it was asked to be. */
const TOLERANCE = 0.01
const GRAINS_MS = [20, 10, 5, 2, 1]

/**
 * The timers of all members of a process, which come due together where they can.
 *
 *   asked   |   |  | |    |  |   |     of many members, each for itself
 *   due         4      3        2      on a grid: one timer of Node's, one turn of its loop
 *
 * Who wakes for one ping at a time pays for a turn of the loop, the system's part of it, and caches
 * that went cold, each time: that is more than the ping is. And most timers are for a probe that was
 * acked long since. So they are moved to the next moment of a grid, before or after, that is
 * the coarser the longer the wait is: 20 ms for the probe interval of a second.
 *
 * Node's own timers may be early, since they count from when its loop last looked at the clock, and
 * do not reach further than `LONGEST_TIMEOUT_MS`: a moment that has not come waits for the rest.
 *
 * Bound: the timers of its members, each for itself bounded.
 */
export class Timetable {
  /** By `dueAt`. */
  private readonly moments = new Map<number, Moment>()
  private readonly now: () => number

  /** @param now monotonic milliseconds */
  constructor(now: () => number) {
    this.now = now
  }

  set(sleeper: Sleeper, timer: Timer, delayMs: number): void {
    const now = this.now()
    const grain = grainOf(delayMs)
    const dueAt = Math.round((now + delayMs) / grain) * grain
    let moment = this.moments.get(dueAt)
    if (moment === undefined) {
      moment = { dueAt, sleepers: [], timers: [], fired: 0, handle: undefined }
      this.moments.set(dueAt, moment)
      this.wait(moment, dueAt - now)
    }
    moment.sleepers.push(sleeper)
    moment.timers.push(timer)
  }

  /** Forgets all timers of that one, but for those of the moment that is being told just now. */
  forget(sleeper: Sleeper): void {
    for (const moment of this.moments.values()) {
      const { sleepers, timers } = moment
      let kept = 0
      for (let index = 0; index < timers.length; index++) {
        if (sleepers[index] === sleeper) continue
        sleepers[kept] = sleepers[index]
        timers[kept++] = timers[index]
      }
      sleepers.length = kept
      timers.length = kept
      if (kept > 0) continue
      clearTimeout(moment.handle)
      this.moments.delete(moment.dueAt)
    }
  }

  private wait(moment: Moment, delayMs: number): void {
    moment.handle = setTimeout(this.passed, Math.min(delayMs, LONGEST_TIMEOUT_MS), moment)
  }

  private readonly passed = (moment: Moment): void => {
    const { dueAt, sleepers, timers } = moment
    const remainingMs = dueAt - this.now()
    if (remainingMs >= 1) {
      this.wait(moment, remainingMs)
      return
    }
    this.moments.delete(dueAt)
    try {
      while (moment.fired < timers.length) {
        const index = moment.fired++
        sleepers[index].due(timers[index], dueAt)
      }
    } finally {
      // One that threw does not keep the others from theirs.
      if (moment.fired < timers.length) setImmediate(this.passed, moment)
    }
  }
}

function grainOf(delayMs: number): number {
  for (const grain of GRAINS_MS) if (grain <= 2 * TOLERANCE * delayMs) return grain
  return 1
}

/** One for the process, on the clock that all its members have. */
export const sharedTimetable = new Timetable(() => performance.now())
