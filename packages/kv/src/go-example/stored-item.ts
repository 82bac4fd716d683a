import { Buffer } from 'node:buffer'
import type { StoredEntry } from '../storage/storage.ts'
import type { Entry } from '../store.ts'

/** An entry as it is stored: JSON, its value as text. */
export function encodeItem({ value, version, origin, modifiedAt }: Entry): Buffer {
  const text = Buffer.from(value).toString()
  return Buffer.from(JSON.stringify({ value: text, version, origin, modifiedAt }))
}

/** Undefined for what another wire's store wrote. */
export function decodeItem({ key, record }: StoredEntry): Entry | undefined {
  try {
    const item = JSON.parse(Buffer.from(record).toString()) as Record<string, unknown>
    const { value, version, origin, modifiedAt } = item
    if (typeof value !== 'string' || typeof version !== 'string') return undefined
    if (typeof origin !== 'string' || typeof modifiedAt !== 'number') return undefined
    return {
      key: Buffer.from(key).toString(),
      value: Buffer.from(value),
      version,
      origin,
      modifiedAt,
    }
  } catch {
    return undefined
  }
}
