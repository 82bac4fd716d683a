import { rename, rm } from 'node:fs/promises'
import { ClassicLevel } from 'classic-level'
import { checksumOf, recordOf, spaces, storedValue } from './checked-record.ts'
import { type Database, openDatabase, type StoredPair, scan } from './database.ts'
import { ledgerKey } from './inspection.ts'
import { encodeLine, Ledger } from './ledger.ts'
import { linkAll } from './snapshot.ts'

/**
 * Makes a new database at `path` of all that can still be read in the files at `damaged`, which are
 * not touched.
 */
export async function rebuild(path: string, damaged: string, sequence: number): Promise<void> {
  const salvaged = `${path}.salvaged`
  const rebuilt = `${path}.rebuilt`
  const discarded = `${path}.discarded`
  for (const leftover of [salvaged, rebuilt, discarded]) await removeAll(leftover)
  const target = await openDatabase(rebuilt)
  const ledger = new Ledger()
  ledger.skipTo(sequence)
  try {
    for (const attempt of [openAsItIs, repairAndOpen]) {
      await removeAll(salvaged)
      await linkAll(damaged, salvaged)
      if (await copyReadable(() => attempt(salvaged), target, ledger)) break
    }
  } finally {
    await target.close()
  }
  await rename(path, discarded)
  await rename(rebuilt, path)
  await removeAll(salvaged)
  await removeAll(discarded)
}

/** Not made anew where only the file is missing that says which the others are. */
function openAsItIs(path: string): Promise<Database> {
  return openDatabase(path, { createIfMissing: false })
}

/** LevelDB's own repair: gathers what is in its tables and logs, whatever its other files say. */
async function repairAndOpen(path: string): Promise<Database> {
  await ClassicLevel.repair(path)
  return openDatabase(path)
}

/** False if it broke off before the end. */
async function copyReadable(
  openSource: () => Promise<Database>,
  target: Database,
  ledger: Ledger,
): Promise<boolean> {
  let source: Database | undefined
  try {
    source = await openSource()
    for await (const pairs of scan(source)) await copy(pairs, target, ledger)
    return true
  } catch {
    return false
  } finally {
    await source?.close()
  }
}

async function copy(pairs: StoredPair[], target: Database, ledger: Ledger): Promise<void> {
  const batch = pairs
    .filter(([key, value]) => key[0] !== spaces.ledger && recordOf(key, value) !== undefined)
    .map(([key, value]) => ({ type: 'put' as const, key, value }))
  for (const { key, value } of batch) ledger.set(key, checksumOf(value))
  const line = storedValue(ledgerKey, encodeLine(ledger.advance()))
  await target.batch([...batch, { type: 'put', key: ledgerKey, value: line }], { sync: true })
}

async function removeAll(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true })
}
