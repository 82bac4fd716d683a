import { type Change, KvError } from '@hearsay/kv'
import { describe, expect, test } from 'vitest'
import { kvChangeSchema } from '../../src/http/schemas/kv.ts'
import { apiOf } from '../fakes/api.ts'
import { dataOf, idOf, open } from './frames.ts'

type Api = ReturnType<typeof apiOf>

async function watching(api: Api, path: string, headers: Record<string, string> = {}) {
  const stream = await open(api, headers, path)
  expect(await stream.frame()).toBe('retry: 1000')
  return stream
}

const change = (more: Partial<Extract<Change, { type: 'put' }>> = {}): Change => ({
  type: 'put',
  key: 'a',
  version: 'v1',
  origin: 'self',
  value: new Uint8Array(0),
  cursor: 'c1',
  ...more,
})

describe('A watch', () => {
  test('tells what becomes of a key, each change with the place to go on from', async () => {
    const api = apiOf()
    const { frame, response } = await watching(api, '/v1/kv/a%2Fb?watch')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(api.store.watched).toEqual([{ key: 'a/b' }])
    await api.call('PUT', '/v1/kv/a%2Fb?ttl=1s', { body: 'x' })
    await api.call('DELETE', '/v1/kv/a%2Fb')
    api.store.tell({ type: 'reset', cursor: 'c9' })
    const frames = [await frame(), await frame(), await frame()]
    expect(frames.map(idOf)).toEqual(['c1', 'c2', 'c9'])
    expect(frames.map((each) => kvChangeSchema.parse(dataOf(each)))).toEqual([
      {
        type: 'put',
        key: 'a/b',
        version: 'v1',
        origin: 'self',
        bytes: 1,
        value: { text: 'x' },
        expiresAt: '2026-01-02T03:04:06.000Z',
      },
      { type: 'delete', key: 'a/b', version: 'v2', origin: 'self' },
      { type: 'reset' },
    ])
  })

  test('of a prefix, or of all keys, is asked of the list', async () => {
    const api = apiOf()
    await watching(api, '/v1/kv?prefix=a/&watch')
    await watching(api, '/v1/kv?watch')
    expect(api.store.watched).toEqual([{ prefix: 'a/' }, { prefix: '' }])
  })

  test('goes on where a reader was, by its header or by its address', async () => {
    const api = apiOf()
    await watching(api, '/v1/kv/a?watch', { 'last-event-id': 'c7' })
    await watching(api, '/v1/kv/a?watch&since=c8')
    await watching(api, '/v1/kv/a?watch&since=c8', { 'last-event-id': 'c9' })
    expect(api.store.watched.map(({ since }) => since)).toEqual(['c7', 'c8', 'c9'])
  })

  test('leaves large values out: they are there to be read', async () => {
    const api = apiOf()
    const { frame } = await watching(api, '/v1/kv/a?watch')
    api.store.tell(change({ value: new Uint8Array(65_536) }))
    api.store.tell(change({ value: new Uint8Array(65_537) }))
    const first = dataOf(await frame())
    expect(first['value']).toEqual({ base64: expect.any(String) as string })
    const second = dataOf(await frame())
    expect(second['bytes']).toBe(65_537)
    expect(second['value']).toBeUndefined()
  })

  test('waits for a reader who is slow, and is over for one who has gone', async () => {
    const api = apiOf()
    const { cancel, frame, response } = await watching(api, '/v1/kv?watch')
    const value = new Uint8Array(65_536)
    for (let count = 0; count < 100; count++) api.store.tell(change({ value, cursor: `${count}` }))
    let last = ''
    for (let count = 0; count < 100; count++) last = idOf(await frame())
    expect(last).toBe('99')
    expect(response.status).toBe(200)
    expect(api.store.watchers).toBe(1)
    await cancel()
    expect(api.store.watchers).toBe(0)
  })

  test('ends when the store ends it', async () => {
    const api = apiOf()
    api.store.watch = async function* () {
      yield change()
      return undefined
    }
    const { frame } = await watching(api, '/v1/kv/a?watch')
    expect(idOf(await frame())).toBe('c1')
    expect(await frame()).toBeUndefined()
  })

  test('that cannot be begun takes no place of another', async () => {
    const api = apiOf()
    const watch = api.store.watch.bind(api.store)
    api.store.watch = () => {
      throw new KvError('ERR_KV_KEY', 'No such prefix is possible.')
    }
    for (let count = 0; count < 65; count++) {
      expect((await api.call('GET', '/v1/kv?watch')).status).toBe(400)
    }
    api.store.watch = watch
    await watching(api, '/v1/kv?watch')
  })

  test('is not begun for a reader who only asks for the head', async () => {
    const api = apiOf()
    const response = await api.call('HEAD', '/v1/kv/a?watch')
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(api.store.watched).toEqual([])
  })

  test('is for a bounded number of readers, who are told when to come again', async () => {
    const api = apiOf()
    for (let count = 0; count < 64; count++) await watching(api, '/v1/kv?watch')
    const refused = await api.call('GET', '/v1/kv/a?watch')
    expect(refused.status).toBe(503)
    expect(refused.headers.get('retry-after')).toBe('5')
  })
})
