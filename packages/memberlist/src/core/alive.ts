import { limits } from '../limits.ts'
import type { AliveView } from '../wire/alive.ts'
import type { Span } from '../wire/span.ts'
import { endSuspicion } from './accusation.ts'
import { aliveNews } from './alive-news.ts'
import type { Core } from './core.ts'
import { MAX_STREAM_INCARNATION } from './formulas.ts'
import { Broadcast } from './queue.ts'
import { announceSelf, isPlausible, isPlausibleOfUs, refute } from './refute.ts'
import { type NodeRecord, recordOf } from './registry.ts'
import { ALIVE, DEAD, LEFT, SUSPECT } from './state.ts'

/**
 * alive(name, incarnation, address, meta, versions), from a packet or as an entry of a push/pull.
 * Go: `aliveNode`.
 *
 *   the look     same member, same address, nothing newer        -> dropped, nothing decoded
 *   refused      unusable, versions impossible or not for us, veto, allow list, conflict, implausible
 *   about us     ours already -> ignored; else refuted
 *   news         taken, passed on, told as join, alive or update
 *
 * @param host where it came from; `port` is 0 when it came by a stream, where the port says nothing
 */
export function alive(core: Core, claim: AliveView, host: string, port: number): void {
  const { members, settings, hooks } = core
  const { node, address, versions } = claim
  if (claim.port === 0 || settings.protocolVersion < 2) claim.port = core.bindPort
  const slot = members.find(node.bytes, node.start, node.end)
  if (slot >= 0 && slot !== core.self && claim.incarnation <= members.incarnation(slot)) {
    const record = members.record(slot)
    if (record.sameAddress(address, claim.port)) {
      core.counters.known++
      const isAsKnown = claim.incarnation === members.incarnation(slot)
      // What waits about one that is alive can only be an alive message.
      if (isAsKnown && members.state(slot) === ALIVE && core.membership.length > 0) {
        core.membership.heard(record.name, core.catchUp.worthOfHearing(port === 0))
      }
      if (isAsKnown && port === 0 && !saysTheSame(record, claim)) core.reconnects.doubt(record)
      return
    }
  }
  if (slot === core.self && core.leaving) return
  if (hooks.allowsAddress !== undefined && !hooks.allowsAddress(host)) {
    core.reject('address-not-allowed', host, port)
    return
  }
  if (!isUsable(claim)) {
    core.reject('bad-member', host, port)
    return
  }
  if (!areVersionsPossible(versions) || (slot !== core.self && isForeign(core, versions))) {
    core.reject('version', host, port)
    return
  }
  // Interned for the time of the call; the table keeps it if the member is taken in.
  const name = core.registry.intern(node.bytes, node.start, node.end)
  core.registry.retain(name)
  if (versions.length < 6 && slot >= 0) {
    const known = members.record(slot).versionsOnWire
    if (known !== undefined) versions.set(known, 0, known.length)
  }
  const record = recordOf(core.registry.bytes, name, address, claim.port, claim.meta, versions)
  judge(core, record, claim.incarnation, host, port)
  core.registry.release(name)
}

/** Asks the application, where it wants to be asked, and goes on if it agrees. */
function judge(
  core: Core,
  record: NodeRecord,
  incarnation: number,
  host: string,
  port: number,
): void {
  const verdict = core.hooks.judgeAlive?.(record, incarnation, host, port) ?? 'accept'
  if (verdict === 'accept') takeAlive(core, record, incarnation, host, port)
  else if (verdict === 'later') core.registry.retain(record.name)
  else core.reject(verdict === 'refuse' ? 'vetoed' : 'overload', host, port)
}

/** An alive message that nobody objects to any more. */
export function takeAlive(
  core: Core,
  record: NodeRecord,
  incarnation: number,
  host: string,
  port: number,
): void {
  const { members } = core
  let slot = members.slotOf(record.name)
  const isSelf = slot >= 0 && slot === core.self
  if (isSelf && core.leaving) return
  const isNew = slot < 0
  let takesOver = false
  if (isNew) {
    if (!isWelcome(core, record, incarnation, host, port)) return
    slot = members.add(record, core.now)
  } else if (!sameAddress(members.record(slot), record)) {
    if (!isAllowed(core, record)) {
      core.reject('address-not-allowed', host, port)
      return
    }
    takesOver = mayTakeOver(core, slot, record, incarnation, host, port)
    if (!takesOver) {
      core.counters.conflicts++
      core.effects.tell({ type: 'conflict', slot, other: record })
      core.reject('name-conflict', host, port)
      return
    }
  }
  const known = members.incarnation(slot)
  if (isSelf ? incarnation < known : incarnation <= known && !takesOver) return
  const plausible = isSelf
    ? isPlausibleOfUs(core, incarnation, port)
    : isNew || isPlausible(core, incarnation, known) || isOwnWord(record, host, port)
  if (!plausible) {
    core.reject('incarnation-jump', host, port)
    if (!isSelf) {
      core.reconnects.doubt(members.record(slot))
      return
    }
  }
  if (isSelf) answerForSelf(core, record, incarnation, plausible)
  else adopt(core, slot, record, incarnation, port === 0)
}

/**
 * The same incarnation with the same contents is our own message on its way back. Anything else
 * is an earlier life of ours, or a forgery.
 */
function answerForSelf(
  core: Core,
  record: NodeRecord,
  incarnation: number,
  plausible: boolean,
): void {
  const own = core.selfRecord
  const same =
    incarnation === core.members.incarnation(core.self) &&
    equalBytes(record.metaBytes, own.metaBytes) &&
    equalBytes(record.versions, own.versions)
  if (!same) refute(core, incarnation, plausible)
}

