import type { Write } from '../replica/held.ts'
import type { Stamp } from '../replica/stamp.ts'
import type { WireEntry } from './entry.ts'
import type { SeenOrigin } from './vector.ts'

/** How far a member is. `end` is the end of its log, in this life (`boot`) of its process. */
export interface StatusMessage {
  readonly type: 'status'
  readonly boot: number
  readonly end: number
  readonly originId: string
  /** The last sequence number of its own origin. */
  readonly sequence: number
  /** Of its version vector; 0 when it has none to compare. */
  readonly checksum: number
  /** Whether it wants to hear the same of us. */
  readonly wantsAnswer: boolean
}

/** Fresh writes of the sender: all of its own in its log after `from` and up to `to`. */
export interface PushMessage {
  readonly type: 'push'
  readonly boot: number
  readonly from: number
  readonly to: number
  /** False when some were left out: too large to be pushed. */
  readonly isWhole: boolean
  readonly originId: string
  /** Writes of its own that are to be acknowledged once they are stored. */
  readonly asks: readonly number[]
  readonly entries: readonly WireEntry[]
}

/** Writes that are passed on to whom it may concern. */
export interface GossipMessage {
  readonly type: 'gossip'
  readonly entries: readonly WireEntry[]
}

/** Asks for what the other one's log has after `cursor` and `vector` has not. */
export interface PullMessage {
  readonly type: 'pull'
  readonly request: number
  /** The life that the cursor is of; 0 when none is known. */
  readonly boot: number
  readonly cursor: number
  /** First of its pass: what the asker has seen is compared with what was purged. */
  readonly isFirst: boolean
  /** Tell of every entry, also of those that the asker has. */
  readonly isFull: boolean
  /** Room for values that the asker has left, in bytes. */
  readonly room: number
  /** Bytes that it has already of a large value: the first entry after the cursor. */
  readonly offset: number
  readonly vector: readonly SeenOrigin[]
}

/** An answer to a pull. */
export interface ChunkMessage {
  readonly type: 'chunk'
  readonly request: number
  readonly boot: number
  /** End of the log now: what is claimed by `vector` is in it up to here. */
  readonly end: number
  /** Grows with each purge. */
  readonly purges: number
  /** First of a pass: what came before it in this pass does not count. */
  readonly isFirst: boolean
  readonly isFull: boolean
  /** Nothing is left: the cursor is at the end of what is stored. */
  readonly isFinal: boolean
  /** Something was left out for want of the asker's room. */
  readonly isWithheld: boolean
  readonly cursor: number
  /** Size of the large value that `part` is of; 0 when there is none. */
  readonly partOf: number
  readonly offset: number
  /** The latest stamp of a purged tombstone. */
  readonly purgedStamp: Stamp
  /** The latest stamp of a forgotten origin. */
  readonly forgotten: Stamp
  /** On the first, and the last of a full one: what the sender has seen, and purged. */
  readonly vector: readonly SeenOrigin[]
  /** With `partOf`, the last one is a head whose value is (partly) in `part`. */
  readonly entries: readonly WireEntry[]
  readonly part: Uint8Array
}

/** The sender holds these writes, or later ones of their keys, durably. */
export interface AckMessage {
  readonly type: 'ack'
  readonly originId: string
  readonly sequences: readonly number[]
}

export type KvMessage =
  | StatusMessage
  | PushMessage
  | GossipMessage
  | PullMessage
  | ChunkMessage
  | AckMessage

/** An entry that is to be written, and whose it is. */
export interface Outgoing {
  readonly write: Write
  readonly origin: { readonly id: string; readonly name: string }
  readonly isHead: boolean
}

/** A message as it is made: entries as they are held. */
export type Draft<Message extends KvMessage> = Message extends { entries: readonly WireEntry[] }
  ? Omit<Message, 'entries'> & { readonly entries: readonly Outgoing[] }
  : Message

export type AnyDraft = Draft<KvMessage>
