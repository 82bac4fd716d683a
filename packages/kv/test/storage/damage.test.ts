import { Buffer } from 'node:buffer'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { openGoExampleStore } from '../../src/go-example/open.ts'
import { openNativeStore } from '../../src/open.ts'
import { openStorage } from '../../src/storage/open-storage.ts'
import type { KvWarning } from '../../src/store.ts'
import { batchOf, contents, temporaryDirectory } from './contents.ts'

const keys = Array.from({ length: 100 }, (_, index) => `key-${index}`)
const valueFor = (key: string) => key.repeat(20)
const original = mkdtempSync(join(tmpdir(), 'hearsay-original-'))

/** A store with a table and a log, as one has that was restarted once. */
beforeAll(async () => {
  for (const half of [keys.slice(0, 50), keys.slice(50)]) {
    const storage = await openStorage(original)
    for (const key of half) {
      await storage.write({
        ...batchOf({ [key]: valueFor(key) }),
        meta: [['last', Buffer.from(key)]],
      })
    }
    await storage.close()
  }
  return () => rmSync(original, { recursive: true })
})

/** A copy to break; as after a kill, nothing in it was closed in good order. */
function copyOfOriginal(): string {
  const directory = temporaryDirectory()
  cpSync(original, directory, { recursive: true })
  return directory
}

function files(): { table: string; log: string; manifest: string } {
  const names = readdirSync(join(original, 'entries'))
  const named = (pattern: RegExp) =>
    join('entries', names.find((name) => pattern.test(name)) ?? 'missing')
  return { table: named(/\.ldb$/), log: named(/\.log$/), manifest: named(/^MANIFEST/) }
}

function flip(path: string, offset: number, bit = 3): void {
  const bytes = readFileSync(path)
  bytes[offset] = (bytes[offset] ?? 0) ^ (1 << bit)
  writeFileSync(path, bytes)
}

const half = (path: string) => truncateSync(path, statSync(path).size >> 1)
const garbage = (path: string) => writeFileSync(path, Buffer.alloc(statSync(path).size, 'garbage'))
const empty = (path: string) => truncateSync(path, 0)
const remove = (path: string) => rmSync(path)
const flipMiddle = (path: string) => flip(path, statSync(path).size >> 1)

/** Opens what was broken, and once more: the second time all is in order. */
async function openTwice(directory: string) {
  const first = await openStorage(directory)
  const { damage } = first
  const found = await contents(first)
  await first.write(batchOf({ after: 'written' }))
  await first.close()
  const second = await openStorage(directory)
  expect(second.damage).toBeUndefined()
  expect(await contents(second)).toEqual({ ...found, after: 'written' })
  await second.close()
  for (const [key, value] of Object.entries(found)) expect(value).toBe(valueFor(key))
  return { damage, found }
}

describe('a store that was damaged', () => {
  test.each([
    ['a log cut in half', () => files().log, half, 50],
    ['a log with a flipped bit', () => files().log, flipMiddle, 50],
    ['a log of garbage', () => files().log, garbage, 50],
    ['an empty log', () => files().log, empty, 50],
    ['a log that is gone', () => files().log, remove, 50],
    ['a table cut in half', () => files().table, half, 50],
    ['a table with a flipped bit', () => files().table, flipMiddle, 50],
    ['a table of garbage', () => files().table, garbage, 50],
    ['a table that is gone', () => files().table, remove, 50],
    ['a manifest cut in half', () => files().manifest, half, 100],
    ['a manifest of garbage', () => files().manifest, garbage, 100],
    ['a manifest that is gone', () => files().manifest, remove, 100],
    ['a broken pointer to the manifest', () => 'entries/CURRENT', garbage, 100],
    ['no pointer to the manifest', () => 'entries/CURRENT', remove, 100],
    ['a count of writes that is garbage', () => 'confirmed', garbage, 100],
  ])('by %s is told, moved aside, and keeps what can be read', async (_, file, harm, kept) => {
    const directory = copyOfOriginal()
    const path = join(directory, file())
    harm(path)
    const broken = existsSync(path) ? readFileSync(path) : undefined
    const { damage, found } = await openTwice(directory)

    if (damage === undefined) throw new Error('not noticed')
    expect(damage.text).toMatch(
      /entries is damaged \(.+\)\. It was moved to .+entries\.damaged-[-\dTZ.]+; \d+ of its entries could be read/,
    )
    expect(damage.text).toContain(damage.movedTo)
    expect(damage.kept).toBe(Object.keys(found).length)
    // A flipped bit takes its block along, not more than the file's half of the entries.
    expect(damage.kept).toBeGreaterThanOrEqual(kept)
    if (path.includes('entries')) {
      const moved = path.replace('entries', damage.movedTo.slice(directory.length + 1))
      expect(existsSync(moved) ? readFileSync(moved) : undefined).toEqual(broken)
    }
    expect(
      readdirSync(directory)
        .filter((name) => !name.includes('damaged'))
        .sort(),
    ).toEqual(['confirmed', 'entries'])
  })

  test('by the loss of all its files is told, and empty', async () => {
    const directory = copyOfOriginal()
    rmSync(join(directory, 'entries'), { recursive: true })
    const { damage, found } = await openTwice(directory)
    expect(damage?.text).toContain('its last 100 writes are missing')
    expect(found).toEqual({})
  })

  test.each([
    ['native', openNativeStore],
    ['go-example', openGoExampleStore],
  ])('is told by the %s store to the first who listens', async (_, open) => {
    const directory = copyOfOriginal()
    rmSync(join(directory, 'entries'), { recursive: true })
    const storage = await openStorage(directory)
    await using store = await open({ storage })
    const told = new Promise<KvWarning>((resolve) => store.on('warning', resolve))
    expect(await told).toEqual({ code: 'damaged', text: storage.damage?.text })
  })

  test('never loses a write without saying so, whatever bit of whatever file flips', async () => {
    const names = readdirSync(join(original, 'entries')).filter(
      (name) => !['LOG', 'LOG.old', 'LOCK'].includes(name),
    )
    const places = [...names.map((name) => join('entries', name)), 'confirmed']
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...places),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        fc.integer({ min: 0, max: 7 }),
        async (name, place, bit) => {
          const directory = copyOfOriginal()
          const path = join(directory, name)
          flip(path, Math.floor(place * statSync(path).size), bit)
          const { damage, found } = await openTwice(directory)
          if (damage === undefined) expect(Object.keys(found)).toHaveLength(keys.length)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('written by a later version is left as it is', async () => {
    const directory = copyOfOriginal()
    const { openDatabase } = await import('../../src/storage/database.ts')
    const { ledgerKey } = await import('../../src/storage/inspection.ts')
    const { storedValue } = await import('../../src/storage/checked-record.ts')
    const database = await openDatabase(join(directory, 'entries'))
    await database.put(ledgerKey, storedValue(ledgerKey, Buffer.from([2, 1, 1])))
    await database.close()
    await expect(openStorage(directory)).rejects.toMatchObject({ data: { reason: 'version' } })
    expect(readdirSync(directory).sort()).toEqual(['confirmed', 'entries'])
  })
})
