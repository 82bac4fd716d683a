import { type KeyValueStore, openGoExampleStore, openNativeStore, openStorage } from '@hearsay/kv'
import type { AgentConfiguration } from '../configuration/agent-configuration.ts'

/** The key/value store as it is configured; on disk where there is a directory. */
export async function openStore(
  { maxBytes, wire }: AgentConfiguration['kv'],
  directory: string | undefined,
): Promise<KeyValueStore> {
  const storage = directory === undefined ? undefined : await openStorage(directory)
  const options = { maxBytes, ...(storage !== undefined && { storage }) }
  try {
    return wire === 'native' ? await openNativeStore(options) : await openGoExampleStore(options)
  } catch (error) {
    await storage?.close()
    throw error
  }
}
