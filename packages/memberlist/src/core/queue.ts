import type { PacketBuilder } from '../wire/packet.ts'
import { AliveNews } from './alive-news.ts'
import type { Name } from './registry.ts'

/** What became of a broadcast: sent as often as it should be, replaced by a newer one, or shed. */
export type BroadcastOutcome = 'sent' | 'replaced' | 'shed'

/** One message that waits to be gossiped. */
export class Broadcast {
  /** What it is about: a newer broadcast of the same subject replaces this one. */
  readonly subject: Name | string | undefined
  readonly length: number
  readonly finished: ((outcome: BroadcastOutcome) => void) | undefined
  private readonly content: Uint8Array | AliveNews
  transmits = 0
  /** Sendings that others did for us: `fill` may count them as our own. */
  heard = 0
  id = 0
  /** Neighbours among all that wait, in the order in which they came. */
  older: Broadcast | undefined
  newer: Broadcast | undefined

  constructor(
    subject: Name | string | undefined,
    content: Uint8Array | AliveNews,
    finished?: (outcome: BroadcastOutcome) => void,
  ) {
    this.subject = subject
    this.content = content
    this.length = content.length
    this.finished = finished
  }

  /** False: it does not fit. */
  addTo(builder: PacketBuilder): boolean {
    const { content } = this
    return content instanceof AliveNews ? content.addTo(builder) : builder.add(content)
  }
}

/** How many wait in all the queues of a member: what is asked after each call, in one place. */
export class Backlog {
  count = 0
}

/**
 * The transmit-limited queue (Go: `TransmitLimitedQueue`). What was sent least goes first; among
 * equals the longest that still fits, then the newest.
 *
 *   tiers[0]  [ 61 B #2 ][ 61 B #9 ][ 90 B #7 ]     sent 0 times, the next to go at the end
 *   tiers[1]  [ 88 B #1 ]                           sent once
 *
 * Bound: `maxCount` and `maxBytes`. When full, the oldest goes, so that the newest is kept; it is
 * told as `shed`.
 */
export class TransmitLimitedQueue {
  private readonly tiers: Broadcast[][] = []
  private readonly bySubject = new Map<Name | string, Broadcast>()
  private count = 0
  private oldest: Broadcast | undefined
  private newest: Broadcast | undefined
  private readonly maxCount: number
  private readonly maxBytes: number
  private readonly backlog: Backlog
  private readonly moved: Broadcast[] = []
  private nextId = 1
  private totalBytes = 0
  shed = 0

  constructor(maxCount: number, maxBytes: number, backlog: Backlog) {
    this.maxCount = maxCount
    this.maxBytes = maxBytes
    this.backlog = backlog
  }

  get length(): number {
    return this.count
  }

  get bytes(): number {
    return this.totalBytes
  }

  /** Whether a message about this waits. */
  has(subject: Name | string): boolean {
    return this.bySubject.has(subject)
  }

  add(broadcast: Broadcast): void {
    if (broadcast.subject !== undefined) {
      const older = this.bySubject.get(broadcast.subject)
      if (older !== undefined) {
        this.remove(older)
        older.finished?.('replaced')
      }
      this.bySubject.set(broadcast.subject, broadcast)
    }
    broadcast.id = this.nextId++
    this.insert(broadcast)
    this.append(broadcast)
    while (this.count > this.maxCount || this.totalBytes > this.maxBytes) this.shedOldest()
  }

  /** Others know what we have queued about this: it is worth so many sendings of ours. */
  heard(subject: Name | string, sendings: number): void {
    const broadcast = this.bySubject.get(subject)
    if (broadcast !== undefined) broadcast.heard += sendings
  }

  /**
   * Fills the packet with what fits, leaving `keep` bytes of its room free. Each counts as sent
   * once, and goes out of the queue at `limit` times.
   * @param countHeard what others were heard telling counts as sent by us
   */
  fill(builder: PacketBuilder, limit: number, keep: number, countHeard = false): void {
    if (this.count === 0) return
    const moved = this.moved
    for (const tier of this.tiers) {
      while (tier.length > 0) {
        const place = lastThatFits(tier, builder.room - keep)
        if (place < 0) break
        const broadcast = tier[place]
        if (countHeard && broadcast.heard > 0) {
          removeAt(tier, place)
          this.moveOn(broadcast, broadcast.heard, limit)
          continue
        }
        if (!broadcast.addTo(builder)) break
        moved.push(broadcast)
        removeAt(tier, place)
      }
    }
    for (const broadcast of moved) this.moveOn(broadcast, 1, limit)
    moved.length = 0
  }

