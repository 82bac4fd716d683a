import { computed, signal } from '@preact/signals'
import { client } from './session.ts'

/** The agent's counters, as far as the page reads them. */
export interface Stats {
  readonly health: number
  readonly queue?: Readonly<Record<string, number>>
  readonly agent?: { readonly version?: string; readonly startedAt?: string }
  readonly kv?: StoreStats
}

export const stats = signal<Stats | undefined>(undefined)
export const health = computed(() => stats.value?.health)

export async function pollStats(signal: AbortSignal): Promise<void> {
  stats.value = await client.json<Stats>('v1/stats', { signal, timeoutMs: 5_000 })
}

export interface StoreStats {
  readonly keys: number
  readonly bytes: number
  readonly maxBytes: number
  /** Whether the last write was refused for want of room. */
  readonly full: boolean
}

/** How full the store is; undefined where the agent has none. */
export const store = computed(() => stats.value?.kv)
