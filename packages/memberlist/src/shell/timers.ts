import type { Timer } from '../core/effects.ts'
import { judgeLateness } from '../core/lateness.ts'
import { LONGEST_TIMEOUT_MS } from './timeout.ts'

interface Entry {
  readonly timer: Timer
  readonly dueAt: number
  handle: NodeJS.Timeout | undefined
}

export interface TimersOptions {
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** A timer this late means that the process stood still. */
  readonly latenessThresholdMs: number
  readonly drain: () => Promise<void>
  readonly fire: (timer: Timer) => void
  readonly stalled: (pausedMs: number) => void
}

/**
 * Real timers, which notice when they fire late.
 *
 * A Go process answers probes while one goroutine is busy; a Node process that was blocked or
 * stopped wakes up to expired timers first and to the acks in its socket buffers after. So a late
 * timer waits until the sockets are drained, with all that become due meanwhile; and where it is
 * later than the threshold, the engine is told that this process stood still.
 *
 * Bound: the engine has a few timers for itself and some for each suspicion.
 */
export class Timers {
  private readonly options: TimersOptions
  private readonly waiting = new Set<Entry>()
  private late: Entry[] | undefined
  private closed = false

  constructor(options: TimersOptions) {
    this.options = options
  }

  set(timer: Timer, delayMs: number): void {
    if (this.closed) return
    this.wait({ timer, dueAt: this.options.now() + delayMs, handle: undefined }, delayMs)
  }

  close(): void {
    this.closed = true
    for (const entry of this.waiting) clearTimeout(entry.handle)
    this.waiting.clear()
    this.late = undefined
  }

  /** Node takes a longer wait for none at all; such a one is made in parts. */
  private wait(entry: Entry, delayMs: number): void {
    const isWhole = delayMs <= LONGEST_TIMEOUT_MS
    const callback = isWhole ? this.due : this.partPassed
    entry.handle = setTimeout(callback, Math.min(delayMs, LONGEST_TIMEOUT_MS), entry)
    this.waiting.add(entry)
  }

  private readonly partPassed = (entry: Entry): void => {
    this.wait(entry, entry.dueAt - this.options.now())
  }

  private readonly due = (entry: Entry): void => {
    this.waiting.delete(entry)
    if (this.late !== undefined) {
      this.late.push(entry)
      return
    }
    const latenessMs = this.options.now() - entry.dueAt
    if (judgeLateness(latenessMs, this.options.latenessThresholdMs) === 'fire') {
      this.options.fire(entry.timer)
      return
    }
    this.late = [entry]
    void this.catchUp(latenessMs)
  }

  private async catchUp(latenessMs: number): Promise<void> {
    await this.options.drain().catch(() => undefined)
    const late = this.late
    this.late = undefined
    if (late === undefined || this.closed) return
    const { latenessThresholdMs, stalled } = this.options
    if (judgeLateness(latenessMs, latenessThresholdMs) === 'stalled') stalled(latenessMs)
    for (const entry of late) if (!this.closed) this.options.fire(entry.timer)
  }
}
