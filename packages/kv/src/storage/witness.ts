import { Buffer } from 'node:buffer'
import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

/**
 * A file beside the database that says how many batches it confirmed. A log that was cut short ends
 * as if the rest had never been written; the witness tells that it had. It is written after the
 * batch is on disk and not synced: it may be behind, after a loss of power, but never ahead.
 *
 * One line of fixed length: the number in 16 digits, a space, its checksum in 8 hex digits.
 */
export class Witness {
  readonly #file: FileHandle
  /** Undefined when the file was there and could not be understood. */
  readonly confirmed: number | undefined

  private constructor(file: FileHandle, confirmed: number | undefined) {
    this.#file = file
    this.confirmed = confirmed
  }

  static async open(path: string): Promise<Witness> {
    const file = await openOrCreate(path)
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(64), 0, 64, 0)
      return new Witness(file, parse(buffer.toString('latin1', 0, bytesRead)))
    } catch (error) {
      await file.close()
      throw error
    }
  }

  async write(sequence: number): Promise<void> {
    await this.#file.write(format(sequence), 0, 'latin1')
  }

  /** Cuts off what a damaged file had too much. */
  async reset(sequence: number): Promise<void> {
    await this.#file.truncate(0)
    await this.write(sequence)
    await this.#file.sync()
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

async function openOrCreate(path: string): Promise<FileHandle> {
  return open(path, 'r+').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return open(path, 'wx+', 0o600)
  })
}

function format(sequence: number): string {
  const digits = sequence.toString().padStart(16, '0')
  return `${digits} ${crc32(digits).toString(16).padStart(8, '0')}\n`
}

/** An empty file is one that was just made: nothing was confirmed. */
function parse(text: string): number | undefined {
  if (text === '') return 0
  const sequence = Number(text.slice(0, 16))
  return Number.isSafeInteger(sequence) && format(sequence) === text ? sequence : undefined
}
