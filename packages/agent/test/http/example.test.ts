import { KvError } from '@hearsay/kv'
import { describe, expect, test } from 'vitest'
import { apiOf } from '../fakes/api.ts'

type Api = ReturnType<typeof apiOf>
const get = (api: Api, path: string, headers: Record<string, string> = {}) =>
  api.call('GET', path, { headers })

describe('As in the Go example, a key', () => {
  test('is added, read and deleted by GET, with nothing said but its value', async () => {
    const api = apiOf()
    for (const path of ['/add?key=a%2Fb&val=one+two', '/add?key=a%2Fb&val=%C3%BC%20%26']) {
      const added = await get(api, path)
      expect(added.status).toBe(200)
      expect(added.headers.get('content-type')).toBeNull()
      expect(await added.text()).toBe('')
    }
    const read = await get(api, '/get?key=a%2Fb')
    expect(read.status).toBe(200)
    expect(read.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(await read.text()).toBe('ü &')
    const deleted = await get(api, '/del?key=a%2Fb')
    expect([deleted.status, await deleted.text()]).toEqual([200, ''])
    expect(api.store.entries.size).toBe(0)
  })

  test.each(['/get?key=none', '/get', '/get?key=', '/del?key=none', '/del'])(
    'that is not there is no failure: %s',
    async (path) => {
      const api = apiOf()
      const response = await get(api, path)
      expect([response.status, await response.text()]).toEqual([200, ''])
      expect(response.headers.get('content-type')).toBeNull()
      expect(api.store.asked).toEqual([])
    },
  )

  test('may have no value; what else is in the query does not matter, nor what is repeated', async () => {
    const api = apiOf()
    await get(api, '/add?key=a&key=b&other=1')
    expect(api.store.asked).toEqual([{ key: 'a', value: '' }])
  })

  test('that looks like a page is text all the same', async () => {
    const api = apiOf()
    await get(api, '/add?key=a&val=%3Cscript%3E')
    const { headers } = await get(api, '/get?key=a')
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  test('that the store refuses is refused, where Go would lose it', async () => {
    const api = apiOf()
    api.store.failure = new KvError('ERR_KV_FULL', 'The store is full.')
    expect((await get(api, '/add?key=a&val=x')).status).toBe(507)
  })
})

describe('A GET that writes', () => {
  const browser = 'Mozilla/5.0 (X11; Linux x86_64)'

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    { origin: 'https://evil.example' },
    { 'user-agent': browser },
    { 'user-agent': browser, referer: 'https://evil.example/' },
    { 'sec-fetch-site': 'none', 'sec-purpose': 'prefetch' },
    { 'sec-fetch-site': 'same-origin', purpose: 'prefetch' },
    { host: 'evil.example' },
  ])('is not taken from a page elsewhere, nor unasked: %j', async (headers) => {
    const api = apiOf()
    await get(api, '/add?key=a&val=x')
    for (const path of ['/add?key=b&val=x', '/del?key=a']) {
      expect((await get(api, path, headers as Record<string, string>)).status).toBe(403)
    }
    expect([...api.store.entries.keys()]).toEqual(['a'])
  })

  test.each([
    { 'user-agent': 'curl/8.5.0' },
    { 'user-agent': 'Go-http-client/1.1' },
    { 'user-agent': browser, 'sec-fetch-site': 'none' },
    { 'user-agent': browser, 'sec-fetch-site': 'same-origin' },
  ])('is taken from a program, the address bar and our own page: %j', async (headers) => {
    const api = apiOf()
    await get(api, '/add?key=a&val=x', headers)
    expect(api.store.entries.size).toBe(1)
  })

  test('wants the token as every call does', async () => {
    const api = apiOf({ token: 'sesame' })
    expect((await get(api, '/add?key=a&val=x')).status).toBe(401)
    expect((await get(api, '/get?key=a')).status).toBe(401)
    const right = { authorization: 'Bearer sesame' }
    expect((await get(api, '/add?key=a&val=x', right)).status).toBe(200)
  })

  test('is not done by HEAD', async () => {
    const api = apiOf()
    const response = await api.call('HEAD', '/add?key=a&val=x')
    expect(response.status).toBe(405)
    expect(api.store.asked).toEqual([])
  })
})
