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
/** How many keys are shown if there are as many: a page more each time that somebody asks for more. */
let wanted = pageSize
let wantedPrefix = ''

/** Reads what begins with the prefix anew, as much of it as is wanted. */
export async function listKeys(): Promise<void> {
  const asked = ++latest
  if (wantedPrefix !== prefix.value) {
    wantedPrefix = prefix.value
    wanted = pageSize
  }
  try {
    const found: KeyEntry[] = []
    let after: string | undefined
    do {
      const page = await keyApi.list(wantedPrefix, pageSize, after)
      if (asked !== latest) return
      found.push(...page.entries)
      after = page.next
    } while (after !== undefined && found.length < wanted)
    batch(() => {
      entries.value = found
      next.value = after
      listProblem.value = undefined
    })
  } catch (error) {
    if (asked === latest) listProblem.value = error
  }
}

export async function listMore(): Promise<void> {
  wanted += pageSize
  await listKeys()
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
