import type { Timer } from '../core/effects.ts'
import { judgeLateness } from '../core/lateness.ts'
import type { Sleeper, Timetable } from './timetable.ts'

export interface TimersOptions {
  readonly timetable: Timetable
  /** Monotonic milliseconds. */
  readonly now: () => number
  /** A timer this late means that the process stood still. */
  readonly latenessThresholdMs: number
  readonly drain: () => Promise<void>
  readonly fire: (timer: Timer) => void
  readonly stalled: (pausedMs: number) => void
}

/**
 * The timers of one member, which notice when they fire late.
 *
 * A Go process answers probes while one goroutine is busy; a Node process that was blocked or
 * stopped wakes up to expired timers first and to the acks in its socket buffers after. So a late
 * timer waits until the sockets are drained, with all that become due meanwhile; and where it is
 * later than the threshold, the engine is told that this process stood still.
 *
 * Bound: the engine has a few timers for itself and some for each suspicion.
 */
export class Timers implements Sleeper {
  private readonly options: TimersOptions
  private late: Timer[] | undefined
  private closed = false

  constructor(options: TimersOptions) {
    this.options = options
  }

  set(timer: Timer, delayMs: number): void {
    if (!this.closed) this.options.timetable.set(this, timer, delayMs)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.options.timetable.forget(this)
    this.late = undefined
  }

  due(timer: Timer, dueAt: number): void {
    if (this.closed) return
    if (this.late !== undefined) {
      this.late.push(timer)
      return
    }
    const latenessMs = this.options.now() - dueAt
    if (judgeLateness(latenessMs, this.options.latenessThresholdMs) === 'fire') {
      this.options.fire(timer)
      return
    }
    this.late = [timer]
    void this.catchUp(latenessMs)
  }

  private async catchUp(latenessMs: number): Promise<void> {
    await this.options.drain().catch(() => undefined)
    const late = this.late
    this.late = undefined
    if (late === undefined || this.closed) return
    const { latenessThresholdMs, stalled } = this.options
    if (judgeLateness(latenessMs, latenessThresholdMs) === 'stalled') stalled(latenessMs)
    for (const timer of late) if (!this.closed) this.options.fire(timer)
  }
}
