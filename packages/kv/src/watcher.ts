import type { ChangeLog, KeyChange } from './change-log.ts'
import type { Change } from './store.ts'

export interface WatcherSource {
  readonly log: ChangeLog
  /** The state as puts, from a key on, in order; at most so many. */
  snapshot(
    after: string | undefined,
    most: number,
  ): { changes: KeyChange[]; next: string | undefined }
  matches(key: string): boolean
  reset(): void
  closed(watcher: Watcher): void
}

const SNAPSHOT_PAGE = 256

type Result = IteratorResult<Change, undefined>

/**
 * One who watches: reads the log of changes at its own pace, or, where it cannot be resumed, first
 * the whole state and then the log from where that began.
 *
 * Bound: a page of the state; the log is shared. As with any iterator of the platform, calls of
 * `next` may overlap; they are answered in turn.
 */
export class Watcher implements AsyncIterableIterator<Change, undefined> {
  private readonly source: WatcherSource
  private readonly signal: AbortSignal | undefined
  private place: number
  private isReset: boolean
  private page: KeyChange[] = []
  private nextPage: string | undefined
  private closed = false
  private readonly asking: ((result: Result) => void)[] = []

  /** @param since number of the change to begin with; undefined to begin with the state */
  constructor(source: WatcherSource, since: number | undefined, signal: AbortSignal | undefined) {
    this.source = source
    this.signal = signal
    this.isReset = since === undefined
    this.place = since ?? source.log.end
    signal?.addEventListener('abort', this.close)
    if (signal?.aborted === true) this.close()
  }

  get isClosed(): boolean {
    return this.closed
  }

  next(): Promise<Result> {
    return new Promise((resolve) => {
      this.asking.push(resolve)
      this.answer()
    })
  }

  return(): Promise<Result> {
    this.close()
    return Promise.resolve({ done: true, value: undefined })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  readonly close = (): void => {
    if (this.closed) return
    this.closed = true
    this.signal?.removeEventListener('abort', this.close)
    this.page = []
    this.source.log.forget(this.answer)
    this.source.closed(this)
    this.answer()
  }

  private readonly answer = (): void => {
    while (this.asking.length > 0) {
      const change = this.closed ? undefined : this.read()
      if (change === undefined && !this.closed) {
        this.source.log.whenMore(this.answer)
        return
      }
      const resolve = this.asking.shift()
      if (change === undefined) resolve?.({ done: true, value: undefined })
      else resolve?.({ done: false, value: change })
    }
  }

  private read(): Change | undefined {
    const { log } = this.source
    if (!this.isReset && this.place < log.begin) {
      this.source.reset()
      this.isReset = true
    }
    if (this.isReset) return this.beginAnew()
    const inSnapshot = this.page.shift()
    if (inSnapshot !== undefined) return this.ofSnapshot(inSnapshot)
    while (this.place < log.end) {
      const change = log.at(this.place++)
      if (change !== undefined && this.source.matches(change.key)) return change
    }
    return undefined
  }

  private beginAnew(): Change {
    this.isReset = false
    this.place = this.source.log.end
    this.turnPage(undefined)
    return { type: 'reset', cursor: this.snapshotCursor() }
  }

  private ofSnapshot(change: KeyChange): Change {
    if (this.page.length === 0 && this.nextPage !== undefined) this.turnPage(this.nextPage)
    return { ...change, cursor: this.snapshotCursor() }
  }

  /** Before its last entry a snapshot cannot be resumed: with this one it begins anew. */
  private snapshotCursor(): string {
    const { log } = this.source
    return this.page.length === 0 ? log.cursor(this.place) : log.cursor(-1)
  }

  private turnPage(after: string | undefined): void {
    const { changes, next } = this.source.snapshot(after, SNAPSHOT_PAGE)
    this.page = changes
    this.nextPage = next
  }
}
