import type { Core } from '../core/core.ts'
import type { Warnings } from './warnings.ts'

/**
 * Warns of a queue of broadcasts that is full, at most once every `queueCheckIntervalMs` and with
 * the number that was dropped since; 0: never. Go: `checkBroadcastQueueDepth`, which looks at its
 * queue that often, for a metric. Ours is measured whenever the statistics are read, and can only
 * have become full by a broadcast, so it needs no timer.
 */
export class QueueCheck {
  private readonly core: Core
  private readonly warnings: Warnings
  private told = 0
  private dueAt = 0

  constructor(core: Core, warnings: Warnings) {
    this.core = core
    this.warnings = warnings
  }

  /** After each broadcast. */
  look(now: number): void {
    const { userMessages, settings } = this.core
    const { queueCheckIntervalMs, maxQueuedBroadcasts, maxQueuedBytes } = settings
    const dropped = userMessages.shed - this.told
    if (dropped === 0 || queueCheckIntervalMs === 0 || now < this.dueAt) return
    this.told = userMessages.shed
    this.dueAt = now + queueCheckIntervalMs
    this.warnings.say({
      type: 'warning',
      code: 'overload',
      text:
        `The queue of broadcasts is full: ${dropped} of the oldest were dropped. Broadcast less, ` +
        `or raise maxQueuedBroadcasts (${maxQueuedBroadcasts}) and maxQueuedBytes (${maxQueuedBytes}).`,
    })
  }
}
