import { Buffer } from 'node:buffer'
import { ClassicLevel } from 'classic-level'
import { KvError } from '../errors.ts'

export type Database = ClassicLevel<Buffer, Buffer>
export type StoredPair = readonly [key: Buffer, value: Buffer]

/** Bytes of one part of a scan: some milliseconds of work. */
const SCAN_BYTES = 1_048_576

/**
 * Opens the LevelDB there, making it if need be. Its lock is the kernel's, on an open file, so it
 * goes with the process however that ends.
 * @throws KvError when another process has it, or the system refuses; else LevelDB's own error:
 * then the files are damaged
 */
export async function openDatabase(
  path: string,
  { createIfMissing = true } = {},
): Promise<Database> {
  const database: Database = new ClassicLevel(path, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    compression: false,
  })
  try {
    await database.open({ createIfMissing })
    return database
  } catch (error) {
    const { code, text } = reasonOf(error)
    if (code === 'LEVEL_LOCKED') {
      throw new KvError(
        'ERR_KV_STORAGE',
        `${path} is in use by another process; each agent takes a data directory of its own.`,
        { reason: 'in-use', path },
        error,
      )
    }
    if (code === 'LEVEL_CORRUPTION' || missesFile(text) || !createIfMissing) throw error
    throw unusable(path, text, error)
  }
}

export function unusable(path: string, why: string, cause: unknown): KvError {
  return new KvError(
    'ERR_KV_STORAGE',
    `${path} cannot be used to keep data: ${why}. Give a directory that this user may write to, on a disk with room.`,
    { reason: 'unusable', path },
    cause,
  )
}

/** LevelDB's reason is the cause of the error that says only that it did not open. */
export function reasonOf(error: unknown): { code: string | undefined; text: string } {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(inner instanceof Error)) return { code: undefined, text: String(inner) }
  const { code } = inner as NodeJS.ErrnoException
  return { code, text: inner.message }
}

/** One of its files that another of its files names. */
function missesFile(text: string): boolean {
  return text.includes('No such file') || text.includes('cannot find the file')
}

/** All pairs, or those of one space, by the order of the stored keys, in parts. */
export async function* scan(database: Database, space?: number): AsyncGenerator<StoredPair[]> {
  const range =
    space === undefined ? {} : { gte: Buffer.from([space]), lt: Buffer.from([space + 1]) }
  const iterator = database.iterator({
    ...range,
    highWaterMarkBytes: SCAN_BYTES,
    fillCache: false,
  })
  try {
    for (;;) {
      const pairs = await iterator.nextv(10_000)
      if (pairs.length === 0) return
      yield pairs
    }
  } finally {
    await iterator.close()
  }
}
