import { Buffer } from 'node:buffer'
import type { Held } from '../src/replica/held.ts'
import { compareStamps, type Stamp } from '../src/replica/stamp.ts'
import type { WorldNode } from './world-node.ts'

interface Line {
  readonly id: number
  readonly node: WorldNode
  readonly held: Held
  readonly key: string
  readonly stamp: Stamp
  readonly origin: string
  readonly sequence: number
  readonly isDelete: boolean
  readonly expiresAt: number
  /** Writes of the same key that its writer had seen. */
  readonly knew: ReadonlySet<number>
  /** Whether a crash can take it back: its member has no disk, and crashed after it. */
  isLost: boolean
}

/** What the users of a world did and were told, to be held against what is there in the end. */
export class Ledger {
  private readonly lines: Line[] = []
  private nextId = 1

  /** A value that says which write it is of. */
  value(bytes: number): Uint8Array {
    const mark = `#${this.nextId} `
    return Buffer.from(mark.padEnd(Math.max(bytes, mark.length), '.'))
  }

  /** Has a member write, unless its store refuses it. */
  write(node: WorldNode, key: string, value: Uint8Array | undefined, ttlMs: number): void {
    const { origins } = node.replica.state
    const isSeen = ({ held, origin, sequence }: Line): boolean =>
      held.key === key && origins.get(origin)?.seen.has(sequence) === true
    const knew = new Set(this.lines.filter(isSeen).map(({ id }) => id))
    const held = node.write(key, value, ttlMs)
    if (held === undefined) return
    const { stamp, expiresAt, sequence } = held
    const origin = held.origin.id
    const isDelete = value === undefined
    const id = this.nextId++
    this.lines.push({
      id,
      node,
      held,
      key,
      stamp,
      origin,
      sequence,
      isDelete,
      expiresAt,
      knew,
      isLost: false,
    })
  }

  /** A member without a disk crashed: what it had acknowledged may be gone, by its nature. */
  crashed(node: WorldNode): void {
    for (const line of this.lines) {
      if (line.node === node && (!node.hasDisk || !node.isStored(line.held))) line.isLost = true
    }
  }

  /** What is wrong with what a key reads in the end; undefined when nothing is. */
  complaint(key: string, read: string | undefined, wallMs: number): string | undefined {
    const lines = this.lines.filter((line) => line.key === key)
    const safe = lines.filter(
      ({ isLost, node, held }) => node.isHeldElsewhere(held) || (!isLost && node.isStored(held)),
    )
    if (read !== undefined) {
      const id = Number(/^#(\d+) /.exec(read)?.[1])
      const killer = safe.find((line) => line.isDelete && line.knew.has(id))
      if (killer !== undefined) return `${key} reads #${id}, which #${killer.id} deleted knowingly`
      const newer = safe.find((line) => line.knew.has(id))
      if (newer !== undefined) return `${key} reads #${id}, which #${newer.id} had overwritten`
      return undefined
    }
    const isOver = (line: Line): boolean =>
      line.isDelete || (line.expiresAt > 0 && line.expiresAt <= wallMs)
    for (const line of safe) {
      if (isOver(line)) continue
      const ender = lines.find(
        (other) => isOver(other) && compareStamps(other.stamp, line.stamp) >= 0,
      )
      if (ender === undefined) return `${key} is gone, but #${line.id} was acknowledged`
    }
    return undefined
  }
}
