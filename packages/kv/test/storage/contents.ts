import { Buffer } from 'node:buffer'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { Storage, StorageBatch } from '../../src/storage/storage.ts'

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'hearsay-storage-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Entries by key, both as text; a value of undefined takes the key away. */
export function batchOf(entries: Readonly<Record<string, string | undefined>>): StorageBatch {
  return {
    entries: Object.entries(entries).map(([key, value]) => ({
      key: Buffer.from(key),
      record: value === undefined ? undefined : Buffer.from(value),
    })),
  }
}

export async function contents(storage: Storage): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for await (const entries of storage.load()) {
    for (const { key, record } of entries) {
      found[Buffer.from(key).toString()] = Buffer.from(record).toString()
    }
  }
  return found
}
