import type { KeyValueStore } from '@hearsay/kv'
import { checkedKey } from './kv-routes.ts'
import { type PlainAnswer, responseOf } from './plain-answer.ts'
import { type Route, route } from './route.ts'
import { exampleAddQuery, exampleReadQuery } from './schemas/kv.ts'

const nothing = { description: 'Done; there is no text', contentType: null }

/** The three calls of the well-known Go example, as they answer there. */
export function exampleRoutes(store: KeyValueStore): Route[] {
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
        await store.put(checkedKey(form('key')), new TextEncoder().encode(form('val')))
        return empty()
      },
    }),
    route({
      method: 'get',
      path: '/get',
      summary: 'Read a key, as in the Go example: nothing where there is no such key',
      query: exampleReadQuery,
      answer: { description: 'The bytes of the value', contentType: 'text/plain' },
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
        const key = checkedKey(formOf(request)('key'))
        if (store.get(key) !== undefined) await store.delete(key)
        return empty()
      },
    }),
  ]
}

export function exampleAnswer(store: KeyValueStore, key: string | null): PlainAnswer {
  const value = store.get(checkedKey(key ?? ''))?.value ?? new Uint8Array(0)
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body: value,
  }
}

/** The first value of each parameter, as Go takes it. */
function formOf({ url }: Request): (name: string) => string {
  const { searchParams } = new URL(url)
  return (name) => searchParams.get(name) ?? ''
}

function empty(): Response {
  return new Response(null, { headers: { 'cache-control': 'no-store', 'content-length': '0' } })
}
