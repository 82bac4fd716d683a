import { kvLimits } from './limits.ts'
import type { Change } from './store.ts'

/** What happened to a key; a reset is made where it is told. */
export type KeyChange = Exclude<Change, { readonly type: 'reset' }>

/** A change without its cursor, which the log gives. */
export type Happened = KeyChange extends infer One
  ? One extends KeyChange
    ? Omit<One, 'cursor'>
    : never
  : never

/**
 * The last changes, in order, for those who watch. All watchers read the same log, each at its own
 * place, so that a slow one costs nothing; one that the log's beginning has passed begins anew.
 *
 * Bound: `limits.changes` in number, `limits.changeBytes` in bytes of values.
 */
export class ChangeLog {
  /** Of this life of the process: cursors of another one mean nothing here. */
  private readonly life: string
  private changes: KeyChange[] = []
  private first = 0
  /** Changes at the front of the array that are gone. */
  private gone = 0
  private bytes = 0
  private readonly waiting = new Set<() => void>()

  constructor(life: string) {
    this.life = life
  }

  /** Number of the oldest change that can still be read, and of the next that will come. */
  get begin(): number {
    return this.first
  }

  get end(): number {
    return this.first + this.changes.length - this.gone
  }

  /** The cursor of one who has read all changes before this number. */
  cursor(number: number): string {
    return `${this.life}-${number}`
  }

  /** The number that a cursor stands for; undefined for one that cannot be resumed from. */
  place(cursor: string): number | undefined {
    const match = /^([0-9a-f]+)-([0-9]{1,15})$/.exec(cursor)
    if (match === null || match[1] !== this.life) return undefined
    const number = Number(match[2])
    return number >= this.begin && number <= this.end ? number : undefined
  }

  append(happened: Happened): KeyChange {
    const change = { ...happened, cursor: this.cursor(this.end + 1) } as KeyChange
    this.changes.push(change)
    this.bytes += bytesOf(change)
    while (this.isOverfull) this.dropFirst()
    for (const wake of this.waiting) wake()
    this.waiting.clear()
    return change
  }

  at(number: number): KeyChange {
    return this.changes[this.gone + number - this.first]
  }

  /** Calls back once, when there is more. Bound: one for each watcher. */
  whenMore(wake: () => void): void {
    this.waiting.add(wake)
  }

  private get isOverfull(): boolean {
    const count = this.end - this.first
    return count > kvLimits.changes || (count > 1 && this.bytes > kvLimits.changeBytes)
  }

  private dropFirst(): void {
    this.bytes -= bytesOf(this.changes[this.gone])
    this.gone++
    this.first++
    if (this.gone < kvLimits.changes) return
    this.changes = this.changes.slice(this.gone)
    this.gone = 0
  }
}

function bytesOf(change: KeyChange): number {
  return change.type === 'put' ? change.value.length : 0
}
