import { type KeyValueStore, openNativeStore } from '@hearsay/kv'
import type { AgentConfiguration } from '../configuration/agent-configuration.ts'

/** The key/value store as it is configured; on disk where there is a directory. */
export async function openStore(
  { maxBytes }: AgentConfiguration['kv'],
  _directory: string | undefined,
): Promise<KeyValueStore> {
  return await openNativeStore({ maxBytes })
}
