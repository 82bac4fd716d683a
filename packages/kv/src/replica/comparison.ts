import { kvLimits } from '../limits.ts'
import type { ChunkMessage } from '../wire/message-types.ts'
import type { ReplicaCore } from './core.ts'
import type { Held } from './held.ts'
import type { Claims, Pass } from './pass.ts'
import { compareStamps, laterStamp } from './stamp.ts'

/**
 * The end of a pass in which the peer told of all that it has, since it had purged tombstones that
 * we have not seen: we were away for longer than their life. Of each key that we have and it has not:
 *
 * - the peer has seen this very write, so it knows that it is over: **dropped** here;
 * - the peer has not seen it, and it is later than all that the peer purged: an ordinary write on
 *   its way, **kept**;
 * - the peer has not seen it, and it is as old as what was purged. It was acknowledged here and
 *   nobody there has it, so it must not be lost; and it may be older than a delete that is already
 *   forgotten, so it cannot go out as it is. It is **written anew** with a stamp just after
 *   all that was purged: by its origin, or by us where its origin is not there.
 *
 * So what was deleted never comes back, as the delete is known to have been of that very write; and
 * a write that nobody but the absent ones had ever seen survives.
 */
export function concludeFull(
  core: ReplicaCore,
  pass: Pass,
  claims: Claims,
  { purgedStamp, forgotten, vector }: ChunkMessage,
): void {
  const { state, peers } = core
  const over: Held[] = []
  const lost: Held[] = []
  for (const held of state.entries.values()) {
    if (held.isTombstone || pass.listed.has(held.key)) continue
    const seen = claims.seen.get(held.origin.id)
    if (seen?.has(held.sequence) === true) over.push(held)
    else if (seen === undefined && compareStamps(held.stamp, forgotten) <= 0) over.push(held)
    else if (compareStamps(held.stamp, purgedStamp) <= 0) {
      const isOwn = held.origin === state.self
      if (isOwn || !peers.isPresent(held.origin.id)) lost.push(held)
    }
  }
  for (const held of over) state.drop(held)
  state.purgedStamp = laterStamp(state.purgedStamp, purgedStamp)
  for (const held of lost) {
    state.reissue(held, core.at.wallMs)
    core.counters.reissued++
  }
  for (const { id, name, purged } of vector) {
    if (purged === 0) continue
    if (state.origins.get(id) === undefined && state.origins.size >= kvLimits.origins) continue
    const origin = state.origins.intern(id, name)
    origin.purged = Math.max(origin.purged, purged)
  }
  state.markUnsaved()
}
