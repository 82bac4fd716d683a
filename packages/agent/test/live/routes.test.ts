import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { channels } from '@hearsay/memberlist'
import { describe, expect, test } from 'vitest'
import { activitySchema, historySchema, spreadSchema } from '../../src/live/schemas.ts'
import { apiOf } from '../fakes/api.ts'
import { dataOf, open } from '../http/frames.ts'

const json = async (response: Response): Promise<unknown> => response.json()

describe('GET /v1/history', () => {
  test('gives rows, and only newer ones when that is asked for', async () => {
    const { call, live } = apiOf()
    live.history.sample()
    const { columns } = historySchema.parse(await json(await call('GET', '/v1/history')))
    expect(columns.time).toHaveLength(1)
    const newer = await call('GET', `/v1/history?since=${columns.time[0]}`)
    expect(historySchema.parse(await json(newer)).columns.time).toEqual([])
  })

  test.each(['yesterday', '-1', 'NaN'])('takes no time like "%s"', async (since) => {
    const response = await apiOf().call('GET', `/v1/history?since=${since}`)
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({ code: 'ERR_QUERY' })
  })
})

describe('GET /v1/activity', () => {
  test('is a stream of batches, for as long as somebody reads', async () => {
    const api = apiOf()
    const { cancel, frame, response } = await open(api, {}, '/v1/activity')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await frame()).toBe('retry: 1000')
    channels.probe.publish({ member: 'self', to: 'b', roundTripMs: 2 })
    api.live.activity.flush()
    expect(activitySchema.parse(dataOf(await frame())).pings).toEqual([
      { to: 'b', kind: 'ack', roundTripMs: 2 },
    ])
    expect(channels.packetIn.hasSubscribers).toBe(true)
    await cancel()
    expect(channels.packetIn.hasSubscribers).toBe(false)
  })

  test('begins nothing for who only asks for the head', async () => {
    const response = await apiOf().call('HEAD', '/v1/activity')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(channels.packetIn.hasSubscribers).toBe(false)
  })

  test('takes a bounded number of readers', async () => {
    const api = apiOf()
    const readers: Response[] = []
    for (let count = 0; count < 64; count++) readers.push(await api.call('GET', '/v1/activity'))
    expect((await api.call('GET', '/v1/activity')).status).toBe(503)
    for (const { body } of readers) await body?.cancel()
    expect(channels.packetIn.hasSubscribers).toBe(false)
  })
})

describe('GET /v1/spread', () => {
  test('shows who has a write that was traced here', async () => {
    const { call, store } = apiOf()
    const members = [{ name: 'b', afterMs: 3 }]
    store.spread = () => ({ version: 'v1', key: 'k', startedAt: 0, expected: 1, members })
    const spread = spreadSchema.parse(await json(await call('GET', '/v1/spread?version=v1')))
    expect(spread).toMatchObject({ version: 'v1', key: 'k', members, missing: [] })
  })

  test('does not know what was not traced here', async () => {
    const response = await apiOf().call('GET', '/v1/spread?version=v1')
    expect(response.status).toBe(404)
    expect(await json(response)).toMatchObject({
      code: 'ERR_UNKNOWN_VERSION',
      hint: expect.stringContaining('?trace') as string,
    })
    expect((await apiOf().call('GET', '/v1/spread')).status).toBe(400)
  })
})

describe('GET /', () => {
  test('is the dashboard, which needs no token, unlike what it shows', async () => {
    const page = mkdtempSync(join(tmpdir(), 'hearsay-page-'))
    writeFileSync(join(page, 'index.html'), 'the page')
    const { call } = apiOf({ page, token: 'sesame' })
    rmSync(page, { recursive: true })
    const response = await call('GET', '/')
    expect(await response.text()).toBe('the page')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await call('HEAD', '/')).headers.get('etag')).toBe(response.headers.get('etag'))
    for (const path of ['/v1/history', '/v1/activity', '/v1/spread?version=v']) {
      expect((await call('GET', path)).status).toBe(401)
    }
  })

  test('says what to do where the dashboard was not built', async () => {
    const response = await apiOf().call('GET', '/')
    const text = await response.text()
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(text).toContain('npm run build')
    expect(text).toContain('GET /v1/history')
  })

  test.each(['/assets/gone.js', '/assets/../../package.json', '/assets/%2e%2e/x'])(
    'leads to no file that is not of the page: %s',
    async (path) => {
      const response = await apiOf().call('GET', path)
      expect(response.status).toBe(404)
    },
  )
})