  /** Empties the queue; what waited is told as shed, the oldest first. */
  clear(): void {
    const first = this.oldest
    this.shed += this.count
    this.backlog.count -= this.count
    this.oldest = undefined
    this.newest = undefined
    this.count = 0
    this.bySubject.clear()
    this.tiers.length = 0
    this.totalBytes = 0
    for (let each = first; each !== undefined; each = each.newer) each.finished?.('shed')
  }

  /** Lets go of what fits no packet, so that it does not wait for good. */
  shedLongerThan(maxBytes: number): void {
    let each = this.oldest
    while (each !== undefined) {
      const { newer } = each
      if (each.length > maxBytes) this.shedOne(each)
      each = newer
    }
  }

  /** So many sendings more; it is in no tier now. */
  private moveOn(broadcast: Broadcast, sendings: number, limit: number): void {
    broadcast.transmits += sendings
    broadcast.heard = 0
    if (broadcast.transmits >= limit) this.finish(broadcast)
    else this.insert(broadcast)
  }

  private finish(broadcast: Broadcast): void {
    this.forget(broadcast)
    broadcast.finished?.('sent')
  }

  private insert(broadcast: Broadcast): void {
    while (this.tiers.length <= broadcast.transmits) this.tiers.push([])
    const tier = this.tiers[broadcast.transmits]
    insertAt(tier, placeOf(tier, broadcast), broadcast)
  }

  private remove(broadcast: Broadcast): void {
    const tier = this.tiers[broadcast.transmits]
    removeAt(tier, placeOf(tier, broadcast))
    this.forget(broadcast)
  }

  private append(broadcast: Broadcast): void {
    broadcast.older = this.newest
    if (this.newest === undefined) this.oldest = broadcast
    else this.newest.newer = broadcast
    this.newest = broadcast
    this.count++
    this.backlog.count++
    this.totalBytes += broadcast.length
  }

  private unlink(broadcast: Broadcast): void {
    const { older, newer } = broadcast
    if (older === undefined) this.oldest = newer
    else older.newer = newer
    if (newer === undefined) this.newest = older
    else newer.older = older
    broadcast.older = undefined
    broadcast.newer = undefined
    this.count--
    this.backlog.count--
    this.totalBytes -= broadcast.length
  }

  private forget(broadcast: Broadcast): void {
    this.unlink(broadcast)
    const { subject } = broadcast
    if (subject !== undefined && this.bySubject.get(subject) === broadcast) {
      this.bySubject.delete(subject)
    }
  }

  private shedOldest(): void {
    if (this.oldest !== undefined) this.shedOne(this.oldest)
  }

  private shedOne(broadcast: Broadcast): void {
    this.remove(broadcast)
    this.shed++
    broadcast.finished?.('shed')
  }
}

/** Where it stands or belongs in its tier: the shortest first, then the oldest. */
function placeOf(tier: readonly Broadcast[], broadcast: Broadcast): number {
  let low = 0
  let high = tier.length
  const size = broadcast.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = tier[middle]
    const before = other.length < size || (other.length === size && other.id < broadcast.id)
    if (before) low = middle + 1
    else high = middle
  }
  return low
}

/** The longest that fits, of equals the newest; -1 when none does. */
function lastThatFits(tier: readonly Broadcast[], room: number): number {
  if (tier[tier.length - 1].length <= room) return tier.length - 1
  let low = 0
  let high = tier.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (tier[middle].length <= room) low = middle + 1
    else high = middle
  }
  return low - 1
}

// By hand, since `splice` makes an array of what it takes out. Most of it happens near the end.

function insertAt(tier: Broadcast[], place: number, broadcast: Broadcast): void {
  tier.push(broadcast)
  for (let index = tier.length - 1; index > place; index--) tier[index] = tier[index - 1]
  tier[place] = broadcast
}

function removeAt(tier: Broadcast[], place: number): void {
  const last = tier.length - 1
  for (let index = place; index < last; index++) tier[index] = tier[index + 1]
  tier.pop()
}
