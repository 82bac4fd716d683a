import type { KvWarning } from './store.ts'

const INTERVAL_MS = 60_000

/** Each kind of warning once a minute. Bound: the kinds that there are. */
export class Warnings {
  private readonly toldAt = new Map<KvWarning['code'], number>()
  private readonly now: () => number
  private readonly tell: (warning: KvWarning) => void

  constructor(now: () => number, tell: (warning: KvWarning) => void) {
    this.now = now
    this.tell = tell
  }

  warn(code: KvWarning['code'], text: string): void {
    const now = this.now()
    const last = this.toldAt.get(code)
    if (last !== undefined && now - last < INTERVAL_MS) return
    this.toldAt.set(code, now)
    this.tell({ code, text })
  }
}
