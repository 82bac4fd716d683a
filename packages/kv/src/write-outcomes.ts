import { describe } from './describe.ts'
import { KvError } from './errors.ts'
import type { Held } from './replica/held.ts'
import type { WriteOptions } from './store.ts'

/** @throws KvError ERR_KV_CONDITION */
export function checkCondition(
  key: string,
  current: Held | undefined,
  options: WriteOptions,
): void {
  const { ifAbsent, ifVersion } = options
  const version = current === undefined ? undefined : describe(current).version
  if (ifAbsent === true && version !== undefined) {
    throw new KvError('ERR_KV_CONDITION', `"${key}" is there already.`, { key, version })
  }
  if (ifVersion === undefined || ifVersion === version) return
  const now = version === undefined ? 'is not there' : `has version ${version}`
  throw new KvError(
    'ERR_KV_CONDITION',
    `"${key}" ${now}, not ${ifVersion}. Read it again and decide anew.`,
    { key, version, ifVersion },
  )
}

export function acksError(
  key: string,
  version: string,
  acks: number,
  timeoutMs: number,
  holders: readonly string[],
): KvError {
  const who = holders.length === 0 ? 'none' : holders.join(', ')
  return new KvError(
    'ERR_KV_ACKS',
    `"${key}" is written here and spreads, but of ${acks} other members only ${holders.length} ` +
      `confirmed within ${timeoutMs} ms: ${who}.`,
    { key, version, acks, holders },
  )
}

export function abortedError(key: string, version: string | undefined): KvError {
  const what = version === undefined ? 'Nothing was written.' : 'It is written and spreads.'
  return new KvError('ERR_KV_ABORTED', `Writing "${key}" was given up by its caller. ${what}`, {
    key,
    ...(version !== undefined && { version }),
  })
}

export function closedError(data: Readonly<Record<string, unknown>>): KvError {
  return new KvError('ERR_KV_CLOSED', 'The store was closed while the write was waited for.', data)
}
