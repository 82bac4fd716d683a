import { KvError } from '@hearsay/kv'
import { describe, expect, test } from 'vitest'
import { kvListSchema, kvWrittenSchema } from '../../src/http/schemas/kv.ts'
import { problemSchema } from '../../src/http/schemas.ts'
import { apiOf } from '../fakes/api.ts'

type Api = ReturnType<typeof apiOf>

async function put(api: Api, path: string, body: string | Uint8Array<ArrayBuffer>, headers = {}) {
  return api.call('PUT', `/v1/kv/${path}`, { body, headers })
}

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return problemSchema.parse(await response.json())
}

describe('A key', () => {
  test('is written and read as bytes, with its version as ETag', async () => {
    const api = apiOf()
    const bytes = new Uint8Array([0, 255, 10, 13])
    const written = await put(api, 'a', bytes)
    expect(written.status).toBe(200)
    expect(written.headers.get('etag')).toBe('"v1"')
    expect(kvWrittenSchema.parse(await written.json())).toEqual({
      key: 'a',
      version: 'v1',
      existed: false,
      holders: [],
    })
    const read = await api.call('GET', '/v1/kv/a')
    expect(read.status).toBe(200)
    expect(new Uint8Array(await read.arrayBuffer())).toEqual(bytes)
    expect(Object.fromEntries(read.headers)).toMatchObject({
      etag: '"v1"',
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'hearsay-origin': 'self',
      'hearsay-modified-at': '2026-01-02T03:04:05.000Z',
    })
  })

  test.each([
    ['plain', 'plain'],
    ['a/b/c', 'a/b/c'],
    ['a%2Fb', 'a/b'],
    ['a//b/', 'a//b/'],
    ['%2F', '/'],
    ['a%2F..%2Fb', 'a/../b'],
    ['%E9%92%A5%20%26%3F%23%25', '钥 &?#%'],
    ['钥', '钥'],
    ['%00', '\0'],
    ['+', '+'],
    ['k'.repeat(512), 'k'.repeat(512)],
  ])('in the path %s is %j', async (path, key) => {
    const api = apiOf()
    expect((await put(api, path, 'x')).status).toBe(200)
    expect([...api.store.entries.keys()]).toEqual([key])
    expect(await (await api.call('GET', `/v1/kv/${path}`)).text()).toBe('x')
    expect((await api.call('DELETE', `/v1/kv/${path}`)).status).toBe(200)
    expect(api.store.entries.size).toBe(0)
  })

  test.each(['', '%FF', 'a%C3', '%ED%B3%BF', 'k'.repeat(513), '%E9%92%A5'.repeat(171)])(
    'in the path %s is none',
    async (path) => {
      const api = apiOf()
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const response = await api.call(method, `/v1/kv/${path}`)
        expect(response.status).toBe(400)
        expect(await problemOf(response)).toMatchObject({ code: 'ERR_KV_KEY' })
      }
      expect(api.store.asked).toEqual([])
    },
  )

  test('that is not there is told as such, and nothing is written for it', async () => {
    const api = apiOf()
    for (const method of ['GET', 'DELETE']) {
      const response = await api.call(method, '/v1/kv/none')
      expect(response.status).toBe(404)
      expect(await problemOf(response)).toMatchObject({
        code: 'ERR_KV_UNKNOWN_KEY',
        detail: 'There is no key "none" on this member.',
      })
    }
    expect(api.store.asked).toEqual([])
  })

  test('may hold nothing at all', async () => {
    const api = apiOf()
    await put(api, 'a', '')
    const read = await api.call('GET', '/v1/kv/a')
    expect(read.status).toBe(200)
    expect(await read.text()).toBe('')
  })

  test('is asked for by HEAD without its value', async () => {
    const api = apiOf()
    await put(api, 'a', 'value')
    const head = await api.call('HEAD', '/v1/kv/a')
    expect(head.headers.get('etag')).toBe('"v1"')
    expect(await head.text()).toBe('')
  })

  test('expires when it is written so', async () => {
    const api = apiOf()
    await put(api, 'a?ttl=1.5s', 'x')
    expect(api.store.asked).toEqual([{ key: 'a', value: 'x', ttlMs: 1_500 }])
    const read = await api.call('GET', '/v1/kv/a')
    expect(read.headers.get('hearsay-expires-at')).toBe('2026-01-02T03:04:06.500Z')
  })

  test('waits for other members, is followed as it spreads', async () => {
    const api = apiOf()
    api.store.holders = ['b', 'c']
    const written = await put(api, 'a?acks=2&timeout=500ms&trace', 'x')
    expect(await written.json()).toMatchObject({ holders: ['b', 'c'] })
    await api.call('DELETE', '/v1/kv/a?acks=1')
    expect(api.store.asked).toEqual([
      { key: 'a', value: 'x', acks: 2, timeoutMs: 500, trace: true },
      { key: 'a', value: undefined, acks: 1 },
    ])
  })

  test.each([
    'ttl=0',
    'ttl=soon',
    'ttl=',
    'acks=-1',
    'acks=1.5',
    'acks=many',
    'timeout=0s',
    'timeout=31s',
    'tll=30s',
  ])('is not written with a query of %s', async (query) => {
    const api = apiOf()
    const response = await put(api, `a?${query}`, 'x')
    expect(response.status).toBe(400)
    expect(await problemOf(response)).toMatchObject({ code: 'ERR_QUERY' })
    expect(api.store.asked).toEqual([])
  })
})

