import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { KvError } from '../errors.ts'
import { type Database, openDatabase, reasonOf, unusable } from './database.ts'
import { DiskStorage } from './disk-storage.ts'
import { inspect } from './inspection.ts'
import { rebuild } from './rebuild.ts'
import { Snapshot } from './snapshot.ts'
import type { Storage } from './storage.ts'
import { Witness } from './witness.ts'

/**
 * Opens the storage in a directory of its own, which is made if it is not there:
 *
 *     entries/                     a LevelDB; its LOCK keeps a second process out
 *     confirmed                    how many batches were confirmed
 *     entries.damaged-<time>/      files that were found broken, as they were; never deleted
 *
 * Everything is read and checked once before it resolves. What is broken does not make it fail: see
 * `Storage.damage`, and warn with its text.
 *
 * For an agent: open this before the cluster is joined, with `join(dataDirectory, 'kv')`; hand it to
 * `openNativeStore` or `openGoExampleStore`, which close it. Keys of the gossip and known members
 * are the agent's own files beside it, so a broken store does not take along whom to rebuild it from.
 *
 * @throws KvError ERR_KV_STORAGE with `data.reason`: `in-use` by another process, `unusable` (no
 * such permission, no room, not a directory), `version` (written by a later hearsay). Nothing was
 * changed then.
 */
export async function openStorage(directory: string): Promise<Storage> {
  const path = join(directory, 'entries')
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const snapshot = await Snapshot.take(path)
    try {
      return await openChecked(path, snapshot)
    } finally {
      await snapshot.remove()
    }
  } catch (error) {
    if (error instanceof KvError) throw error
    throw unusable(directory, reasonOf(error).text, error)
  }
}

async function openChecked(path: string, snapshot: Snapshot): Promise<Storage> {
  const { database, fault: openingFault } = await openOrFault(path)
  let witness: Witness | undefined
  try {
    await Snapshot.removeOthers(path, snapshot)
    witness = await Witness.open(join(path, '..', 'confirmed'))
    const found = database && (await inspect(database, witness.confirmed))
    const fault = openingFault ?? found?.fault
    if (database !== undefined && found !== undefined && fault === undefined) {
      return new DiskStorage(database, witness, found, undefined)
    }
    await database?.close()
    const sequence = Math.max(found?.ledger.line.sequence ?? 0, witness.confirmed ?? 0)
    return await openRebuilt(path, snapshot, witness, sequence, fault ?? 'it did not open')
  } catch (error) {
    await witness?.close()
    await database?.close()
    throw error
  }
}

async function openOrFault(path: string): Promise<{ database?: Database; fault?: string }> {
  try {
    return { database: await openDatabase(path) }
  } catch (error) {
    if (error instanceof KvError) throw error
    return { fault: reasonOf(error).text }
  }
}

/** Moves the broken files aside and begins anew with what can be read of them. */
async function openRebuilt(
  path: string,
  snapshot: Snapshot,
  witness: Witness,
  sequence: number,
  fault: string,
): Promise<Storage> {
  const movedTo = await snapshot.keep()
  await rebuild(path, movedTo, sequence)
  const database = await openDatabase(path)
  try {
    const found = await inspect(database, 0)
    await witness.reset(found.ledger.line.sequence)
    const kept = found.ledger.line.count - found.meta.size
    const text = `${path} is damaged (${fault}). It was moved to ${movedTo}; ${kept} of its entries could be read and are kept, the rest comes from the other members.`
    return new DiskStorage(database, witness, found, { text, movedTo, kept })
  } catch (error) {
    await database.close()
    throw error
  }
}
