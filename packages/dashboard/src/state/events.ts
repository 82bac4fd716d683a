import { computed, signal } from '@preact/signals'
import type { AgentEvent } from '../api/types.ts'
import { appendBounded } from '../logic/bounded-list.ts'
import { eventDetail, filterEvents, type ListedEvent } from '../logic/event-filter.ts'
import { objectOf } from '../logic/json.ts'

/** More than the agent keeps itself. */
export const maxEvents = 2_000

export const events = signal<readonly ListedEvent[]>([])
export const kinds = signal<ReadonlySet<string>>(new Set())
export const eventSearch = signal('')
/** While the list is held, what is new waits in `events`. */
export const heldAt = signal<number | undefined>(undefined)

let last = 0

/** An event of the stream, ready to be listed; undefined for what is none. */
export function listed(json: string): ListedEvent | undefined {
  const event = objectOf(json) as AgentEvent | undefined
  if (typeof event?.event !== 'string' || typeof event.time !== 'string') return undefined
  return { id: ++last, event, json, detail: eventDetail(event) }
}

export function addEvents(more: readonly ListedEvent[]): void {
  events.value = appendBounded(events.value, more, maxEvents)
}

export const knownKinds = computed(() =>
  [...new Set([...events.value.map(({ event }) => event.event), ...kinds.value])].sort(),
)
/** The newest first. */
export const shownEvents = computed(() => {
  const until = heldAt.value
  const all = events.value
  const taken = until === undefined ? all : all.filter(({ id }) => id <= until)
  return filterEvents(taken, kinds.value, eventSearch.value).reverse()
})
/** How many came while the list was held. */
export const waiting = computed(() => {
  const until = heldAt.value
  return until === undefined ? 0 : events.value.filter(({ id }) => id > until).length
})

export function hold(isHeld: boolean): void {
  heldAt.value = isHeld ? last : undefined
}
