import { KvError, type KvErrorCode } from '@hearsay/kv'
import { MemberlistError } from '@hearsay/memberlist'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { apiOf, description } from '../fakes/api.ts'
import { FakeMemberlist, memberOf } from '../fakes/fake-memberlist.ts'

type Api = ReturnType<typeof apiOf>

/** One call, what makes it go that way, and the status that it is answered with. */
interface Sample {
  readonly path: string
  readonly status: number
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly before?: (api: Api) => unknown
}

const key = 'AQEBAQEBAQEBAQEBAQEBAQ=='
const written = (api: Api) => api.call('PUT', '/v1/kv/a', { body: 'value' })
const refusing = (code: KvErrorCode) => (api: Api) => {
  api.store.failure = new KvError(code, 'One clear sentence.', { holders: ['b'], version: 'v1' })
}
const afterWrite = (code: KvErrorCode) => async (api: Api) => {
  await written(api)
  refusing(code)(api)
}
const tracing = ({ store }: Api) => {
  const members = [{ name: 'bob', afterMs: 1.5 }]
  store.spread = () => ({ version: 'v1', key: 'a', startedAt: 0, expected: 1, members })
}
const failing = (code: 'ERR_JOIN' | 'ERR_TIMEOUT') => (api: Api) => {
  api.list.failure = new MemberlistError(code, 'One clear sentence.')
}

/** Every operation with at least one call that succeeds, and one of each failure that it names. */
const samples: Readonly<Record<string, readonly Sample[]>> = {
  'get /v1/members': [
    { path: '/v1/members', status: 200 },
    { path: '/v1/members?state=dead', status: 400 },
  ],
  'get /v1/members/{name}': [
    { path: '/v1/members/bob', status: 200 },
    { path: '/v1/members/nobody', status: 404 },
  ],
  'post /v1/members/{name}/messages': [
    { path: '/v1/members/bob/messages', body: 'x', status: 202 },
    { path: '/v1/members/nobody/messages', body: 'x', status: 404 },
  ],
  'post /v1/members/{name}/ping': [
    { path: '/v1/members/bob/ping', status: 200 },
    { path: '/v1/members/bob/ping', status: 504, before: failing('ERR_TIMEOUT') },
  ],
  'get /v1/self': [{ path: '/v1/self', status: 200 }],
  'put /v1/self/meta': [
    { path: '/v1/self/meta', body: 'x', status: 200 },
    { path: '/v1/self/meta', body: 'x'.repeat(513), status: 413 },
  ],
  'post /v1/join': [
    { path: '/v1/join', body: '{"addresses":["a"]}', status: 200 },
    { path: '/v1/join', body: '{"addresses":["a"]}', status: 502, before: failing('ERR_JOIN') },
    { path: '/v1/join', body: '{', status: 400 },
  ],
  'post /v1/leave': [{ path: '/v1/leave', status: 200 }],
  'post /v1/broadcast': [{ path: '/v1/broadcast?wait', body: 'x', status: 202 }],
  'get /v1/events': [{ path: '/v1/events', status: 200 }],
  'get /v1/keys': [
    { path: '/v1/keys', status: 200 },
    { path: '/v1/keys?reveal', status: 403 },
  ],
  'post /v1/keys': [{ path: '/v1/keys', body: `{"key":"${key}"}`, status: 200 }],
  'delete /v1/keys': [
    {
      path: '/v1/keys',
      body: `{"key":"${key}"}`,
      status: 200,
      before: (api) => api.agent.keys.add(key, false),
    },
    { path: '/v1/keys', body: `{"key":"${key}"}`, status: 404 },
  ],
  'get /v1/history': [
    { path: '/v1/history', status: 200, before: ({ live }) => live.history.sample() },
    { path: '/v1/history?since=now', status: 400 },
  ],
  'get /v1/activity': [{ path: '/v1/activity', status: 200 }],
  'get /v1/spread': [
    { path: '/v1/spread?version=v1', status: 200, before: tracing },
    { path: '/v1/spread?version=v1', status: 404 },
  ],
  'get /v1/stats': [{ path: '/v1/stats', status: 200 }],
  'get /v1/config': [{ path: '/v1/config', status: 200 }],
  'get /metrics': [{ path: '/metrics', status: 200 }],
  'get /healthz': [{ path: '/healthz', status: 200 }],
  'get /readyz': [{ path: '/readyz', status: 200 }],
  'get /v1/kv': [
    { path: '/v1/kv?limit=1', status: 200, before: written },
    { path: '/v1/kv?watch', status: 200 },
    { path: '/v1/kv?limit=none', status: 400 },
  ],
  'get /v1/kv/{key}': [
    { path: '/v1/kv/a', status: 200, before: written },
    { path: '/v1/kv/a?watch', status: 200 },
    { path: '/v1/kv/a', status: 304, before: written, headers: { 'if-none-match': '*' } },
    { path: '/v1/kv/a', status: 404 },
    { path: '/v1/kv/a', status: 412, before: written, headers: { 'if-match': '"v0"' } },
  ],
  'put /v1/kv/{key}': [
    { path: '/v1/kv/a/b', body: 'x', status: 200 },
    { path: '/v1/kv/a', body: 'x', status: 413, headers: { 'content-length': '99999999' } },
    { path: '/v1/kv/a', status: 412, before: written, headers: { 'if-none-match': '*' } },
    { path: '/v1/kv/a', body: 'x', status: 503, before: refusing('ERR_KV_OVERLOAD') },
    { path: '/v1/kv/a', body: 'x', status: 504, before: refusing('ERR_KV_ACKS') },
    { path: '/v1/kv/a', body: 'x', status: 507, before: refusing('ERR_KV_FULL') },
  ],
  'delete /v1/kv/{key}': [
    { path: '/v1/kv/a', status: 200, before: written },
    { path: '/v1/kv/a', status: 404 },
    { path: '/v1/kv/a', status: 412, before: written, headers: { 'if-match': '"v0"' } },
    { path: '/v1/kv/a', status: 503, before: afterWrite('ERR_KV_OVERLOAD') },
    { path: '/v1/kv/a', status: 504, before: afterWrite('ERR_KV_ACKS') },
    { path: '/v1/kv/a', status: 507, before: afterWrite('ERR_KV_FULL') },
  ],
  'get /add': [{ path: '/add?key=a&val=x', status: 200 }],
  'get /get': [
    { path: '/get?key=a', status: 200 },
    { path: '/get?key=a', status: 200, before: written },
  ],
  'get /del': [{ path: '/del?key=a', status: 200 }],
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}
interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>
}
type Content = Readonly<Record<string, { readonly schema: object }>>

