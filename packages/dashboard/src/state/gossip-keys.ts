import { signal } from '@preact/signals'
import { jsonBody } from '../api/client.ts'
import type { GossipKey } from '../api/types.ts'
import { client } from './session.ts'

interface KeysAnswer {
  readonly keys: readonly GossipKey[]
}

/** The one that encrypts first; none where the member does not encrypt. */
export const gossipKeys = signal<readonly GossipKey[] | undefined>(undefined)
export const keysProblem = signal<unknown>(undefined)

export async function readGossipKeys(): Promise<void> {
  try {
    gossipKeys.value = (await client.json<KeysAnswer>('v1/keys')).keys
    keysProblem.value = undefined
  } catch (error) {
    keysProblem.value = error
  }
}

/** Adds a key, or has one that is there encrypt from now on. */
export async function putGossipKey(key: string, primary: boolean): Promise<void> {
  await change('POST', { key, primary })
}

export async function removeGossipKey(key: string): Promise<void> {
  await change('DELETE', { key })
}

async function change(method: string, body: object): Promise<void> {
  const answer = await client.json<KeysAnswer>('v1/keys', { ...jsonBody(body), method })
  gossipKeys.value = answer.keys
}

/** A new key of 256 bits, in base64, from the browser's own source of randomness. */
export function newGossipKey(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
}
