import { KeyIndex } from '../replica/key-index.ts'
import type { Entry } from '../store.ts'
import { stateBytes } from './message.ts'

/** The map, and what it takes on the wire. Bound: `maxBytes`, by who sets. */
export class Items {
  readonly #entries = new Map<string, Entry>()
  readonly #keys = new KeyIndex()
  /** Bytes of the state with all entries in it. */
  bytes = 2

  get size(): number {
    return this.#entries.size
  }

  get(key: string): Entry | undefined {
    return this.#entries.get(key)
  }

  /** Bytes of the state if this were in it. */
  bytesWith(key: string, value: Uint8Array): number {
    return this.bytes - this.#bytesOf(key) + stateBytes(key, value)
  }

  set(entry: Entry): void {
    const { key, value } = entry
    this.bytes = this.bytesWith(key, value)
    if (!this.#entries.has(key)) this.#keys.add(key)
    this.#entries.set(key, entry)
  }

  delete(key: string): boolean {
    const bytes = this.#bytesOf(key)
    if (!this.#entries.delete(key)) return false
    this.bytes -= bytes
    this.#keys.remove(this.#isHeld)
    return true
  }

  /** By the byte order of the keys, after `after`; at most `most`, and where to go on. */
  page(
    prefix: string,
    after: string | undefined,
    most: number,
  ): { entries: Entry[]; next?: string } {
    const entries: Entry[] = []
    let hasMore = false
    const isAfter = after !== undefined && after >= prefix
    this.#keys.visit(isAfter ? after : prefix, isAfter, this.#isHeld, (key) => {
      const entry = this.#entries.get(key)
      if (!key.startsWith(prefix) || entry === undefined) return false
      hasMore = entries.length >= most
      if (!hasMore) entries.push(entry)
      return !hasMore
    })
    const last = entries.at(-1)
    return hasMore && last !== undefined ? { entries, next: last.key } : { entries }
  }

  *values(): Generator<readonly [string, Uint8Array]> {
    for (const [key, { value }] of this.#entries) yield [key, value]
  }

  readonly #isHeld = (key: string): boolean => this.#entries.has(key)

  #bytesOf(key: string): number {
    const entry = this.#entries.get(key)
    return entry === undefined ? 0 : stateBytes(key, entry.value)
  }
}
