import { randomBytes } from 'node:crypto'
import { NativeStore } from './native-store.ts'
import { ReplicaDriver } from './replica-driver.ts'
import { checkSettings, type KvSettings } from './settings.ts'
import type { Storage } from './storage/storage.ts'
import type { KeyValueStore } from './store.ts'

export interface NativeStoreOptions extends Partial<KvSettings> {
  /**
   * Where it is kept across restarts; the store closes it. Default: nowhere, so that a restarted
   * member begins empty and gets everything from the others.
   */
  readonly storage?: Storage
}

/**
 * Opens a replica, with what its storage has. Attach it to a memberlist to have it replicate.
 *
 * ```ts
 * const store = await openNativeStore({ maxBytes: 64 * 1024 * 1024 })
 * await using list = await Memberlist.create({ name: 'api-1', delegate: store.delegate })
 * store.attach(list)
 * await store.put('greeting', new TextEncoder().encode('hello'), { acks: 1 })
 * ```
 * @throws KvError ERR_KV_OPTION, ERR_KV_STORAGE
 */
export async function openNativeStore(options: NativeStoreOptions = {}): Promise<KeyValueStore> {
  const { storage, ...given } = options
  const settings = checkSettings(given)
  const driver = await ReplicaDriver.open(settings, storage)
  return new NativeStore(driver, randomBytes(6).toString('hex'))
}
