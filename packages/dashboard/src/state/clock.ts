import { type ReadonlySignal, signal } from '@preact/signals'
import type { StreamClock } from '../api/event-stream.ts'

/** The time as a signal that moves only while something shows it. */
function ticking(everyMs: number): ReadonlySignal<number> {
  let timer: ReturnType<typeof setInterval> | undefined
  return signal(Date.now(), {
    watched() {
      this.value = Date.now()
      timer = setInterval(() => {
        this.value = Date.now()
      }, everyMs)
    },
    unwatched() {
      clearInterval(timer)
    },
  })
}

/** For ages. */
export const nowSeconds = ticking(1_000)
/** For what counts down. */
export const nowTenths = ticking(100)

/** Milliseconds that the agent's clock is ahead of this one; measured with each look at the members. */
export const clockAhead = signal(0)

export const browserClock: StreamClock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
}
