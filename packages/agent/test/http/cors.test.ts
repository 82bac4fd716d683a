import { describe, expect, test } from 'vitest'
import { readOrigin } from '../../src/configuration/origin.ts'
import { Refusal } from '../../src/configuration/refusal.ts'
import { apiOf } from '../fakes/api.ts'

const ops = 'https://ops.example.net'
const corsOrigins = [ops]
const preflight = { origin: ops, 'access-control-request-method': 'PUT' }

describe('A page whose origin was allowed', () => {
  test('may read and write, and its script sees the answer', async () => {
    const { call, store } = apiOf({ corsOrigins })
    const headers = { origin: ops, 'sec-fetch-site': 'cross-site' }
    const written = await call('PUT', '/v1/kv/a', { headers, body: 'x' })
    expect(written.status).toBe(200)
    expect(store.asked).toHaveLength(1)
    expect(written.headers.get('access-control-allow-origin')).toBe(ops)
    for (const name of ['etag', 'hearsay-origin', 'hearsay-modified-at', 'hearsay-expires-at'])
      expect(written.headers.get('access-control-expose-headers')).toContain(name)
    expect(written.headers.get('vary')).toContain('origin')
  })

  test('sees errors, too', async () => {
    const { call } = apiOf({ corsOrigins, token: 'sesame' })
    const refused = await call('GET', '/v1/members', { headers: { origin: ops } })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe(ops)
  })

  test('asks before it writes, without a token', async () => {
    const { call, store } = apiOf({ corsOrigins, token: 'sesame' })
    const response = await call('OPTIONS', '/v1/kv/a', { headers: preflight })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(ops)
    expect(response.headers.get('access-control-allow-methods')).toContain('PUT')
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(store.asked).toEqual([])
    const without = await call('PUT', '/v1/kv/a', { headers: { origin: ops }, body: 'x' })
    expect(without.status).toBe(401)
  })

  test('still cannot make its own name point here', async () => {
    const { call } = apiOf({ corsOrigins })
    const headers = { ...preflight, host: 'ops.example.net' }
    expect((await call('OPTIONS', '/v1/kv/a', { headers })).status).toBe(403)
    expect((await call('GET', '/v1/members', { headers })).status).toBe(403)
  })
})

describe('A page of any other origin', () => {
  test.each(['https://evil.example', 'http://ops.example.net', `${ops}:8443`, 'null'])(
    '(%s) may do nothing, and is told nothing',
    async (origin) => {
      const { call, store } = apiOf({ corsOrigins })
      for (const [method, headers] of [
        ['OPTIONS', { ...preflight, origin }],
        ['PUT', { origin }],
      ] as const) {
        const response = await call(method, '/v1/kv/a', { headers })
        expect(response.status).toBe(403)
        expect(response.headers.get('access-control-allow-origin')).toBeNull()
        expect(response.headers.get('vary')).toBe('origin')
      }
      expect(store.asked).toEqual([])
    },
  )
})

describe('An origin', () => {
  test.each([
    [ops, ops],
    [`${ops}/`, ops],
    ['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
  ])('%s is taken', (text, origin) => {
    expect(readOrigin(text)).toBe(origin)
  })

  test.each(['*', 'null', 'ops.example.net', 'ftp://a', `${ops}/path`, `${ops}:443`, ''])(
    '"%s" is refused',
    (text) => {
      expect(() => readOrigin(text)).toThrow(Refusal)
    },
  )
})
