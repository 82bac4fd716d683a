import type { KeyValueStore, WriteOptions } from '@hearsay/kv'
import { entityTag } from './entity-tag.ts'
import { HttpProblem } from './problem.ts'

/** The headers that make a call conditional. */
export interface Conditions {
  readonly ifMatch: string | undefined
  readonly ifNoneMatch: string | undefined
}

export function conditionsOf(header: (name: string) => string | null | undefined): Conditions {
  return {
    ifMatch: header('if-match') ?? undefined,
    ifNoneMatch: header('if-none-match') ?? undefined,
  }
}

/** Whether a list of entity tags has the version; a weak tag counts where that is asked for. */
export function lists(given: string, version: string, weakToo: boolean): boolean {
  return given.split(',').some((part) => {
    const tag = part.trim()
    return tag === entityTag(version) || (weakToo && tag === `W/${entityTag(version)}`)
  })
}

/**
 * What a write's headers ask the store to compare. The store itself compares when it writes: what
 * is read here only picks the one of several versions that may be meant.
 */
export function writeConditions(
  store: KeyValueStore,
  key: string,
  { ifMatch, ifNoneMatch }: Conditions,
): Pick<WriteOptions, 'ifVersion' | 'ifAbsent'> {
  if (ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*') {
    throw new HttpProblem(400, 'ERR_HEADER', 'If-None-Match takes * on a write.', {
      hint: 'Use If-Match with the version that the key should have.',
    })
  }
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw new HttpProblem(400, 'ERR_HEADER', 'If-Match and If-None-Match exclude each other.', {
      hint: 'Give one of them.',
    })
  }
  if (ifNoneMatch !== undefined) return { ifAbsent: true }
  if (ifMatch === undefined) return {}
  const current = store.get(key)?.version
  const isMeant =
    current !== undefined && (ifMatch.trim() === '*' || lists(ifMatch, current, false))
  if (!isMeant) throw conditionFailed(key, current)
  return { ifVersion: current }
}

export function conditionFailed(key: string, version: string | undefined): HttpProblem {
  const now = version === undefined ? 'there is no such key' : `its version is ${version}`
  const detail = `The key "${key}" is not as the condition wants it: ${now}, on this member. Nothing was changed.`
  return new HttpProblem(412, 'ERR_KV_CONDITION', detail, {
    hint: 'Read the key again, and decide anew.',
    extra: { key, version },
    ...(version !== undefined && { headers: { etag: entityTag(version) } }),
  })
}
