import type { Burst } from '../scenario.ts'
import { drawExponential } from './delay.ts'
import type { Generator } from './generator.ts'

/**
 * Gilbert-Elliott in continuous time: each member's access to the network is good or bad for times
 * that are drawn exponentially, and while it is bad, packets in and out are lost with a chance.
 * Looked at only when a packet passes; the changes since are drawn then.
 */
export class Bursts {
  private readonly isBad: Uint8Array
  private readonly until: Float64Array
  private readonly draws: Generator

  constructor(capacity: number, draws: Generator) {
    this.isBad = new Uint8Array(capacity)
    this.until = new Float64Array(capacity).fill(Number.NEGATIVE_INFINITY)
    this.draws = draws
  }

  lossAt(member: number, burst: Burst, now: number): number {
    if (this.until[member] === Number.NEGATIVE_INFINITY) {
      this.until[member] = now + burst.meanGoodMs * drawExponential(this.draws)
    }
    while (this.until[member] <= now) {
      this.isBad[member] ^= 1
      const mean = this.isBad[member] === 1 ? burst.meanBadMs : burst.meanGoodMs
      this.until[member] += Math.max(1, mean * drawExponential(this.draws))
    }
    return this.isBad[member] === 1 ? burst.loss : 0
  }
}
