import { computed, signal } from '@preact/signals'
import type { AgentEvent, Member, MemberState } from '../api/types.ts'
import {
  countStates,
  filterMembers,
  isNoOlder,
  type MemberOrder,
  sortMembers,
} from '../logic/member-table.ts'

/** By name. Bounded by what the agent itself remembers. Undefined until it was read once. */
export const members = signal<ReadonlyMap<string, Member> | undefined>(undefined)

export const search = signal('')
export const states = signal<ReadonlySet<MemberState>>(new Set())
export const order = signal<MemberOrder>({ column: 'state', descending: false })

export const allMembers = computed(() => [...(members.value?.values() ?? [])])
export const stateCounts = computed(() => countStates(allMembers.value))
export const localMember = computed(() => allMembers.value.find(({ local }) => local))
export const suspects = computed(() => allMembers.value.filter(({ state }) => state === 'suspect'))
const found = computed(() =>
  filterMembers(allMembers.value, { search: search.value, states: states.value }),
)
export const shownMembers = computed(() => sortMembers(found.value, order.value))

export function replaceMembers(list: readonly Member[], now: number): void {
  members.value = new Map(list.map((member) => [member.name, withDeadline(member, now)]))
}

/** Suspects as they are now; a member that is suspect no more has its own event. */
export function refreshMembers(list: readonly Member[], now: number): void {
  if (members.value === undefined) return
  const next = new Map(members.value)
  for (const member of list) {
    const known = next.get(member.name)
    if (known === undefined || isNoOlder(member, known))
      next.set(member.name, withDeadline(member, now))
  }
  members.value = next
}

/** Takes over what events tell of members, many at a time. */
export function applyEvents(events: readonly AgentEvent[], now: number): void {
  if (members.value === undefined) return
  let next: Map<string, Member> | undefined
  for (const { event, member } of events) {
    if (member === undefined || event === 'conflict') continue
    const known = (next ?? members.value).get(member.name)
    if (known !== undefined && !isNoOlder(member, known)) continue
    next ??= new Map(members.value)
    if (event === 'forget') next.delete(member.name)
    // Events do not tell round trips: what is known of one holds until the next reading.
    else next.set(member.name, withDeadline({ roundTripMs: known?.roundTripMs, ...member }, now))
  }
  if (next !== undefined) members.value = next
}

/** What is left of a suspicion, by a clock that does not have to agree with the agent's. */
function withDeadline(member: Member, now: number): Member {
  const { suspicion } = member
  if (suspicion?.remainingMs === undefined) return member
  return { ...member, suspicion: { ...suspicion, deadlineAt: now + suspicion.remainingMs } }
}
