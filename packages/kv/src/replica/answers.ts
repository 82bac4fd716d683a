import { kvLimits } from '../limits.ts'
import { ENTRY_HEADER_BYTES } from '../wire/entry.ts'
import type { ChunkMessage, Draft, Outgoing, PullMessage } from '../wire/message-types.ts'
import type { SeenOrigin } from '../wire/vector.ts'
import type { ReplicaCore } from './core.ts'
import type { Held } from './held.ts'
import type { Intervals } from './intervals.ts'
import type { Origin } from './origins.ts'
import type { Peer } from './peers.ts'

const NOTHING = new Uint8Array(0)

/**
 * The answering side of anti-entropy: what the log has after the asker's cursor, and the asker has
 * not seen. It keeps nothing between two questions; the asker remembers where it was.
 */
export class Answers {
  private readonly core: ReplicaCore
  private under = 0

  constructor(core: ReplicaCore) {
    this.core = core
  }

  /** Bound: one answer to each peer, and `limits.answers` to all, are on their way at a time. */
  answer(peer: Peer, pull: PullMessage): void {
    if (peer.isAnswering || this.under >= kvLimits.answers) {
      this.core.refuse('overload', peer.name)
      return
    }
    const chunk = this.chunk(pull)
    peer.isAnswering = this.core.send(peer.name, chunk, 'chunk')
    if (peer.isAnswering) this.under++
  }

  finished(peer: Peer | undefined): void {
    this.under--
    if (peer !== undefined) peer.isAnswering = false
  }

  private chunk(pull: PullMessage): Draft<ChunkMessage> {
    const { core } = this
    const { state, boot } = core
    const seen = new Map(pull.vector.map((origin) => [origin.id, origin.seen]))
    const isFirst = pull.isFirst || pull.boot !== boot
    const isFull = pull.isFull || (isFirst && !hasSeenPurged(state.origins, seen))
    const start = isFirst && (isFull || pull.boot !== boot) ? 0 : pull.cursor
    const filling = new Filling(pull, seen, isFull)
    const cursor = filling.fill(core, Math.min(start, core.durableEnd))
    const isFinal = cursor === core.durableEnd
    return {
      type: 'chunk',
      request: pull.request,
      boot,
      end: state.log.end,
      purges: state.purges,
      isFirst,
      isFull,
      isFinal,
      isWithheld: filling.isWithheld,
      cursor,
      partOf: filling.partOf,
      offset: filling.offset,
      purgedStamp: state.purgedStamp,
      forgotten: state.origins.forgotten,
      vector: isFirst || (isFull && isFinal) ? core.vector() : [],
      entries: filling.entries,
      part: filling.part,
    }
  }
}

/** Whether a vector has all the tombstones that were purged here. */
export function hasSeenPurged(
  origins: Iterable<Origin>,
  seen: ReadonlyMap<string, Intervals>,
): boolean {
  for (const origin of origins) {
    if (origin.purged === 0) continue
    if (seen.get(origin.id)?.covers(origin.seen, origin.purged) !== true) return false
  }
  return true
}

export function seenById(vector: readonly SeenOrigin[]): Map<string, Intervals> {
  return new Map(vector.map(({ id, seen }) => [id, seen]))
}

/** One answer being filled. */
class Filling {
  readonly entries: Outgoing[] = []
  isWithheld = false
  partOf = 0
  offset = 0
  part: Uint8Array = NOTHING
  private bytes = 0
  private room: number
  private readonly seen: ReadonlyMap<string, Intervals>
  private readonly isFull: boolean
  private readonly askedOffset: number

  constructor(pull: PullMessage, seen: ReadonlyMap<string, Intervals>, isFull: boolean) {
    this.room = pull.room
    this.seen = seen
    this.isFull = isFull
    this.askedOffset = pull.offset
  }

  fill({ state, durableEnd }: ReplicaCore, cursor: number): number {
    return state.log.visit(cursor, durableEnd, kvLimits.scanEntries, (held) => this.add(held))
  }

  /** False when there is no place for it any more. */
  private add(held: Held): boolean {
    if (this.partOf > 0) return false
    const isKnown = this.seen.get(held.origin.id)?.has(held.sequence) === true
    if (isKnown && !this.isFull) return true
    const valueBytes = held.value?.length ?? 0
    const isWithheld = !isKnown && valueBytes > this.room
    if (isWithheld) this.isWithheld = true
    if (isWithheld && !this.isFull) return true
    if (isKnown || isWithheld) return this.push(held, true, 0)
    if (valueBytes > kvLimits.messageBytes / 2) return this.addPart(held, valueBytes)
    if (!this.push(held, false, valueBytes)) return false
    this.room -= valueBytes
    return true
  }

  private push(held: Held, isHead: boolean, valueBytes: number): boolean {
    const size = ENTRY_HEADER_BYTES + held.keyBytes + valueBytes
    if (this.entries.length > 0 && this.bytes + size > kvLimits.messageBytes) return false
    this.entries.push({ write: held, origin: held.origin, isHead })
    this.bytes += size
    return true
  }

  /** A large value is alone in its messages but for what came before it; its last part ends it. */
  private addPart(held: Held, valueBytes: number): boolean {
    if (this.entries.length > 0 || held.value === undefined) return false
    this.push(held, true, 0)
    this.partOf = valueBytes
    this.offset = this.askedOffset < valueBytes ? this.askedOffset : 0
    this.part = held.value.subarray(this.offset, this.offset + kvLimits.messageBytes)
    return this.offset + this.part.length === valueBytes
  }
}
