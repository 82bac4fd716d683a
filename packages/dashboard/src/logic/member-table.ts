import type { Member, MemberState } from '../api/types.ts'
import { shownBytes } from './bytes.ts'
import { formatAddress } from './format.ts'

export const memberColumns = [
  'state',
  'name',
  'address',
  'roundTrip',
  'incarnation',
  'meta',
  'protocol',
] as const
export type MemberColumn = (typeof memberColumns)[number]

export interface MemberOrder {
  readonly column: MemberColumn
  readonly descending: boolean
}

export interface MemberFilter {
  /** Words, all of which a member must have somewhere. */
  readonly search: string
  /** States to show; empty: all. */
  readonly states: ReadonlySet<MemberState>
}

/** What an operator must see first. */
const urgency: Readonly<Record<MemberState, number>> = { failed: 0, suspect: 1, alive: 2, left: 3 }

const collator = new Intl.Collator('en', { numeric: true })

/** @param missing what stands for a value that is not known, so that those come last */
type Compare = (a: Member, b: Member, missing: number) => number

const comparisons: Readonly<Record<MemberColumn, Compare>> = {
  state: (a, b) => urgency[a.state] - urgency[b.state],
  name: (a, b) => collator.compare(a.name, b.name),
  address: (a, b) => collator.compare(a.host, b.host) || a.port - b.port,
  roundTrip: (a, b, missing) => (a.roundTripMs ?? missing) - (b.roundTripMs ?? missing),
  incarnation: (a, b) => a.incarnation - b.incarnation,
  meta: (a, b) => collator.compare(shownBytes(a.meta), shownBytes(b.meta)),
  protocol: (a, b) => a.protocol.current - b.protocol.current,
}

/** A sorted copy; members that are equal by the column are in the order of their names. */
export function sortMembers(members: readonly Member[], order: MemberOrder): Member[] {
  const compare = comparisons[order.column]
  const sign = order.descending ? -1 : 1
  const missing = sign * Number.MAX_VALUE
  return [...members].sort(
    (a, b) => sign * compare(a, b, missing) || collator.compare(a.name, b.name),
  )
}

export function filterMembers(members: readonly Member[], filter: MemberFilter): Member[] {
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean)
  return members.filter((member) => {
    if (filter.states.size > 0 && !filter.states.has(member.state)) return false
    if (words.length === 0) return true
    const text = searchText(member)
    return words.every((word) => text.includes(word))
  })
}

// Snapshots are immutable, so that the text is made once; bounded by the snapshots that are alive.
const texts = new WeakMap<Member, string>()

function searchText(member: Member): string {
  const made = texts.get(member)
  if (made !== undefined) return made
  const address = formatAddress(member.host, member.port)
  const text = `${member.name}\n${address}\n${shownBytes(member.meta)}`.toLowerCase()
  texts.set(member, text)
  return text
}

export function countStates(members: Iterable<Member>): Record<MemberState, number> {
  const counts = { alive: 0, suspect: 0, failed: 0, left: 0 }
  for (const { state } of members) counts[state]++
  return counts
}

/**
 * Whether what an event tells of a member is no older than what is known: the event may be from
 * the agent's log, told again after a lost connection.
 */
export function isNoOlder(told: Member, known: Member): boolean {
  if (told.incarnation !== known.incarnation) return told.incarnation > known.incarnation
  return told.since === undefined || known.since === undefined || told.since >= known.since
}
