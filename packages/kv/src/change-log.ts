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
  /** By their numbers, which follow each other. */
  private readonly changes = new Map<number, KeyChange>()
  private first = 0
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
    return this.first + this.changes.size
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
    const number = this.end
    const change = { ...happened, cursor: this.cursor(number + 1) } as KeyChange
    this.changes.set(number, change)
    this.bytes += bytesOf(change)
    while (this.isOverfull) this.dropFirst()
    // Who is woken may wait again at once: for whom this change is not.
    const woken = [...this.waiting]
    this.waiting.clear()
    for (const wake of woken) wake()
    return change
  }

  /** Undefined for one that is gone, or has not come yet. */
  at(number: number): KeyChange | undefined {
    return this.changes.get(number)
  }

  /** Calls back once, when there is more. Bound: one for each watcher, until it is closed. */
  whenMore(wake: () => void): void {
    this.waiting.add(wake)
  }

  /** Takes back `whenMore`. */
  forget(wake: () => void): void {
    this.waiting.delete(wake)
  }

  private get isOverfull(): boolean {
    const count = this.changes.size
    return count > kvLimits.changes || (count > 1 && this.bytes > kvLimits.changeBytes)
  }

  private dropFirst(): void {
    const dropped = this.changes.get(this.first)
    if (dropped !== undefined) this.bytes -= bytesOf(dropped)
    this.changes.delete(this.first++)
  }
}

function bytesOf(change: KeyChange): number {
  return change.type === 'put' ? change.value.length : 0
}
