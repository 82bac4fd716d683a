import { type Entry, type KeyValueStore, KvError } from '@hearsay/kv'
import type { Agent } from '../agent/agent.ts'
import { checkStays } from './kv-routes.ts'
import { type PlainAnswer, responseOf } from './plain-answer.ts'
import { type Route, route } from './route.ts'
import { exampleAddQuery, exampleReadQuery } from './schemas/kv.ts'

const nothing = { description: 'Done; there is no text', contentType: null }
const headers = { 'cache-control': 'no-store' }

/**
 * The three calls of the well-known Go example, with its status codes and texts: no answer tells
 * whether a key was there. What it would take and we cannot hold, such as an empty key, is refused.
 */
export function exampleRoutes(agent: Agent): Route[] {
  const { store } = agent
  return [
    route({
      method: 'get',
      path: '/add',
      summary: 'Write a key, as in the Go example',
      writes: true,
      query: exampleAddQuery,
      answer: nothing,
      handle: async ({ request }) => {
        const form = formOf(request)
        checkStays(agent)
        await store.put(form('key'), new TextEncoder().encode(form('val')))
        return responseOf(nothingMore)
      },
    }),
    route({
      method: 'get',
      path: '/get',
      summary: 'Read a key, as in the Go example: nothing where there is no such key',
      query: exampleReadQuery,
      answer: { description: 'The bytes of the value', contentType: 'text/plain' },
      otherAnswers: [{ ...nothing, description: 'No such key, or an empty value' }],
      handle: ({ request }) => responseOf(exampleAnswer(store, formOf(request)('key'))),
    }),
    route({
      method: 'get',
      path: '/del',
      summary: 'Delete a key, as in the Go example',
      writes: true,
      query: exampleReadQuery,
      answer: nothing,
      handle: async ({ request }) => {
        const key = formOf(request)('key')
        checkStays(agent)
        if (entryOf(store, key) !== undefined) await store.delete(key)
        return responseOf(nothingMore)
      },
    }),
  ]
}

const empty: PlainAnswer = { status: 200, headers }
/** What goes by way of a Response would go in chunks without a length. */
const nothingMore = { ...empty, headers: { ...headers, 'content-length': '0' } }

/** Always as text: Go guesses, and what looks like a page would be one of this agent. */
export function exampleAnswer(store: KeyValueStore, key: string): PlainAnswer {
  const value = entryOf(store, key)?.value
  if (value === undefined || value.length === 0) return empty
  return {
    status: 200,
    headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' },
    body: value,
  }
}

/** What cannot be a key is not there. */
function entryOf(store: KeyValueStore, key: string): Entry | undefined {
  try {
    return store.get(key)
  } catch (error) {
    if (error instanceof KvError && error.code === 'ERR_KV_KEY') return undefined
    throw error
  }
}

/** The first value of each parameter, as Go takes it. */
function formOf({ url }: Request): (name: string) => string {
  const { searchParams } = new URL(url)
  return (name) => searchParams.get(name) ?? ''
}
