// The door for our own packages: the replica without I/O, for the simulator and for tests.
export { kvLimits } from './limits.ts'
export type {
  Instant,
  ReplicaEffects,
  ReplicaEvent,
  ReplicaRandom,
  ReplicaTimer,
  SendToken,
} from './replica/effects.ts'
export { type EntryKind, Held, versionText } from './replica/held.ts'
export { decodeSelf, decodeVector } from './replica/meta.ts'
export {
  type EncodedBatch,
  Replica,
  type ReplicaBatch,
  type ReplicaOptions,
  type Restored,
} from './replica/replica.ts'
export { checkSettings, defaultKvSettings, type KvSettings } from './settings.ts'
export { decodeMessage, encodeMessage, isKvMessage } from './wire/message.ts'
export { decodeRecord, encodeRecord } from './wire/record.ts'
