// The public door: everything an application may use, and nothing else.
export { KvError, type KvErrorCode, kvErrorCodes } from './errors.ts'
export { isGoExampleMessage } from './go-example/message.ts'
export { type GoExampleStoreOptions, openGoExampleStore } from './go-example/open.ts'
export { kvLimits } from './limits.ts'
export { type NativeStoreOptions, openNativeStore } from './open.ts'
export { defaultKvSettings, type KvSettings } from './settings.ts'
export { MemoryStorage } from './storage/memory-storage.ts'
export { openStorage } from './storage/open-storage.ts'
export type { Storage, StorageBatch, StorageDamage, StoredEntry } from './storage/storage.ts'
export type {
  Change,
  Entry,
  EntryHead,
  KeyPage,
  KeyValueStore,
  KvEventMap,
  KvEventName,
  KvStats,
  KvWarning,
  ListOptions,
  RefusalReason,
  Spread,
  WatchOptions,
  WriteOptions,
  WriteResult,
} from './store.ts'
export { refusalReasons } from './store.ts'
/** Whether a user message of memberlist is the store's own, and none of the application's. */
export { isKvMessage } from './wire/message.ts'
