import { freemem } from 'node:os'

// Every member has a view of every other, so memory grows with the square. Measured as what the
// process held at the end of a bootstrap and of a joined run (see docs/simulator.md).

/** A runtime with nothing in it. */
const BASE_BYTES = 120e6
/** A member with its engine, queues and counters. */
const BYTES_PER_MEMBER = 60e3
/** One member's entry for another: the columns, the probe list, what is queued about it. */
export const BYTES_PER_PAIR = 64

/** What one run of so many members needs, in bytes. */
export function estimatedBytes(nodes: number): number {
  return BASE_BYTES + nodes * BYTES_PER_MEMBER + nodes * nodes * BYTES_PER_PAIR
}

/** What may be used: what is free, less a part that the system keeps. */
export function usableBytes(): number {
  const limit = process.constrainedMemory()
  // Without a limit it is 0, or a number beyond any memory.
  const bound = limit > 0 && limit < 2 ** 50 ? limit : Number.POSITIVE_INFINITY
  return Math.min(freemem(), bound) * 0.9
}
