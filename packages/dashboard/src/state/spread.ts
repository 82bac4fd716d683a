import { computed, signal } from '@preact/signals'
import { ApiProblem } from '../api/problem.ts'
import type { AgentEvent, Spread } from '../api/types.ts'
import { isSpread, newerSpread } from '../logic/spread.ts'
import { client } from './session.ts'

/** Writes that are remembered as followed. */
const maxSpreads = 20
/** How long a write is asked after; a member that has not got it by then is told as missing. */
const followMs = 30_000
const askEveryMs = 250

/** The newest last, by version. */
export const spreads = signal<ReadonlyMap<string, Spread>>(new Map())
/** The version of the one that is looked at. */
export const followed = signal<string | undefined>(undefined)
export const spread = computed(() => spreads.value.get(followed.value ?? ''))

export function followSpread(events: readonly AgentEvent[]): void {
  for (const event of events) {
    if (event.event === 'spread' && isSpread(event)) remember(event)
  }
}

/** Writes a value whose way through the cluster the agent traces, and follows it. */
export async function writeTraced(key: string, value: string): Promise<void> {
  const path = `v1/kv/${encodeURIComponent(key)}?trace`
  const { version } = await client.json<{ version: string }>(path, { method: 'PUT', body: value })
  follow(version)
  void ask(version)
}

export function follow(version: string): void {
  followed.value = version
}

function remember(more: Spread): void {
  const next = new Map(spreads.value)
  const known = next.get(more.version)
  next.set(more.version, known === undefined ? more : newerSpread(known, more))
  for (const version of [...next.keys()].slice(0, -maxSpreads)) next.delete(version)
  spreads.value = next
  followed.value ??= more.version
}

/** The event stream tells it too; this is for what it does not tell in time. */
async function ask(version: string): Promise<void> {
  const end = Date.now() + followMs
  const path = `v1/spread?version=${encodeURIComponent(version)}`
  while (Date.now() < end) {
    try {
      const answer = await client.json<Spread>(path)
      remember(answer)
      if (answer.missing.length === 0) return
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 404) return
    }
    await new Promise((resolve) => setTimeout(resolve, askEveryMs))
  }
}
