import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

const MARK = '.opening-'

/**
 * The database's files as they are before it is opened. LevelDB cleans up as it opens: the log it
 * read, also the parts that it could not, is gone then. It never changes a file in place, so hard
 * links keep everything and take no room.
 */
export class Snapshot {
  readonly path: string
  readonly #original: string

  private constructor(original: string, path: string) {
    this.#original = original
    this.path = path
  }

  static async take(original: string): Promise<Snapshot> {
    const path = `${original}${MARK}${process.pid}`
    await rm(path, { recursive: true, force: true })
    await linkAll(original, path)
    return new Snapshot(original, path)
  }

  /** Moves it to where it stays, with the time in its name. */
  async keep(): Promise<string> {
    const time = new Date().toISOString().replaceAll(':', '-')
    const kept = `${this.#original}.damaged-${time}`
    await rename(this.path, kept)
    return kept
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true })
  }

  /** What processes left that were ended while they opened. Only for who holds the lock. */
  static async removeOthers(original: string, own: Snapshot): Promise<void> {
    const directory = dirname(original)
    for (const name of await readdir(directory)) {
      const path = join(directory, name)
      if (path === own.path || !name.startsWith(`${basename(original)}${MARK}`)) continue
      await rm(path, { recursive: true, force: true })
    }
  }
}

/** Makes `to`, with a link to every file of `from`, if that is there. */
export async function linkAll(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  for (const name of await namesIn(from)) {
    // The kernel's lock would go with a copy's descriptor; and nothing is in that file.
    if (name !== 'LOCK') await linkOrCopy(join(from, name), join(to, name))
  }
}

async function namesIn(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    // Gone: another process has the database open, and the lock will say so.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    await copyFile(from, to)
  }
}
