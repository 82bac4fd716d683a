/**
 * Every draw that the protocol makes, by name, so that a recorded run can be replayed and a test
 * can decide one draw without touching the others.
 */
export type Draw =
  /** The place of a new member in the probe list. */
  | 'insert-position'
  /** Shuffling the probe list when it wraps. */
  | 'probe-order'
  /** Members to gossip to. */
  | 'gossip-target'
  /** Members asked for an indirect probe. */
  | 'indirect-target'
  /** The member to push/pull with. */
  | 'push-pull-target'
  /** The failed member to try again, and whether to try at all. */
  | 'reconnect-target'
  /** The random part before a periodic task first runs. */
  | 'stagger'
  /** Sequence numbers of pings: not to be guessed from outside. */
  | 'sequence'
  /** The seed of the name table's hash. */
  | 'hash-seed'

/** A whole number from 0 to below - 1, evenly spread. `below` is from 1 to 2^32. */
export type Random = (draw: Draw, below: number) => number
