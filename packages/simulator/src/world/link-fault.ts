/**
 * Something that is wrong with the ways between some members for a while. The network asks each
 * that is in force; those there are at a time are few, as many as steps of the scenario.
 */
export class LinkFault {
  /** The share of packets that is lost on this way, now; 1 for a way that is cut. */
  readonly lossOf: (from: number, to: number, now: number) => number

  constructor(lossOf: (from: number, to: number, now: number) => number) {
    this.lossOf = lossOf
  }
}

/** Membership in a set as a column, looked up for every packet. */
export function columnOf(members: readonly number[], capacity: number): Uint8Array {
  const column = new Uint8Array(capacity)
  for (const member of members) column[member] = 1
  return column
}

/** Nothing passes between these and all others, either way. */
export function wholePartition(inside: Uint8Array): LinkFault {
  return new LinkFault((from, to) => (inside[from] === inside[to] ? 0 : 1))
}

/** These hear nothing from the others, but are heard. */
export function oneWayPartition(deaf: Uint8Array): LinkFault {
  return new LinkFault((from, to) => (deaf[to] === 1 && deaf[from] === 0 ? 1 : 0))
}

/** These and those cannot reach each other; all others can reach both. */
export function partialPartition(one: Uint8Array, other: Uint8Array): LinkFault {
  return new LinkFault((from, to) =>
    (one[from] === 1 && other[to] === 1) || (other[from] === 1 && one[to] === 1) ? 1 : 0,
  )
}

export function lossyLink(from: Uint8Array, to: Uint8Array, loss: number): LinkFault {
  return new LinkFault((sender, receiver) => (from[sender] === 1 && to[receiver] === 1 ? loss : 0))
}

/** Loss on the way in, out or both; in turns, where `offMs` is given, beginning with on. */
export function lossyMembers(
  members: Uint8Array,
  direction: 'in' | 'out' | 'both',
  loss: number,
  turns: { readonly since: number; readonly onMs: number; readonly offMs: number } | undefined,
): LinkFault {
  const isIn = direction !== 'out'
  const isOut = direction !== 'in'
  return new LinkFault((from, to, now) => {
    const affected = (isIn && members[to] === 1) || (isOut && members[from] === 1)
    if (!affected) return 0
    if (turns === undefined) return loss
    return (now - turns.since) % (turns.onMs + turns.offMs) < turns.onMs ? loss : 0
  })
}
