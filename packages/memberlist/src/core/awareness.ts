/**
 * Local health (Lifeguard, section IV-A): 0 is healthy; each point makes our own probes take one
 * interval longer, so that a member which is slow itself blames others more slowly.
 */
export class Awareness {
  private readonly max: number
  private current = 0

  /** @param maxMultiplier the score stays below it (Go: `AwarenessMaxMultiplier`) */
  constructor(maxMultiplier: number) {
    this.max = maxMultiplier - 1
  }

  get score(): number {
    return this.current
  }

  /** Adds within 0 … max; true when the score changed. */
  apply(delta: number): boolean {
    const before = this.current
    this.current = Math.min(this.max, Math.max(0, before + delta))
    return this.current !== before
  }

  scale(durationMs: number): number {
    return durationMs * (this.current + 1)
  }
}
