import { batch, computed, signal } from '@preact/signals'
import { EventStream, type StreamState } from '../api/event-stream.ts'
import { KeyApi } from '../api/kv.ts'
import type { KeyChange, KeyEntry } from '../api/types.ts'
import { objectOf } from '../logic/json.ts'
import { applyChange } from '../logic/key-list.ts'
import { browserClock } from './clock.ts'
import { client } from './session.ts'

const pageSize = 200
/** Keys that are listed at a time; for further ones a prefix is asked for. */
const maxListed = 5_000

export const keyApi = new KeyApi(client)

export const prefix = signal('')
/** Undefined until the first page is there. */
export const entries = signal<readonly KeyEntry[] | undefined>(undefined)
/** Where the next page begins. */
const next = signal<string | undefined>(undefined)
export const hasMore = computed(
  () => next.value !== undefined && (entries.value?.length ?? 0) < maxListed,
)
export const listProblem = signal<unknown>(undefined)
export const isWatching = signal(true)
export const watchState = signal<StreamState>({ phase: 'stopped' })
/** Keys that changed while they were watched, by version; they are marked for a moment. */
export const changed = signal<ReadonlySet<string>>(new Set())

let latest = 0

/** Reads the first page of what begins with the prefix. */
export async function listKeys(): Promise<void> {
  const asked = ++latest
  try {
    const page = await keyApi.list(prefix.value, pageSize)
    if (asked !== latest) return
    batch(() => {
      entries.value = page.entries
      next.value = page.next
      listProblem.value = undefined
    })
  } catch (error) {
    if (asked === latest) listProblem.value = error
  }
}

export async function listMore(): Promise<void> {
  const [asked, after] = [latest, next.value]
  if (after === undefined) return
  try {
    const page = await keyApi.list(prefix.value, pageSize, after)
    // A change of the prefix meanwhile makes the answer one to another question.
    if (asked !== latest || after !== next.value) return
    batch(() => {
      entries.value = [...(entries.value ?? []), ...page.entries]
      next.value = page.next
    })
  } catch (error) {
    listProblem.value = error
  }
}

/** Keeps the list as it is at the agent until told to stop. */
export function watchKeys(): () => void {
  const watched = prefix.value
  const stream = new EventStream({
    clock: browserClock,
    random: Math.random,
    open: (headers, signal) => keyApi.watch(watched, { headers, signal }),
    onState: (state) => {
      watchState.value = state
      if (state.phase === 'open') void listKeys()
    },
    onMessage: ({ data }) => {
      const told = objectOf(data) as KeyChange | undefined
      if (told?.type !== undefined) change(told)
    },
  })
  stream.start()
  return () => stream.stop()
}

function change(told: KeyChange): void {
  if (told.type === 'reset') return void listKeys()
  if (entries.value === undefined) return
  const now = new Date().toISOString()
  entries.value = applyChange(entries.value, told, next.value, now).slice(0, maxListed)
  mark(told.version)
}

const markMs = 1_500

function mark(version: string): void {
  changed.value = new Set([...changed.value, version])
  setTimeout(() => {
    changed.value = new Set([...changed.value].filter((each) => each !== version))
  }, markMs)
}