function adopt(
  core: Core,
  slot: number,
  record: NodeRecord,
  incarnation: number,
  byStream: boolean,
): void {
  const { members, effects } = core
  endSuspicion(core, slot)
  const before = members.state(slot)
  const previous = members.record(slot)
  members.setRecord(slot, record)
  members.setIncarnation(slot, incarnation)
  if (before !== ALIVE) members.setState(slot, ALIVE, core.now)
  const broadcast = new Broadcast(record.name, aliveNews(record, incarnation))
  if (byStream) broadcast.heard = core.catchUp.worthOfSource
  core.membership.add(broadcast)
  core.counters.aliveMessages++
  if (before === DEAD || before === LEFT) {
    core.reconnects.memberIsBackOrLeft(record)
    effects.tell({ type: 'join', slot })
    return
  }
  if (before === SUSPECT) effects.tell({ type: 'alive', slot })
  if (previous !== record && !sameContents(previous, record)) {
    effects.tell({ type: 'update', slot, previous })
  }
}

/** The local member's own entry: alive from the first moment, and told to all. */
export function startSelf(core: Core, record: NodeRecord, incarnation: number): void {
  core.self = core.members.add(record, core.now)
  core.selfSpan.set(record.name.bytes, 0, record.name.bytes.length)
  core.members.setIncarnation(core.self, incarnation)
  core.members.setState(core.self, ALIVE, core.now)
  announceSelf(core)
}

/**
 * Of one incarnation there is one truth, and who holds another for it took a forgery, which the member
 * reached by itself without ever hearing of it: nothing that others say would put it right.
 */
export function saysTheSame(
  record: NodeRecord,
  { meta, versions }: Pick<AliveView, 'meta' | 'versions'>,
): boolean {
  return meta.equals(record.metaBytes) && (versions.length < 6 || versions.equals(record.versions))
}

function isUsable(claim: AliveView): boolean {
  const { node, address, meta } = claim
  return (
    node.length > 0 &&
    node.length <= limits.nameBytes &&
    (address.length === 4 || address.length === 16) &&
    meta.length <= limits.metaBytes
  )
}

function areVersionsPossible(versions: Span): boolean {
  if (versions.length < 3) return true
  const min = versions.bytes[versions.start]
  const max = versions.bytes[versions.start + 1]
  return min > 0 && max > 0 && min <= max
}

/**
 * Whether it and we could not understand each other. Beyond Go, which takes such a member by gossip and
 * then, with it in the table, refuses every push/pull: one forged or spoiled message about one
 * member is enough, and nobody learns anything by stream until that member is forgotten. About
 * ourselves it is taken as it comes, so that we refute it.
 */
function isForeign({ rules, selfRecord }: Core, { bytes, start, length }: Span): boolean {
  if (length < 6 || !rules.checkedVersions) return false
  const own = selfRecord.versions
  return (
    !isWithin(bytes[start + 2], own[0], own[1]) ||
    !isWithin(own[2], bytes[start], bytes[start + 1]) ||
    !isWithin(bytes[start + 5], own[3], own[4]) ||
    !isWithin(own[5], bytes[start + 3], bytes[start + 4])
  )
}

function isWithin(version: number, min: number, max: number): boolean {
  return version >= min && version <= max
}

function isWelcome(
  core: Core,
  record: NodeRecord,
  incarnation: number,
  host: string,
  port: number,
): boolean {
  if (!isAllowed(core, record)) {
    core.reject('address-not-allowed', host, port)
    return false
  }
  if (incarnation === 0) {
    core.reject('bad-member', host, port)
    return false
  }
  const plausible =
    isPlausible(core, incarnation, 0) ||
    (port === 0 && incarnation <= MAX_STREAM_INCARNATION) ||
    isOwnWord(record, host, port)
  if (!plausible) {
    core.reject('incarnation-jump', host, port)
    // By packet it may be anybody's word, and is not worth a stream.
    if (port === 0) core.reconnects.doubt(record)
    return false
  }
  if (core.members.size >= core.settings.maxMembers) {
    core.reject('overload', host, port)
    return false
  }
  return true
}

/** What a member says of itself, by a stream of its own. */
function isOwnWord(record: NodeRecord, host: string, port: number): boolean {
  return port === 0 && host === record.host
}

function isAllowed(core: Core, record: NodeRecord): boolean {
  return core.hooks.allowsAddress?.(record.host) ?? true
}

/**
 * A name may move to another address when it left, or is dead for longer than the reclaim time.
 * Beyond Go: with a reclaim time set, also at once when the dead member's next incarnation comes
 * from the new address itself.
 */
function mayTakeOver(
  core: Core,
  slot: number,
  record: NodeRecord,
  incarnation: number,
  host: string,
  port: number,
): boolean {
  const { members, settings } = core
  if (members.state(slot) === LEFT) return true
  if (members.state(slot) !== DEAD || settings.deadNodeReclaimMs === 0) return false
  if (core.now - members.since(slot) > settings.deadNodeReclaimMs) return true
  if (!core.rules.earlyReclaim) return false
  const fromItself = host === record.host && (port === 0 || port === record.port)
  return fromItself && incarnation > members.incarnation(slot)
}

function sameAddress(one: NodeRecord, other: NodeRecord): boolean {
  return one.port === other.port && equalBytes(one.address, other.address)
}

function sameContents(one: NodeRecord, other: NodeRecord): boolean {
  return (
    sameAddress(one, other) &&
    equalBytes(one.metaBytes, other.metaBytes) &&
    equalBytes(one.versions, other.versions)
  )
}

export function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one === other) return true
  if (one.length !== other.length) return false
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false
  return true
}
