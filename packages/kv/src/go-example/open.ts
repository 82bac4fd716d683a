import { checkSettings, type KvSettings } from '../settings.ts'
import type { Storage } from '../storage/storage.ts'
import type { KeyValueStore } from '../store.ts'
import { GoExampleStore } from './go-example-store.ts'
import { Sequence } from './numbers.ts'
import { ExampleReplica } from './replica.ts'

export interface GoExampleStoreOptions extends Partial<Pick<KvSettings, 'maxBytes'>> {
  /** Where it is kept across restarts; the store closes it. Default: nowhere, as the example. */
  readonly storage?: Storage
}

/**
 * Opens the map of the Go example (github.com/asim/memberlist): programs that speak its protocol and
 * this store share keys. Use it as `openNativeStore`; `delegate` carries the state of joins, so give
 * it to `Memberlist.create`.
 *
 * Values are text, and there are no `acks`, `ttlMs` and `trace` on this wire (ERR_KV_UNSUPPORTED).
 * @throws KvError ERR_KV_OPTION, ERR_KV_STORAGE
 */
export async function openGoExampleStore(
  options: GoExampleStoreOptions = {},
): Promise<KeyValueStore> {
  const { storage, ...given } = options
  const { maxBytes } = checkSettings(given)
  const replica = new ExampleReplica(maxBytes, storage, new Sequence(() => Date.now()))
  await replica.load()
  return new GoExampleStore(replica)
}
