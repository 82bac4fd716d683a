import { Buffer } from 'node:buffer'

const VERSION = 1
const SUM_MODULUS = 2 ** 40

/** What a ledger says, as it is stored with every batch. */
export interface LedgerLine {
  /** Batches written so far. */
  readonly sequence: number
  /** Records that there are, entries and meta. */
  readonly count: number
  /** Sum of their checksums, modulo 2^40. */
  readonly sum: number
}

/**
 * How many records there must be, and the sum of their checksums. LevelDB drops a batch that it
 * finds broken in its log and carries on without a word; the batches around it then say that
 * something is missing.
 *
 * Knows the checksum of every record, by the stored key, since a record that is replaced leaves the
 * sum: bounded by what the replica holds, about a hundred bytes for each.
 */
export class Ledger {
  #sequence = 0
  #sum = 0
  readonly #checksums = new Map<string, number>()

  get line(): LedgerLine {
    return { sequence: this.#sequence, count: this.#checksums.size, sum: this.#sum }
  }

  set(key: Buffer, checksum: number): void {
    const name = key.toString('latin1')
    const before = this.#checksums.get(name) ?? 0
    this.#checksums.set(name, checksum)
    this.#add(checksum - before)
  }

  /** False if there was none: nothing to do. */
  delete(key: Buffer): boolean {
    const name = key.toString('latin1')
    const before = this.#checksums.get(name)
    if (before === undefined) return false
    this.#checksums.delete(name)
    this.#add(-before)
    return true
  }

  #add(difference: number): void {
    this.#sum = (this.#sum + difference + SUM_MODULUS) % SUM_MODULUS
  }

  /** The next batch's line. */
  advance(): LedgerLine {
    this.#sequence++
    return this.line
  }

  /** Whether what was read is what the last batch left; and on from its sequence number. */
  agreesWith(line: LedgerLine): boolean {
    this.#sequence = line.sequence
    return line.count === this.#checksums.size && line.sum === this.#sum
  }

  /** A sequence number that is above all that were seen. */
  skipTo(sequence: number): void {
    this.#sequence = Math.max(this.#sequence, sequence)
  }
}

/** `version u8 | sequence u48 | count u48 | sum u48`, little endian. */
export function encodeLine({ sequence, count, sum }: LedgerLine): Buffer {
  const bytes = Buffer.alloc(19)
  bytes[0] = VERSION
  bytes.writeUIntLE(sequence, 1, 6)
  bytes.writeUIntLE(count, 7, 6)
  bytes.writeUIntLE(sum, 13, 6)
  return bytes
}

/** `newer` for what a later version of this program wrote; undefined for what is none. */
export function decodeLine(bytes: Buffer): LedgerLine | 'newer' | undefined {
  const version = bytes[0] ?? 0
  if (version > VERSION) return 'newer'
  if (version !== VERSION || bytes.length !== 19) return undefined
  return {
    sequence: bytes.readUIntLE(1, 6),
    count: bytes.readUIntLE(7, 6),
    sum: bytes.readUIntLE(13, 6),
  }
}
