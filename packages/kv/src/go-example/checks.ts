import { Buffer } from 'node:buffer'
import { checkKey, checkValue } from '../checks.ts'
import { KvError } from '../errors.ts'
import type { Entry, WriteOptions } from '../store.ts'

/** As the native store's, but that the example has an entry under the empty key too. */
export function checkExampleKey(key: string): void {
  if (key !== '') checkKey(key)
}

/**
 * Values are JSON strings on this wire. What is not UTF-8 has no such form: Go would put U+FFFD for
 * the bytes that do not fit, so it is refused.
 * @throws KvError ERR_KV_UNSUPPORTED, ERR_KV_TOO_LARGE
 */
export function checkText(value: Uint8Array): void {
  checkValue(value)
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value)
  } catch (error) {
    throw new KvError(
      'ERR_KV_UNSUPPORTED',
      'The value is not UTF-8 text, which is all that the wire of the Go example can carry. Encode it, in base64 for instance, or use the native wire.',
      { bytes: Buffer.byteLength(value) },
      error,
    )
  }
}

/** @throws KvError ERR_KV_UNSUPPORTED: nobody acknowledges, and nobody else lets keys expire */
export function checkOptions({ ttlMs, acks = 0, trace = false }: WriteOptions): void {
  const option = ttlMs !== undefined ? 'ttlMs' : acks > 0 ? 'acks' : trace ? 'trace' : undefined
  if (option === undefined) return
  throw new KvError(
    'ERR_KV_UNSUPPORTED',
    `The wire of the Go example has no ${option}: its messages carry keys and values alone. Leave it out, or use the native wire.`,
    { option },
  )
}

/** @throws KvError ERR_KV_CONDITION */
export function checkCondition(
  key: string,
  current: Entry | undefined,
  { ifAbsent, ifVersion }: WriteOptions,
): void {
  const version = current?.version
  const isMet =
    ifAbsent === true ? version === undefined : ifVersion === undefined || ifVersion === version
  if (isMet) return
  const now = version === undefined ? 'is not there' : `has version ${version}`
  throw new KvError('ERR_KV_CONDITION', `"${key}" ${now}. Read it again and decide anew.`, {
    key,
    version,
  })
}
