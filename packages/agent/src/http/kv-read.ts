import type { Entry, KeyValueStore } from '@hearsay/kv'
import { entityTag } from './entity-tag.ts'
import { type Conditions, conditionFailed, lists } from './kv-conditions.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { HttpProblem } from './problem.ts'

/** A value as it is, with what there is to know about it in the headers. */
export function readAnswer(
  store: KeyValueStore,
  key: string,
  { ifMatch, ifNoneMatch }: Conditions,
): PlainAnswer {
  const entry = store.get(key)
  if (entry === undefined) {
    if (ifMatch !== undefined) throw conditionFailed(key, undefined)
    throw unknownKey(key)
  }
  const { version, value } = entry
  if (ifMatch !== undefined && ifMatch.trim() !== '*' && !lists(ifMatch, version, false)) {
    throw conditionFailed(key, version)
  }
  const isKnown =
    ifNoneMatch !== undefined && (ifNoneMatch.trim() === '*' || lists(ifNoneMatch, version, true))
  if (isKnown) return { status: 304, headers: entryHeaders(entry) }
  return { status: 200, headers: valueHeaders(entry), body: value }
}

interface MadeHeaders {
  readonly version: string
  readonly headers: Readonly<Record<string, string>>
}

/** Made once for each value, which is read far more often than it is written. */
const made = new WeakMap<Uint8Array, MadeHeaders>()

function valueHeaders(entry: Entry): Readonly<Record<string, string>> {
  const { value, version } = entry
  const known = made.get(value)
  // The same bytes may be written anew, under another version.
  if (known?.version === version) return known.headers
  const headers = { ...entryHeaders(entry), 'content-type': 'application/octet-stream' }
  made.set(value, { version, headers })
  return headers
}

function entryHeaders({ version, origin, modifiedAt, expiresAt }: Entry): Record<string, string> {
  return {
    etag: entityTag(version),
    'cache-control': 'no-cache',
    'hearsay-modified-at': new Date(modifiedAt).toISOString(),
    'hearsay-origin': encodeURIComponent(origin.toWellFormed()),
    ...(expiresAt !== undefined && { 'hearsay-expires-at': new Date(expiresAt).toISOString() }),
  }
}

export function unknownKey(key: string): HttpProblem {
  return new HttpProblem(404, 'ERR_KV_UNKNOWN_KEY', `There is no key "${key}" on this member.`, {
    hint: 'GET /v1/kv (hearsay kv list) lists the keys; one that was written elsewhere a moment ago may be on its way.',
  })
}
