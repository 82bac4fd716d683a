import { kvLimits } from '@hearsay/kv'
import { namePath } from '../client/api-client.ts'
import { usageFailure } from '../failure.ts'

export const keyOperand = { form: '<key>', meaning: 'the key: 1 to 512 bytes, slashes and all' }

/** The path of a key. @throws CommandFailure before anything is asked */
export function keyPath(key = ''): string {
  const bytes = Buffer.byteLength(key)
  if (bytes < 1 || bytes > kvLimits.keyBytes || !key.isWellFormed()) {
    throw usageFailure(
      `The key got ${bytes} bytes; it takes 1 to ${kvLimits.keyBytes} bytes of UTF-8.`,
      undefined,
      'ERR_KV_KEY',
    )
  }
  if (key === '.' || key === '..') {
    const text = `The key got "${key}", which cannot stand in the path of a URL; it takes any other text.`
    throw usageFailure(text, undefined, 'ERR_KV_KEY')
  }
  return `/v1/kv/${namePath(key)}`
}

/** `?a=1&b`, or nothing. */
export function queryText(parameters: Readonly<Record<string, string | number | undefined>>) {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value))
  }
  return query.size === 0 ? '' : `?${query.toString()}`
}
