import { describe, expect, test } from 'vitest'
import { apiOf } from '../fakes/api.ts'
import { memberOf } from '../fakes/fake-memberlist.ts'
import { dataOf, idOf, open } from './frames.ts'

type Api = ReturnType<typeof apiOf>

const health = (api: Api, score: number) => api.list.tell({ type: 'health', score })

describe('The event stream', () => {
  test('begins at once, with what happens from now on', async () => {
    const api = apiOf()
    const { response, frame } = await open(api)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(await frame()).toBe('retry: 1000')
    health(api, 1)
    expect(dataOf(await frame())).toMatchObject({
      event: 'health',
      score: 1,
      time: expect.any(String) as string,
    })
  })

  test('goes on after the last event that a reader saw', async () => {
    const api = apiOf()
    const first = await open(api)
    await first.frame()
    health(api, 1)
    const id = idOf(await first.frame())
    await first.cancel()
    health(api, 2)
    health(api, 3)
    const second = await open(api, { 'last-event-id': id })
    await second.frame()
    expect(dataOf(await second.frame())).toMatchObject({ score: 2 })
    expect(dataOf(await second.frame())).toMatchObject({ score: 3 })
  })

  test('begins with all that is kept when that is asked for', async () => {
    const api = apiOf()
    health(api, 1)
    const { frame } = await open(api, {}, '/v1/events?after=0')
    await frame()
    expect(dataOf(await frame())).toMatchObject({ event: 'ready' })
    expect(dataOf(await frame())).toMatchObject({ event: 'health' })
  })

  test('says so when events between are no longer kept', async () => {
    const api = apiOf()
    const { frame, cancel } = await open(api, { 'last-event-id': '0' })
    await frame()
    const id = idOf(await frame())
    await cancel()
    for (let score = 0; score < 1_100; score++) health(api, score)
    const second = await open(api, { 'last-event-id': id })
    await second.frame()
    expect(dataOf(await second.frame())).toMatchObject({ event: 'warning', code: 'events-missed' })
    expect(dataOf(await second.frame())).toMatchObject({ score: 1_100 - 1_024 })
  })

  test('ends when the member has left', async () => {
    const api = apiOf()
    const { frame } = await open(api)
    await frame()
    await api.agent.leave(1, false)
    expect(dataOf(await frame())).toMatchObject({ event: 'left' })
    expect(await frame()).toBeUndefined()
    expect(api.events.listeners).toBe(0)
  })

  test('cuts off a reader that does not read, and holds no more for it than a bound', async () => {
    const api = apiOf()
    const { response } = await open(api)
    const bytes = new Uint8Array(400_000)
    for (let count = 0; count < 10; count++) {
      api.list.tell({ type: 'message', bytes, via: 'stream', host: '10.0.0.1', port: 1 })
    }
    expect(api.events.listeners).toBe(0)
    expect(response.status).toBe(200)
  })

  test('forgets a reader that went away', async () => {
    const api = apiOf()
    const { cancel, frame } = await open(api)
    await frame()
    expect(api.events.listeners).toBe(1)
    await cancel()
    api.list.tell({ type: 'join', member: memberOf('b') })
    expect(api.events.listeners).toBe(0)
  })

  test('is not begun for a reader who only asks for the head', async () => {
    const api = apiOf()
    const response = await api.call('HEAD', '/v1/events')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(api.events.listeners).toBe(0)
  })

  test('takes a bounded number of readers', async () => {
    const api = apiOf()
    for (let count = 0; count < 64; count++) await open(api)
    const refused = await api.call('GET', '/v1/events')
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
  })
})
