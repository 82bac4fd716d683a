import { type KeyValueStore, openNativeStore, openStorage } from '@hearsay/kv'
import type { AgentConfiguration } from '../configuration/agent-configuration.ts'
import { usageFailure } from '../failure.ts'

/** The key/value store as it is configured; on disk where there is a directory. */
export async function openStore(
  { maxBytes, wire }: AgentConfiguration['kv'],
  directory: string | undefined,
): Promise<KeyValueStore> {
  if (wire === 'go-example') throw usageFailure('--kv go-example is not there yet.')
  const storage = directory === undefined ? undefined : await openStorage(directory)
  try {
    return await openNativeStore({ maxBytes, ...(storage !== undefined && { storage }) })
  } catch (error) {
    await storage?.close()
    throw error
  }
}