describe('A condition', () => {
  const write = (api: Api, method: string, headers: Record<string, string>) =>
    api.call(method, '/v1/kv/a', { headers, ...(method === 'PUT' && { body: 'new' }) })

  test.each([{ 'if-match': '"v1"' }, { 'if-match': '"v0", "v1"' }, { 'if-match': '*' }])(
    'that holds (%j) lets the write through, compared by the store',
    async (headers) => {
      const api = apiOf()
      await put(api, 'a', 'old')
      expect((await write(api, 'PUT', headers)).status).toBe(200)
      expect(api.store.asked.at(-1)).toEqual({ key: 'a', value: 'new', ifVersion: 'v1' })
    },
  )

  test.each([
    { 'if-match': '"v0"' },
    { 'if-match': 'W/"v1"' },
    { 'if-match': 'v1' },
    { 'if-none-match': '*' },
  ])('that does not (%j) changes nothing', async (headers) => {
    const api = apiOf()
    await put(api, 'a', 'old')
    const response = await write(api, 'PUT', headers)
    expect(response.status).toBe(412)
    expect(response.headers.get('etag')).toBe('"v1"')
    expect(await problemOf(response)).toMatchObject({ code: 'ERR_KV_CONDITION', version: 'v1' })
    expect(await (await api.call('GET', '/v1/kv/a')).text()).toBe('old')
  })

  test('on a key that is not there', async () => {
    const api = apiOf()
    expect((await write(api, 'PUT', { 'if-match': '*' })).status).toBe(412)
    expect((await write(api, 'DELETE', { 'if-match': '"v1"' })).status).toBe(412)
    expect(api.store.asked).toEqual([])
    expect((await write(api, 'PUT', { 'if-none-match': '*' })).status).toBe(200)
    expect(api.store.asked).toEqual([{ key: 'a', value: 'new', ifAbsent: true }])
  })

  test('holds for a delete as for a write', async () => {
    const api = apiOf()
    await put(api, 'a', 'old')
    expect((await write(api, 'DELETE', { 'if-match': '"v7"' })).status).toBe(412)
    expect((await write(api, 'DELETE', { 'if-match': '"v1"' })).status).toBe(200)
  })

  test.each([{ 'if-none-match': '"v1"' }, { 'if-none-match': '*', 'if-match': '*' }])(
    'that means nothing on a write (%j) is a mistake',
    async (headers: Record<string, string>) => {
      const response = await write(apiOf(), 'PUT', headers)
      expect(response.status).toBe(400)
      expect(await problemOf(response)).toMatchObject({ code: 'ERR_HEADER' })
    },
  )

  test.each<[Record<string, string>, number]>([
    [{ 'if-none-match': '"v1"' }, 304],
    [{ 'if-none-match': 'W/"v1"' }, 304],
    [{ 'if-none-match': '"x", "v1"' }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"v0"' }, 200],
    [{ 'if-match': '"v1"' }, 200],
    [{ 'if-match': '"v0"' }, 412],
  ])('on a read of %j is answered with %d', async (headers, status) => {
    const api = apiOf()
    await put(api, 'a', 'old')
    const response = await api.call('GET', '/v1/kv/a', { headers })
    expect(response.status).toBe(status)
    if (status === 304) {
      expect(response.headers.get('etag')).toBe('"v1"')
      expect(await response.text()).toBe('')
    }
  })
})

describe('A list', () => {
  test('has the keys by their bytes, a page at a time', async () => {
    const api = apiOf()
    for (const key of ['b', 'a/2', 'a/1', 'a/10', '%F0%9F%98%80', '%EF%BF%BD']) {
      await put(api, key, 'xyz')
    }
    const list = async (query: string) =>
      kvListSchema.parse(await (await api.call('GET', `/v1/kv${query}`)).json())
    const all = await list('')
    expect(all.entries.map(({ key }) => key)).toEqual(['a/1', 'a/10', 'a/2', 'b', '\ufffd', '😀'])
    expect(all.entries[0]).toEqual({
      key: 'a/1',
      version: 'v3',
      origin: 'self',
      bytes: 3,
      modifiedAt: '2026-01-02T03:04:05.000Z',
    })
    expect(all.next).toBeUndefined()
    const first = await list('?prefix=a/&limit=2')
    expect(first.entries.map(({ key }) => key)).toEqual(['a/1', 'a/10'])
    const second = await list(`?prefix=a/&limit=2&after=${encodeURIComponent(first.next ?? '')}`)
    expect(second.entries.map(({ key }) => key)).toEqual(['a/2'])
    expect(second.next).toBeUndefined()
  })

  test.each(['limit=0', 'limit=1001', 'limit=x', 'prefx=a'])(
    'is not made with %s',
    async (query) => {
      const response = await apiOf().call('GET', `/v1/kv?${query}`)
      expect(response.status).toBe(400)
      expect(await problemOf(response)).toMatchObject({ code: 'ERR_QUERY' })
    },
  )

  test('is a call of its own: no key is written or deleted there', async () => {
    const api = apiOf()
    for (const method of ['PUT', 'DELETE']) {
      const response = await api.call(method, '/v1/kv')
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('GET')
    }
  })
})

describe('A write that the store refuses', () => {
  test.each([
    ['ERR_KV_TOO_LARGE', 413],
    ['ERR_KV_FULL', 507],
    ['ERR_KV_OVERLOAD', 503],
    ['ERR_KV_STORAGE', 507],
    ['ERR_KV_CLOSED', 503],
    ['ERR_KV_CLOCK', 409],
    ['ERR_KV_UNSUPPORTED', 501],
  ] as const)('with %s is answered with %d, and what to do', async (code, status) => {
    const api = apiOf()
    api.store.failure = new KvError(code, 'One clear sentence.')
    const response = await put(api, 'a', 'x')
    expect(response.status).toBe(status)
    expect(response.headers.get('retry-after')).toEqual(
      status === 503 ? (expect.stringMatching(/^\d+$/) as string) : null,
    )
    expect(await problemOf(response)).toMatchObject({
      code,
      detail: 'One clear sentence.',
      hint: expect.any(String) as string,
    })
  })

  test('for want of acknowledgements tells that it is written, and who has it', async () => {
    const api = apiOf()
    const data = { version: 'v7', holders: ['b'] }
    api.store.failure = new KvError('ERR_KV_ACKS', '1 of 2 members answered in time.', data)
    const response = await put(api, 'a?acks=2', 'x')
    expect(response.status).toBe(504)
    expect(await problemOf(response)).toMatchObject({
      code: 'ERR_KV_ACKS',
      holders: ['b'],
      version: 'v7',
      hint: expect.stringContaining('It is written') as string,
    })
  })

  test('on a member that is leaving is refused, since the others might not hear of it', async () => {
    const api = apiOf()
    await put(api, 'a', 'x')
    await api.agent.leave(1, false)
    const refused = [
      await put(api, 'a', 'y'),
      await api.call('DELETE', '/v1/kv/a'),
      await api.call('GET', '/add?key=a&val=y'),
      await api.call('GET', '/del?key=a'),
    ]
    for (const response of refused) {
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('5')
    }
    expect(await (await api.call('GET', '/v1/kv/a')).text()).toBe('x')
  })

  test('over 16 MiB is refused as soon as that is known', async () => {
    const api = apiOf()
    let sent = 0
    const endless = new ReadableStream({
      pull: (controller) => {
        sent += 1_048_576
        controller.enqueue(new Uint8Array(1_048_576))
      },
    })
    const init = { body: endless, duplex: 'half' } as RequestInit
    const response = await api.call('PUT', '/v1/kv/a', init)
    expect(response.status).toBe(413)
    expect(sent).toBeLessThan(20 * 1_048_576)
    const announced = { headers: { 'content-length': '16777217' }, body: 'x' }
    expect((await api.call('PUT', '/v1/kv/a', announced)).status).toBe(413)
    expect(api.store.asked).toEqual([])
  })

  test('does not keep what was received of it: bodies beyond a bound are refused, not those after them', async () => {
    const api = apiOf()
    const body = () => new Uint8Array(16_777_216)
    const ended: number[] = []
    let open = () => {}
    const gate = new Promise<void>((resolve) => {
      open = resolve
    })
    const write = api.store.put.bind(api.store)
    api.store.put = async (...given) => {
      await gate
      return write(...given)
    }
    const writes = Array.from({ length: 9 }, async () => {
      const { status } = await put(api, 'a', body())
      ended.push(status)
    })
    while (ended.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(ended).toEqual([503])
    open()
    await Promise.all(writes)
    expect(ended.slice(1)).toEqual(Array.from({ length: 8 }, () => 200))
    expect((await put(api, 'a', body())).status).toBe(200)
  })
})
