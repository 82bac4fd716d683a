import { kvLimits } from '../limits.ts'
import type { WireEntry } from '../wire/entry.ts'
import type { PartialValue } from './pass.ts'

/**
 * Large values of which a part has come. They outlive the pass that they came in, so that one that
 * was broken off is resumed where it was, be it with another peer.
 *
 * Bound: `limits.pulls` of them, of at most `limits.valueBytes` each, for `limits.partialMs`.
 */
export class Partials {
  private readonly byWrite = new Map<string, PartialValue>()

  /** What has come of this entry, of so many bytes; nothing, if nothing has. */
  of(entry: WireEntry, length: number, now: number): PartialValue {
    const name = nameOf(entry)
    let partial = this.byWrite.get(name)
    if (partial?.bytes.length !== length) {
      partial = { bytes: new Uint8Array(length), received: 0, touchedAt: now }
      this.byWrite.set(name, partial)
      if (this.byWrite.size > kvLimits.pulls) this.dropOldest()
    }
    partial.touchedAt = now
    return partial
  }

  done(entry: WireEntry): void {
    this.byWrite.delete(nameOf(entry))
  }

  round(now: number): void {
    for (const [name, { touchedAt }] of this.byWrite) {
      if (now - touchedAt > kvLimits.partialMs) this.byWrite.delete(name)
    }
  }

  private dropOldest(): void {
    let oldest: string | undefined
    let oldestAt = Number.POSITIVE_INFINITY
    for (const [name, { touchedAt }] of this.byWrite) {
      if (touchedAt >= oldestAt) continue
      oldest = name
      oldestAt = touchedAt
    }
    if (oldest !== undefined) this.byWrite.delete(oldest)
  }
}

function nameOf({ originId, sequence }: WireEntry): string {
  return `${originId} ${sequence}`
}
