/**
 * Every bound that is not a setting, and what happens at it. (The settings have theirs in
 * `config.ts`: members, queued broadcasts, streams, the hand-off queue.)
 */
export const limits = {
  /**
   * Name of a member; ours is refused with ERR_CONFIG, a peer's as `bad-member`: a ping that carries
   * it twice would fit no packet.
   */
  nameBytes: 255,
  /** Metadata of a member; more is refused, ours with ERR_TOO_LARGE, a peer's as `bad-member`. */
  metaBytes: 512,
  /** Members in one push/pull; more is refused as `too-large`. */
  pushPullNodes: 1_048_576,
  /** Parts that a push/pull's digest may have; one of more is passed over, and all is told. */
  digestParts: 4_096,
  /** User state in one push/pull; more is refused as `too-large`. */
  userStateBytes: 20 * 1024 * 1024,
  /** One user message by stream; ours fails with ERR_TOO_LARGE, a peer's is refused. */
  userMessageBytes: 20 * 1024 * 1024,
  /** Length of an encrypted stream; more is refused before anything is read. */
  encryptedStreamBytes: 20 * 1024 * 1024,
  /** One message after decompression; more is refused as `too-large`. */
  decompressedBytes: 40 * 1024 * 1024,
  /** Push/pulls from peers at a time; a further one is closed without a word, as in Go. */
  concurrentPushPulls: 127,
  /** Label, in bytes. */
  labelBytes: 255,
  /** Messages in one compound. v0.1.5 and v0.2.2 misread more. */
  compoundParts: 127,
  /** Indirect pings for others that wait for an ack at a time; a further one is not relayed. */
  relayedPings: 4_096,
  /** Suspects that nobody else accuses who are told so at each probe; the others have to wait. */
  accusationsAgain: 8,
  /** Pings of the application that wait for an answer; a further one fails with ERR_OVERLOAD. */
  pingsUnderWay: 4_096,
  /** Messages of the application that go by stream at a time; a further one: ERR_OVERLOAD. */
  userStreams: 1_024,
  /** Addresses that `join` tries at a time; the others wait. */
  joinConcurrency: 16,
  /** Events that an iterator may be behind; the oldest go, and it is told how many. */
  bufferedEvents: 4_096,
  /** Failed members and join addresses that are kept for another attempt; oldest go first. */
  reconnectTargets: 1_024,
  /** Distinct peers that warnings are remembered for; after that they share one. */
  warnedPeers: 1_024,
} as const
