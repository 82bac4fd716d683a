import { readFileSync } from 'node:fs'

/**
 * How busy the machine was since this was made: the share of the time in which something that could
 * run waited for a processor (Linux, "pressure stall information"). 0 where nobody tells.
 */
export class Pressure {
  #startedAt = performance.now()
  #before = stalledMs()

  get share() {
    const elapsedMs = performance.now() - this.#startedAt
    return (stalledMs() - this.#before) / elapsedMs
  }
}

function stalledMs() {
  try {
    const [, total] = /^some .*total=(\d+)/.exec(readFileSync('/proc/pressure/cpu', 'utf8'))
    return Number(total) / 1_000
  } catch {
    return 0
  }
}
