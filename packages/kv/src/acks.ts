export interface AcksResult {
  readonly outcome: AcksOutcome
  /** Names of those that acknowledged by then. */
  readonly holders: readonly string[]
}

/** Enough members acknowledged; or the time was over; or the caller gave up; or the store closed. */
export type AcksOutcome = 'enough' | 'timeout' | 'aborted' | 'closed'

interface Waiting {
  readonly needed: number
  readonly holders: string[]
  readonly settle: (outcome: AcksOutcome) => void
}

/** Writes whose callers wait for others to hold them. Bound: `limits.askedWrites`. */
export class Acks {
  private readonly waiting = new Map<number, Waiting>()

  wait(
    sequence: number,
    needed: number,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<AcksResult> {
    const holders: string[] = []
    return new Promise((resolve) => {
      const settle = (outcome: AcksOutcome): void => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
        this.waiting.delete(sequence)
        resolve({ outcome, holders: [...holders] })
      }
      const aborted = (): void => settle('aborted')
      const timer = setTimeout(() => settle('timeout'), timeoutMs)
      signal?.addEventListener('abort', aborted)
      this.waiting.set(sequence, { needed, holders, settle })
      if (signal?.aborted === true) aborted()
    })
  }

  acked(sequence: number, member: string): void {
    const waiting = this.waiting.get(sequence)
    if (waiting === undefined) return
    waiting.holders.push(member)
    if (waiting.holders.length >= waiting.needed) waiting.settle('enough')
  }

  close(): void {
    for (const { settle } of [...this.waiting.values()]) settle('closed')
  }
}
