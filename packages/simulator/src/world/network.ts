import type { Network, Range } from '../scenario.ts'
import { Bursts } from './bursts.ts'
import { drawDelay } from './delay.ts'
import { Generator } from './generator.ts'
import type { LinkFault } from './link-fault.ts'

/** TCP tries again after so long, then twice as long; what Linux does for a SYN and for data. */
const CONNECT_RETRY_MS = 1_000
const DATA_RETRY_MS = 200

/**
 * What becomes of a packet or a leg of a stream between two members. It decides and draws; who
 * carries is the world.
 */
export class VirtualNetwork {
  conditions: Network
  /** Those in force. Bound: the steps of the scenario. */
  readonly faults = new Set<LinkFault>()
  /** Extra delay by member, where it is slow. */
  readonly slow: (Range | undefined)[]
  private readonly healthy: Network
  private readonly bursts: Bursts
  private readonly losses: Generator
  private readonly delays: Generator
  private readonly copies: Generator
  private readonly streams: Generator

  constructor(conditions: Network, capacity: number, seed: number) {
    this.conditions = conditions
    this.healthy = { ...conditions, ...NO_FAULTS }
    this.slow = new Array<Range | undefined>(capacity).fill(undefined)
    this.bursts = new Bursts(capacity, new Generator(seed, 'bursts'))
    this.losses = new Generator(seed, 'loss')
    this.delays = new Generator(seed, 'delay')
    this.copies = new Generator(seed, 'duplication')
    this.streams = new Generator(seed, 'streams')
  }

  /** From now on it only delays. */
  heal(): void {
    this.conditions = this.healthy
    this.faults.clear()
    this.slow.fill(undefined)
  }

  /** False: the sender is told at once that the packet cannot go out. */
  takes(): boolean {
    const { sendFailure } = this.conditions
    return sendFailure === 0 || !this.losses.chance(sendFailure)
  }

  /** Why a packet on this way does not arrive, or undefined when it does. */
  fate(from: number, to: number, now: number): 'lost' | 'cut' | undefined {
    const loss = this.lossOn(from, to, now)
    if (loss === 0) return undefined
    if (loss >= 1) return 'cut'
    return this.losses.chance(loss) ? 'lost' : undefined
  }

  duplicates(): boolean {
    return this.copies.chance(this.conditions.duplication)
  }

  /** How long a packet takes that arrives. */
  delayMs(from: number, to: number): number {
    const { delayMs, jitterMs, reordering, reorderingMs } = this.conditions
    let delay = drawDelay(delayMs, this.delays)
    if (jitterMs > 0) delay += this.delays.between(0, jitterMs)
    if (reordering > 0 && this.delays.chance(reordering)) {
      delay += this.delays.between(0, reorderingMs)
    }
    return delay + this.slowness(from) + this.slowness(to)
  }

  streamFate(): 'hangs' | 'breaks' | undefined {
    const { streamHang, streamBreak } = this.conditions
    if (this.streams.chance(streamHang)) return 'hangs'
    return this.streams.chance(streamBreak) ? 'breaks' : undefined
  }

  /**
   * How long one leg of a stream takes: what is lost is sent again, later each time. Infinity when
   * it takes longer than `patienceMs`.
   */
  legMs(from: number, to: number, now: number, patienceMs: number, connecting: boolean): number {
    let waited = 0
    let retryMs = connecting ? CONNECT_RETRY_MS : DATA_RETRY_MS
    for (;;) {
      const loss = this.lossOn(from, to, now + waited)
      if (loss === 0 || (loss < 1 && !this.streams.chance(loss))) break
      waited += retryMs
      retryMs *= 2
      if (waited > patienceMs) return Number.POSITIVE_INFINITY
    }
    return waited + this.delayMs(from, to)
  }

  private lossOn(from: number, to: number, now: number): number {
    const { loss, burst } = this.conditions
    let passes = 1 - loss
    if (burst !== undefined) {
      passes *= 1 - this.bursts.lossAt(from, burst, now)
      passes *= 1 - this.bursts.lossAt(to, burst, now)
    }
    for (const fault of this.faults) passes *= 1 - fault.lossOf(from, to, now)
    return 1 - passes
  }

  private slowness(member: number): number {
    const extra = this.slow[member]
    return extra === undefined ? 0 : this.delays.between(extra[0], extra[1])
  }
}

const NO_FAULTS: Partial<Network> = {
  loss: 0,
  burst: undefined,
  duplication: 0,
  reordering: 0,
  sendFailure: 0,
  streamHang: 0,
  streamBreak: 0,
}