const document = (await description()) as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, operation })),
)

/** What the document says of a schema, as a check that knows nothing of where the document came from. */
function checkOf(schema: object): z.ZodType {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas })
  return z.fromJSONSchema(
    JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as Parameters<
      typeof z.fromJSONSchema
    >[0],
  )
}

async function bodyOf(response: Response, type: string): Promise<unknown> {
  if (type === 'text/event-stream') return undefined
  const text = await response.text()
  return /json$/.test(type) ? JSON.parse(text) : text
}

describe('The description of the API is kept by', () => {
  test('all of its operations: each is tried below', () => {
    expect(Object.keys(samples).sort()).toEqual(operations.map(({ name }) => name).sort())
  })

  const tries = operations.flatMap(({ name, operation }) =>
    (samples[name] ?? []).map((sample) => ({ name, operation, ...sample })),
  )

  test.each(tries)('$name, $path with $status', async ({ name, operation, ...sample }) => {
    const { before, body, headers = {}, path, status } = sample
    const api = apiOf({ list: new FakeMemberlist([memberOf('bob')], [new Uint8Array(16)]) })
    await before?.(api)
    const method = name.split(' ')[0] ?? ''
    const init = { headers, ...(body !== undefined && { body }) }
    const response = await api.call(method.toUpperCase(), path, init)
    expect(response.status).toBe(status)
    const said = operation.responses[String(status)] ?? operation.responses['default']
    const given = response.headers.get('content-type')?.split(';')[0]
    if (given === undefined || said?.content === undefined) {
      expect(await response.text()).toBe('')
      expect(given).toBeUndefined()
      return
    }
    expect(Object.keys(said.content)).toContain(given)
    const schema = said.content[given]?.schema ?? {}
    const content = await bodyOf(response, given)
    if (content !== undefined) checkOf(schema).parse(content)
    await response.body?.cancel().catch(() => {})
  })

  test('every failure that it names: each is seen above', () => {
    const unseen = operations.flatMap(({ name, operation }) =>
      Object.keys(operation.responses)
        .filter((status) => status !== 'default')
        .filter((status) => !samples[name]?.some((each) => String(each.status) === status))
        .map((status) => `${name} ${status}`),
    )
    expect(unseen).toEqual([])
  })
})
