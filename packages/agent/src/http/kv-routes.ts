import {
  type EntryHead,
  type KeyValueStore,
  kvLimits,
  type WriteOptions,
  type WriteResult,
} from '@hearsay/kv'
import type { Agent } from '../agent/agent.ts'
import { entityTag } from './entity-tag.ts'
import { EventStreams } from './event-streams.ts'
import { conditionsOf, writeConditions } from './kv-conditions.ts'
import { readAnswer, unknownKey } from './kv-read.ts'
import { watchStream } from './kv-watch.ts'
import { responseOf } from './plain-answer.ts'
import { HttpProblem } from './problem.ts'
import { jsonResponse, type Route, type RouteInput, route } from './route.ts'
import {
  type KvEntryJson,
  type KvListJson,
  type KvWrittenJson,
  kvChangeSchema,
  kvDeleteQuery,
  kvListQuery,
  kvListSchema,
  kvPutQuery,
  kvReadQuery,
  kvWrittenSchema,
} from './schemas/kv.ts'

const defaultListLimit = 100

const changes = {
  description: 'With `watch`: a stream, each `data` of which is a change',
  json: kvChangeSchema,
  contentType: 'text/event-stream',
}
const conditionProblem = {
  412: 'The key is not as If-Match or If-None-Match want it; nothing was changed',
}
const writeProblems = {
  ...conditionProblem,
  503: 'More writes under way than are taken; nothing was changed, Retry-After says when to try again',
  504: 'Fewer members than asked for answered in time; it is written, and `holders` says who has it',
  507: 'The store is full, or cannot be written; nothing was changed',
}

/** The key/value store: one key, all of them, and what becomes of them. */
export function kvRoutes(agent: Agent): Route[] {
  const { store } = agent
  const streams = new EventStreams('changes of keys')
  return [...keyRoutes(store, streams), ...writeRoutes(agent), listRoute(store, streams)]
}

function keyRoutes(store: KeyValueStore, streams: EventStreams): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/kv/{key...}',
      summary: 'The value of a key on this member; ETag is its version',
      query: kvReadQuery,
      answer: { description: 'The bytes of the value', contentType: 'application/octet-stream' },
      otherAnswers: [
        changes,
        { status: 304, description: 'If-None-Match has its version', contentType: null },
      ],
      problems: { 404: 'There is no such key on this member', ...conditionProblem },
      handle: ({ parameters, query, request }) => {
        const key = checkedKey(parameters['key'])
        if (query.watch) return watchStream(streams, store, { key }, request, query.since)
        return responseOf(readAnswer(store, key, requestConditions(request)))
      },
    }),
  ]
}

function writeRoutes(agent: Agent): Route[] {
  const { store } = agent
  const answer = { description: 'Written, durably where there is a data directory' }
  return [
    route({
      method: 'put',
      path: '/v1/kv/{key...}',
      summary: 'Write a key; If-Match and If-None-Match: * compare with this member before',
      query: kvPutQuery,
      body: { maxBytes: kvLimits.valueBytes },
      answer: { ...answer, json: kvWrittenSchema },
      problems: { 413: `The value is over ${kvLimits.valueBytes} bytes`, ...writeProblems },
      handle: async ({ parameters, query, bytes, request }) => {
        const key = checkedKey(parameters['key'])
        checkStays(agent)
        const options = writeOptions(store, key, query, request)
        const ttl = query.ttl === undefined ? {} : { ttlMs: query.ttl }
        return written(key, await store.put(key, bytes, { ...options, ...ttl }))
      },
    }),
    route({
      method: 'delete',
      path: '/v1/kv/{key...}',
      summary: 'Delete a key; If-Match compares with this member before',
      query: kvDeleteQuery,
      answer: { ...answer, json: kvWrittenSchema },
      problems: { 404: 'There is no such key on this member', ...writeProblems },
      handle: async ({ parameters, query, request }) => {
        const key = checkedKey(parameters['key'])
        checkStays(agent)
        const options = writeOptions(store, key, query, request)
        if (store.get(key) === undefined) throw unknownKey(key)
        return written(key, await store.delete(key, options))
      },
    }),
  ]
}

function listRoute(store: KeyValueStore, streams: EventStreams): Route {
  return route({
    method: 'get',
    path: '/v1/kv',
    summary: 'Keys on this member, by their bytes, without the values',
    query: kvListQuery,
    answer: { description: 'So many of them', json: kvListSchema },
    otherAnswers: [changes],
    handle: ({ query, request }): KvListJson | Response => {
      const { prefix = '', limit = defaultListLimit, after } = query
      if (query.watch) return watchStream(streams, store, { prefix }, request, query.since)
      const from = after === undefined ? {} : { after }
      const { entries, next } = store.list({ prefix, limit, ...from })
      return { entries: entries.map(entryJson), ...(next !== undefined && { next }) }
    },
  })
}

/** What a member takes that is leaving might not reach the others any more. */
export function checkStays({ isLeaving }: Agent): void {
  if (!isLeaving) return
  const text = 'This member is leaving and takes no more writes. Nothing was changed.'
  throw new HttpProblem(503, 'ERR_CLOSED', text, {
    hint: 'Ask another agent.',
    headers: { 'retry-after': '5' },
  })
}

/** 1 to 512 bytes of UTF-8: anything else is told as the caller's mistake, and never looked up. */
export function checkedKey(key = ''): string {
  const bytes = Buffer.byteLength(key)
  if (bytes >= 1 && bytes <= kvLimits.keyBytes && key.isWellFormed()) return key
  const got = key.isWellFormed() ? `${bytes} bytes` : 'bytes that are no UTF-8'
  throw new HttpProblem(
    400,
    'ERR_KV_KEY',
    `The key got ${got}; it takes 1 to ${kvLimits.keyBytes} bytes of UTF-8.`,
    { hint: 'Percent-encode the key in the path, a slash as it is or as %2F.' },
  )
}

function requestConditions({ headers }: Request) {
  return conditionsOf((name) => headers.get(name))
}

type WriteQuery = RouteInput<(typeof kvDeleteQuery)['_output'], unknown>['query']

function writeOptions(
  store: KeyValueStore,
  key: string,
  { acks, timeout, trace }: WriteQuery,
  request: Request,
): WriteOptions {
  return {
    ...writeConditions(store, key, requestConditions(request)),
    // Whoever has gone does not wait for others any more; the write itself is not taken back.
    ...(acks !== undefined && { acks, signal: request.signal }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(trace && { trace }),
  }
}

function written(key: string, { version, existed, holders }: WriteResult): Response {
  const body: KvWrittenJson = { key, version, existed, holders: [...holders] }
  const response = jsonResponse(body)
  response.headers.set('etag', entityTag(version))
  return response
}

function entryJson({ key, version, origin, bytes, modifiedAt, expiresAt }: EntryHead): KvEntryJson {
  return {
    key,
    version,
    origin,
    bytes,
    modifiedAt: new Date(modifiedAt).toISOString(),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  }
}
