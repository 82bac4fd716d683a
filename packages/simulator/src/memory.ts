import { freemem } from 'node:os'
import type { Scenario } from './scenario.ts'

// Every member has a view of every other, so memory grows with the square. Measured as the most that
// a process held in runs of 500 to 4,000 members, garbage that waits to be collected included.

/** A runtime with nothing in it. */
const BASE_BYTES = 120e6
/** A member with its engine, queues and counters. */
const BYTES_PER_MEMBER = 60e3
/** One member's entry for another: the columns, the probe list, what is queued about it. */
const BYTES_PER_PAIR = 50
/** What the checkers remember of one member's entry for another. */
const CHECKED_BYTES_PER_PAIR = 600

/** What one run needs, in bytes, those that join in its course included. */
export function estimatedBytes({ nodes, steps, checkers }: Scenario): number {
  const joiners = steps.reduce((sum, step) => sum + (step.do === 'join' ? step.count : 0), 0)
  const members = nodes + joiners
  const isChecked = checkers === 'all' || checkers.length > 0
  const perPair = BYTES_PER_PAIR + (isChecked ? CHECKED_BYTES_PER_PAIR : 0)
  return BASE_BYTES + members * BYTES_PER_MEMBER + members * members * perPair
}

/** What may be used: what is free, less a part that the system keeps. */
export function usableBytes(): number {
  const limit = process.constrainedMemory()
  // Without a limit it is 0, or a number beyond any memory.
  const bound = limit > 0 && limit < 2 ** 50 ? limit : Number.POSITIVE_INFINITY
  return Math.min(freemem(), bound) * 0.9
}
