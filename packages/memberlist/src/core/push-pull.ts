import type { PushPullNodeView } from '../wire/push-pull.ts'
import { EMPTY } from '../wire/span.ts'
import { saysTheSame } from './alive.ts'
import type { Core } from './core.ts'
import { isSamePart, partOf, partsOf } from './digest.ts'
import type { NodeRecord } from './registry.ts'
import { ALIVE, DEAD, LEFT } from './state.ts'
import { nobody, StateEncoder } from './state-encoder.ts'
import type { StateMerge } from './state-merge.ts'

/** A push/pull with a random member that is alive, if there is one. */
export function askAnyone(core: Core): void {
  const { members, effects, self } = core
  const isAliveOther = (slot: number): boolean => slot !== self && members.state(slot) === ALIVE
  members.pick('push-pull-target', 1, target, isAliveOther)
  for (const slot of target) {
    effects.openStream({ kind: 'push-pull', record: members.record(slot) })
  }
}

const target: number[] = []

/**
 * A push/pull that we begin. As part of a join it is Go's: both tell all that they know. Else, since
 * most of the time both know the same, and a thousand members are 14 KB each way:
 *
 *   we ask        a push/pull without members, but with the digest of our table
 *   the peer      tells the parts that differ, with its own digest; a Go program, which passes over
 *                 a digest, tells all
 *   we tell       only where we know something that it does not: a second push/pull, with just
 *                 that, and with the peer's own digest, so that it tells nothing again
 *
 * Each of them is a push/pull as Go has it. The outcome is that of telling all.
 */
export class PushPull {
  /** What to send first. */
  readonly request: StateEncoder
  private readonly core: Core
  /** The digest that we sent, and wait for an answer to; undefined: what is answered is the end. */
  private asked: Uint8Array | undefined
  /** Of members that the peer told of, by slot: whether we know more than it does. */
  private readonly isNews = new Map<number, boolean>()

  constructor(core: Core, join: boolean, userState: Uint8Array) {
    this.core = core
    if (join || !core.rules.digests) {
      this.request = new StateEncoder(core, { join, userState })
      return
    }
    const digest = core.digest.of(core.digest.parts)
    this.asked = digest
    this.request = new StateEncoder(core, { join, userState, digest, tells: nobody })
  }

  /** Before what the peer answered to the request is taken. */
  listen(merge: StateMerge): void {
    if (this.asked !== undefined) merge.taken = this.hear
  }

  /** What to send next, once that was taken; undefined: the peer knows what we know. */
  followUp(merge: StateMerge): StateEncoder | undefined {
    const { core, asked, isNews } = this
    if (asked === undefined) return undefined
    this.asked = undefined
    if (merge.digest.equals(asked)) return undefined
    const { members } = core
    const isEqual = comparison(asked, merge)
    const tells = (slot: number, record: NodeRecord): boolean =>
      !isEqual(record) && (isNews.get(slot) ?? !members.isGone(slot))
    let isNeeded = false
    members.forEach((slot, record) => {
      isNeeded ||= tells(slot, record)
    })
    if (!isNeeded) return undefined
    const digest = partsOf(merge.digest) > 0 ? merge.digest.copy() : EMPTY
    return new StateEncoder(core, { join: false, userState: EMPTY, digest, tells })
  }

  /** Also what contradicts: the member itself, when it is the peer, has to hear of a forgery. */
  private readonly hear = (node: PushPullNodeView): void => {
    const { members } = this.core
    const slot = members.find(node.name.bytes, node.name.start, node.name.end)
    if (slot < 0) return
    const ours = members.incarnation(slot)
    const isWorse = gravity(members.state(slot)) > gravity(node.state)
    const isOther = isWorse || !saysTheSame(members.record(slot), node)
    const isAhead = ours > node.incarnation || (ours === node.incarnation && isOther)
    // To who holds it for gone, what we say of its end is no news.
    const areBothGone = members.isGone(slot) && gravity(node.state) === DEAD
    this.isNews.set(slot, isAhead && !areBothGone)
  }
}

/** Our side of a push/pull that a peer began: what its digest says that it knows is not told. */
export function answerTo(core: Core, merge: StateMerge, userState: Uint8Array): StateEncoder {
  const { join } = merge
  const parts = core.rules.digests ? partsOf(merge.digest) : 0
  if (parts === 0) return new StateEncoder(core, { join, userState })
  const digest = core.digest.of(parts)
  if (merge.digest.equals(digest)) {
    return new StateEncoder(core, { join, userState, digest, tells: nobody })
  }
  const isEqual = comparison(digest, merge)
  const tells = (_slot: number, record: NodeRecord): boolean => !isEqual(record)
  return new StateEncoder(core, { join, userState, digest, tells })
}

/** Whether the peer's table, by the digest that it sent, has that part just as ours. */
function comparison(ours: Uint8Array, { digest }: StateMerge): (record: NodeRecord) => boolean {
  const parts = partsOf(digest)
  if (parts !== partsOf(ours)) return () => false
  const theirs = digest.copy()
  return (record) => isSamePart(ours, theirs, partOf(record, parts))
}

/** Of what is said with the same incarnation, what prevails. */
function gravity(state: number): number {
  return state === DEAD || state === LEFT ? DEAD : state
}
