import { Buffer } from 'node:buffer'
import { KvError } from './errors.ts'
import { kvLimits } from './limits.ts'
import type { WriteOptions } from './store.ts'

const DEFAULT_TIMEOUT_MS = 2_000

/** @throws KvError ERR_KV_KEY */
export function checkKey(key: string): void {
  const bytes = typeof key === 'string' ? Buffer.byteLength(key) : 0
  if (bytes >= 1 && bytes <= kvLimits.keyBytes && key.isWellFormed()) return
  const what =
    bytes === 0
      ? 'The key is empty.'
      : bytes > kvLimits.keyBytes
        ? `The key has ${bytes} bytes of UTF-8.`
        : 'The key is not well-formed Unicode.'
  throw new KvError('ERR_KV_KEY', `${what} A key is 1 to ${kvLimits.keyBytes} bytes of UTF-8.`, {
    bytes,
    limit: kvLimits.keyBytes,
  })
}

/** @throws KvError ERR_KV_KEY */
export function checkPrefix(prefix: string): void {
  if (prefix !== '') checkKey(prefix)
}

/** @throws KvError ERR_KV_TOO_LARGE */
export function checkValue(value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) {
    throw new KvError('ERR_KV_OPTION', 'A value is a Uint8Array. Encode text with TextEncoder.')
  }
  if (value.length <= kvLimits.valueBytes) return
  throw new KvError(
    'ERR_KV_TOO_LARGE',
    `The value has ${value.length} bytes; ${kvLimits.valueBytes} (16 MiB) is the most.`,
    { bytes: value.length, limit: kvLimits.valueBytes },
  )
}

export interface CheckedWriteOptions {
  readonly ttlMs: number
  readonly acks: number
  readonly timeoutMs: number
  readonly isTraced: boolean
}

/** @throws KvError ERR_KV_OPTION */
export function checkWriteOptions(options: WriteOptions): CheckedWriteOptions {
  const { ttlMs, acks = 0, timeoutMs = DEFAULT_TIMEOUT_MS, trace = false } = options
  if (ttlMs !== undefined) checkRange('ttlMs', ttlMs, 1, kvLimits.ttlMs)
  checkRange('acks', acks, 0, 1_000_000)
  if (!Number.isInteger(acks)) throw optionError('acks', acks, 'a whole number of members')
  checkRange('timeoutMs', timeoutMs, 1, kvLimits.askMs)
  if (options.ifAbsent === true && options.ifVersion !== undefined) {
    throw new KvError(
      'ERR_KV_OPTION',
      'Give ifVersion or ifAbsent, not both: they exclude each other.',
    )
  }
  return { ttlMs: ttlMs ?? 0, acks, timeoutMs, isTraced: trace }
}

export function checkRange(name: string, value: number, least: number, most: number): void {
  if (Number.isFinite(value) && value >= least && value <= most) return
  throw optionError(name, value, `a number from ${least} to ${most}`)
}

function optionError(name: string, value: unknown, wanted: string): KvError {
  return new KvError('ERR_KV_OPTION', `${name} is ${String(value)}; it must be ${wanted}.`, {
    name,
    value,
  })
}
