/** The last rows of a table in columns of numbers; bound: its length. NaN stands for no value. */
export class Ring<Name extends string> {
  readonly #columns: Readonly<Record<Name, Float64Array>>
  readonly #names: readonly Name[]
  readonly #length: number
  /** Rows ever added: the next one's place, and how many there are. */
  #added = 0

  constructor(names: readonly Name[], length: number) {
    this.#names = names
    this.#length = length
    const entries = names.map((name) => [name, new Float64Array(length)])
    this.#columns = Object.fromEntries(entries) as Record<Name, Float64Array>
  }

  get rows(): number {
    return Math.min(this.#added, this.#length)
  }

  add(row: Readonly<Record<Name, number>>): void {
    const at = this.#added++ % this.#length
    for (const name of this.#names) this.#columns[name][at] = row[name]
  }

  clear(): void {
    this.#added = 0
  }

  /** The newest rows of one column, oldest first. */
  newest(name: Name, rows: number): number[] {
    const column = this.#columns[name]
    const first = this.#added - Math.min(rows, this.rows)
    return Array.from({ length: this.#added - first }, (_, index) => {
      return column[(first + index) % this.#length] ?? Number.NaN
    })
  }
}
