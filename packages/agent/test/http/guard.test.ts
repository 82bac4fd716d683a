import { describe, expect, test } from 'vitest'
import { apiOf } from '../fakes/api.ts'

const statusOf = async (
  api: ReturnType<typeof apiOf>,
  method: string,
  path: string,
  headers: Record<string, string>,
) => {
  const response = await api.call(method, path, {
    headers,
    ...(method === 'POST' && { body: 'x' }),
  })
  return response.status
}

describe('On loopback', () => {
  test.each([
    '127.0.0.1:4001',
    'localhost:4001',
    'LOCALHOST',
    '[::1]:4001',
    '127.0.0.1:9',
    '10.0.0.1',
  ])('a request for %s comes in', async (host) => {
    expect(await statusOf(apiOf(), 'POST', '/v1/broadcast', { host })).toBe(202)
  })

  test.each([
    'evil.example',
    'localhost.evil.example:4001',
    '127.0.0.1.evil.example',
    '',
    'a@127.0.0.1',
  ])('a page that made its name "%s" point here does not, not even to read', async (host) => {
    const api = apiOf()
    expect(await statusOf(api, 'POST', '/v1/broadcast', { host })).toBe(403)
    expect(await statusOf(api, 'GET', '/v1/members', { host })).toBe(403)
    expect(await statusOf(api, 'GET', '/healthz', { host })).toBe(403)
    expect(api.list.asked).toEqual([])
  })
})

describe('A web page', () => {
  test.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:8080' },
    { origin: 'https://127.0.0.1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('from elsewhere (%j) may not write', async (headers: Record<string, string>) => {
    const api = apiOf()
    const refused = await api.call('POST', '/v1/broadcast', { headers })
    expect(refused.status).toBe(403)
    const named =
      headers['origin']?.startsWith('http') === true ? headers['origin'] : 'another site'
    expect(((await refused.json()) as { detail: string }).detail).toContain(
      `A page of ${named} may`,
    )
    expect(api.list.asked).toEqual([])
  })

  test.each([
    { origin: 'http://127.0.0.1:4001' },
    { origin: 'http://127.0.0.1:4001', 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
  ])('of our own (%j) may', async (headers: Record<string, string>) => {
    expect(await statusOf(apiOf(), 'POST', '/v1/broadcast', headers)).toBe(202)
  })

  test('is told nothing that would let it read an answer', async () => {
    const response = await apiOf().call('GET', '/v1/members')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await apiOf().call('OPTIONS', '/v1/broadcast', {
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(403)
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('With a token', () => {
  const api = () => apiOf({ token: 'sesame', host: '10.0.0.5' })

  test('nobody without it gets in', async () => {
    for (const authorization of [
      '',
      'Bearer',
      'Bearer sesam',
      'Bearer sesamee',
      'Basic sesame',
      'sesame',
    ]) {
      expect(await statusOf(api(), 'GET', '/v1/members', { authorization })).toBe(401)
    }
    const response = await api().call('GET', '/v1/members')
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="hearsay"')
    expect(await response.text()).not.toContain('sesame')
  })

  test('who has it does, under any name of the host', async () => {
    const headers = { authorization: 'Bearer sesame', host: 'ops.example.net' }
    expect(await statusOf(api(), 'GET', '/v1/members', headers)).toBe(200)
  })

  test('only health, the description and the page without data need none', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/']) {
      expect(await statusOf(api(), 'GET', path, {})).toBe(200)
    }
    for (const path of [
      '/v1/self',
      '/metrics',
      '/v1/config',
      '/v1/keys',
      '/v1/events',
      '/v1/nothing',
    ]) {
      expect(await statusOf(api(), 'GET', path, {})).toBe(401)
    }
  })
})
