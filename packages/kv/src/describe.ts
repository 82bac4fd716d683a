import { type Held, versionText } from './replica/held.ts'
import type { Entry } from './store.ts'

/** What users see of an entry, but for its value. */
export function describe(held: Held): Omit<Entry, 'value'> {
  const { key, stamp, origin, expiresAt } = held
  return {
    key,
    version: versionText(stamp, origin.id),
    origin: origin.name,
    modifiedAt: stamp.ms,
    ...(expiresAt > 0 && { expiresAt }),
  }
}

/** It as a change that a watcher sees. */
export function putOf(held: Held) {
  const { key, version, origin, expiresAt } = describe(held)
  const value = held.value ?? new Uint8Array(0)
  return {
    type: 'put' as const,
    key,
    version,
    origin,
    value,
    ...(expiresAt !== undefined && { expiresAt }),
  }
}
