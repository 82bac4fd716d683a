import { computed, signal } from '@preact/signals'
import type { History } from '../api/types.ts'
import { mergeHistory } from '../logic/history.ts'
import { client } from './session.ts'

/** Undefined until it was read once. */
export const history = signal<History | undefined>(undefined)
/** What is shown of it. */
export const spanMinutes = signal<1 | 5 | 15>(15)

export const newest = computed(() => history.value?.columns.time.at(-1))

/** Reads what is new; all of it the first time, or when the agent began anew. */
export async function pollHistory(signal: AbortSignal): Promise<void> {
  const since = newest.value
  const query = since === undefined ? '' : `?since=${since}`
  const more = await client.json<History>(`v1/history${query}`, { signal, timeoutMs: 5_000 })
  history.value = mergeHistory(history.value, more)
}
