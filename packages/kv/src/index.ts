// The public door: everything an application may use, and nothing else.
export { KvError, type KvErrorCode, kvErrorCodes } from './errors.ts'
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
