import { isKvMessage, type KeyValueStore } from '@hearsay/kv'

/** Whether a user message is the store's own and not an application's. */
export function isStoreMessage(wire: KeyValueStore['wire'], bytes: Uint8Array): boolean {
  // The Go example's updates: `d` and a JSON array.
  if (wire === 'go-example') return bytes[0] === 0x64 && bytes[1] === 0x5b
  return isKvMessage(bytes)
}
