import { kvLimits } from '../limits.ts'
import type { ChunkMessage } from '../wire/message-types.ts'
import type { ReplicaCore } from './core.ts'
import type { Held } from './held.ts'
import type { Claims, Pass } from './pass.ts'
import { compareStamps, laterStamp } from './stamp.ts'

/** Of the members that are asked before an entry is written anew, so many at the most. */
const MOST_ASKED = 32

/**
 * The end of a pass in which the peer told of all that it has, since it had purged tombstones that
 * we have not seen: we were away for longer than their life. Of each key that we have and it has not:
 *
 * - the peer has seen this very write, so it knows that it is over: **dropped** here;
 * - the peer has not seen it, and it is later than all that the peer purged: an ordinary write on
 *   its way, **kept**;
 * - the peer has not seen it, and it is as old as what was purged. It was acknowledged and must not
 *   be lost; and it may be older than a delete that is already forgotten, so it cannot go out as it
 *   is. Others may know that it is over: the pass stays **open** until all that are here have been
 *   asked since. If none does, it is **written anew** with a stamp just after all that was purged: by
 *   its origin, or by us where its origin is not here.
 *
 * So what was deleted never comes back, as the delete is known to have been of that very write; and
 * a write that nobody but the absent ones had ever seen survives.
 *
 * @returns false while something is open: then what the peer has seen must not become ours
 */
export function concludeFull(
  core: ReplicaCore,
  pass: Pass,
  claims: Claims,
  { purgedStamp, forgotten, vector }: ChunkMessage,
): boolean {
  const { state } = core
  const over: Held[] = []
  const open: Held[] = []
  for (const held of state.entries.values()) {
    if (held.isTombstone || pass.listed.has(held.key)) continue
    const seen = claims.seen.get(held.origin.id)
    if (seen?.has(held.sequence) === true) over.push(held)
    else if (seen === undefined && compareStamps(held.stamp, forgotten) <= 0) over.push(held)
    else if (compareStamps(held.stamp, purgedStamp) <= 0) open.push(held)
  }
  for (const held of over) state.drop(held)
  state.purgedStamp = laterStamp(state.purgedStamp, purgedStamp)
  const stillOpen = open.filter((held) => !writtenAnew(core, held, pass.startedAt))
  for (const { id, name, purged } of vector) {
    if (purged === 0) continue
    if (state.origins.get(id) === undefined && state.origins.size >= kvLimits.origins) continue
    const origin = state.origins.intern(id, name)
    origin.purged = Math.max(origin.purged, purged)
  }
  state.markUnsaved()
  return stillOpen.length === 0
}

/** Whether all were asked, and it is for us to do; then it is done. */
function writtenAnew(core: ReplicaCore, held: Held, startedAt: number): boolean {
  const { state, peers, at } = core
  if (held.openSince === undefined) held.openSince = startedAt
  const since = held.openSince
  core.openSince = Math.max(core.openSince, since)
  const isOurs = held.origin === state.self || !peers.isPresent(held.origin.id)
  if (!isOurs) return false
  const asked = peers.speakers.slice(0, MOST_ASKED)
  if (asked.some((peer) => peer.concludedAt < since)) return false
  state.reissue(held, at.wallMs)
  core.counters.reissued++
  return true
}
