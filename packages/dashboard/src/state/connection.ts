import { batch, computed, signal } from '@preact/signals'
import { EventStream, type StreamState } from '../api/event-stream.ts'
import { ApiProblem, problemOfError } from '../api/problem.ts'
import type { AgentEvent, Member } from '../api/types.ts'
import type { ListedEvent } from '../logic/event-filter.ts'
import { announceEvents } from './announcements.ts'
import { browserClock, clockAhead } from './clock.ts'
import { addEvents, listed } from './events.ts'
import { pollHistory } from './history.ts'
import { allMembers, applyEvents, refreshMembers, replaceMembers, suspects } from './members.ts'
import { repeat } from './repeat.ts'
import { client, signIn } from './session.ts'
import { followSpread } from './spread.ts'
import { pollStats } from './stats.ts'

export const stream = signal<StreamState>({ phase: 'stopped' })
/** When the agent was last heard of, by this browser's clock. */
export const heardAt = signal(0)
/** Whether what is shown is as it is now. */
export const isLive = computed(() => stream.value.phase === 'open')
/** Whether anything could be read yet. */
export const hasData = computed(() => heardAt.value > 0)

let polling: AbortController | undefined
let waitingEvents: ListedEvent[] = []
let flushTimer: ReturnType<typeof setTimeout> | undefined

const events = new EventStream({
  clock: browserClock,
  random: Math.random,
  // All that the agent keeps, the first time.
  open: (headers, signal) => client.call('v1/events?after=0', { headers, signal }),
  onMessage: ({ data }) => {
    const event = listed(data)
    if (event === undefined) return
    waitingEvents.push(event)
    // Many events in a moment are one change of the page.
    if (flushTimer === undefined) flushTimer = setTimeout(flush, 100)
  },
  onState: (state) => {
    stream.value = state
    if (state.phase === 'open') opened()
    else stopPolling()
  },
})

export function connect(): void {
  signIn.value = 'none'
  events.start()
}

/** How long a page that nobody sees keeps its connection. */
const hiddenMs = 60_000

/**
 * A browser has six connections to an agent for all its tabs together: those that nobody looks at
 * let go of theirs, and go on where they were when somebody does.
 */
export function restWhileHidden(): void {
  let timer: ReturnType<typeof setTimeout> | undefined
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer)
    if (document.hidden) timer = setTimeout(() => events.stop(), hiddenMs)
    else if (stream.value.phase === 'stopped') connect()
  })
}

let isCatchingUp = true

function opened(): void {
  stopPolling()
  polling = new AbortController()
  const { signal } = polling
  isCatchingUp = true
  repeat(readAll, () => (allMembers.value.length > 300 ? 10_000 : 5_000), signal, lost)
  repeat(pollSuspects, () => 1_000, signal, lost)
  repeat(pollStats, () => 3_000, signal, lost)
  repeat(pollHistory, () => 2_000, signal, notThere)
}

function stopPolling(): void {
  polling?.abort()
  polling = undefined
}

/** Everything that events do not tell: round trips, and what was missed. */
export async function readAll(signal?: AbortSignal): Promise<void> {
  const response = await client.call('v1/members', { signal, timeoutMs: 5_000 })
  const list = (await response.json()) as Member[]
  batch(() => {
    const date = Date.parse(response.headers.get('date') ?? '')
    // The header has whole seconds, so that less than one says nothing.
    const ahead = date - Date.now()
    clockAhead.value = Math.abs(ahead) > 1_500 ? ahead : 0
    heardAt.value = Date.now()
    replaceMembers(list, Date.now())
  })
  isCatchingUp = false
}

/** Deadlines of suspects come nearer with each confirmation. */
async function pollSuspects(signal: AbortSignal): Promise<void> {
  if (suspects.value.length === 0) return
  refreshMembers(await client.json<Member[]>('v1/members?state=suspect', { signal }), Date.now())
}

function flush(): void {
  flushTimer = undefined
  const fresh = waitingEvents
  waitingEvents = []
  const told: AgentEvent[] = fresh.map(({ event }) => event)
  batch(() => {
    heardAt.value = Date.now()
    addEvents(fresh)
    applyEvents(told, Date.now())
    followSpread(told)
  })
  // What happened before the page came is in the list; it is no news.
  if (!isCatchingUp) announceEvents(told)
}

/** A poll without an answer means that the stream is as good as lost. */
function lost(error: unknown): void {
  const problem = problemOfError(error)
  if (problem.isUnreachable) events.lost(problem)
}

/** What an agent of another version does not have is shown as missing, and not as lost. */
function notThere(error: unknown): void {
  if (!(error instanceof ApiProblem) || error.status !== 404) lost(error)
}
