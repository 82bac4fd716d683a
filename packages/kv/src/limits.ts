const KiB = 1_024
const MiB = 1_024 * KiB

/** Every bound of the store that is not a setting, and what happens at it. */
export const kvLimits = {
  /** A key in bytes of UTF-8; a longer one is refused with ERR_KV_KEY, a peer's as `malformed`. */
  keyBytes: 512,
  /** A value; a larger one is refused with ERR_KV_TOO_LARGE, a peer's as `malformed`. */
  valueBytes: 16 * MiB,
  /** What an entry counts for against `maxBytes` beside its key and value: what it takes in memory. */
  entryOverheadBytes: 512,
  /** Time to live; a longer one is refused with ERR_KV_OPTION. A hundred years. */
  ttlMs: 100 * 365 * 86_400_000,
  /** Local writes that are not stored yet; a further one is refused with ERR_KV_OVERLOAD. */
  waitingWrites: 16_384,
  /** Bytes of entries that are not stored yet, local and remote; beyond, both are refused. */
  waitingBytes: 64 * MiB,
  /** Writes that wait for acknowledgements or are traced; a further one is refused. */
  askedWrites: 16_384,
  /** Acknowledgements that we owe others; the oldest is forgotten, and asked for again. */
  owedAcks: 16_384,
  /** How long an acknowledgement is owed, and a traced write followed. */
  askMs: 30_000,
  /** Traced writes that `spread` knows; the oldest goes. */
  spreads: 256,
  /** Changes that a watcher may be behind, in number and bytes of values; then it begins anew. */
  changes: 8_192,
  changeBytes: 32 * MiB,
  /** Entries of one page of a list. */
  pageEntries: 1_000,
  /** Members pushed to directly; beyond, gossip and anti-entropy carry a write on. */
  pushPeers: 8,
  /** Values up to this are pushed; larger ones are announced, and fetched. */
  pushValueBytes: 64 * KiB,
  /** Entries of one message, in bytes; a larger value goes in parts of this. */
  messageBytes: 512 * KiB,
  /** Entries that one answer looks at: a few milliseconds of work. */
  scanEntries: 20_000,
  /** Writes of ours, and news that we pass on, which are gossiped in a second; others are pushed. */
  gossipsPerSecond: 64,
  /** Passes of anti-entropy at a time. */
  pulls: 3,
  /** Entries that we may be behind for several passes at a time; when further, one goes first. */
  shortPullEntries: 1_000,
  /** How long what has come of a large value is kept when nothing more comes. */
  partialMs: 600_000,
  /** Answers that are on their way at a time; a further question is not answered, and asked again. */
  answers: 16,
  /** Members that are told how far we are, in one round. */
  announcements: 8,
  /** Lives of members that are told apart; beyond, the oldest with nothing left is forgotten. */
  origins: 1_024,
  /** Ranges of sequence numbers of one origin; beyond, what is new is taken but not noted. */
  intervals: 4_096,
  /** Name of a member in bytes, as memberlist has it. */
  nameBytes: 255,
} as const
