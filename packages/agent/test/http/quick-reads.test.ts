import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createGuard } from '../../src/http/guard.ts'
import { quickReads } from '../../src/http/quick-reads.ts'
import { HttpServer } from '../../src/http/server.ts'
import { apiOf } from '../fakes/api.ts'

/** The same API twice over the network: with the quick reads before it, and without. */
async function bothWays(token?: string) {
  const api = apiOf(token === undefined ? {} : { token })
  const { app, crossOrigin, store } = api
  let quickly = 0
  const guard = createGuard({ host: '127.0.0.1', token, crossOrigin })
  const quick = quickReads({ store, guard, crossOrigin })
  const counted: typeof quick = (...parts) => {
    const isAnswered = quick(...parts)
    if (isAnswered) quickly++
    return isAnswered
  }
  const at = { host: '127.0.0.1', port: 0 }
  const fetch = (request: Request) => app.fetch(request)
  const withQuick = await HttpServer.listen(at, () => ({ fetch, quick: counted }))
  const without = await HttpServer.listen(at, () => ({ fetch }))
  onTestFinished(async () => {
    await withQuick[Symbol.asyncDispose]()
    await without[Symbol.asyncDispose]()
  })
  return {
    store,
    ask: (request: string) => exchange(withQuick.bound.port, request),
    askSlowly: (request: string) => exchange(without.bound.port, request),
    quickly: () => quickly,
  }
}

interface Answer {
  readonly status: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One request as bytes, so that no client makes it better than it is. */
function exchange(port: number, request: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Buffer.from(`${request}\r\nConnection: close\r\n\r\n`, 'latin1'))
    })
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.once('error', reject).once('close', () => resolve(parsed(answer)))
  })
}

function parsed(answer: string): Answer {
  const [head = '', ...body] = answer.split('\r\n\r\n')
  const [status = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => {
    const [name = '', ...value] = line.split(': ')
    return [name.toLowerCase(), value.join(': ')]
  })
  const { date, connection, ...others } = Object.fromEntries(headers) as Record<string, string>
  return { status, headers: others, body: body.join('\r\n\r\n') }
}

const get = (path: string, ...headers: string[]) =>
  [`GET ${path} HTTP/1.1`, 'Host: localhost', ...headers].join('\r\n')

describe('A quick read is answered as any other:', () => {
  test.each([
    get('/v1/kv/a'),
    get('/v1/kv/b/%C3%BC'),
    get('/v1/kv/b%2F%c3%bc'),
    get('/v1/kv/empty'),
    get('/v1/kv/none'),
    get('/v1/kv/%FF'),
    get(`/v1/kv/${'k'.repeat(513)}`),
    get('/v1/kv/a', 'If-None-Match: "v1"'),
    get('/v1/kv/a', 'If-None-Match: "v0"'),
    get('/v1/kv/a', 'If-Match: "v0"'),
    get('/v1/kv/a', 'Origin: https://evil.example'),
    get('/get?key=a'),
    get('/get?key=b/%C3%BC&more=1'),
    get('/get?key=none'),
    get('/get?val=1'),
    get('/get?key=empty'),
    'GET /v1/kv/a HTTP/1.1\r\nHost: evil.example',
  ])('%s', async (request) => {
    const { ask, askSlowly, quickly, store } = await bothWays()
    await store.put('a', new Uint8Array([0, 255]), { ttlMs: 5 })
    await store.put('b/ü', new TextEncoder().encode('x'))
    await store.put('empty', new Uint8Array(0))
    expect(await ask(request)).toEqual(await askSlowly(request))
    expect(quickly()).toBe(1)
  })

  test.each([
    get('/v1/kv/a'),
    get('/v1/kv/a', 'Authorization: Bearer sesam'),
    get('/v1/kv/a', 'Authorization: Bearer sesame'),
    get('/get?key=a', 'Authorization: Basic sesame'),
    get('/get?key=a', 'Authorization: bearer  sesame'),
  ])('with a token, %s', async (request) => {
    const { ask, askSlowly, store } = await bothWays('sesame')
    await store.put('a', new TextEncoder().encode('x'))
    expect(await ask(request)).toEqual(await askSlowly(request))
    expect((await ask(request)).status).toMatch(
      /bearer +sesame$/i.test(request) ? / 200 / : / 401 /,
    )
  })

  test.each([
    get('/v1/kv/a?watch=0'),
    get('/v1/kv/'),
    get('/v1/kv'),
    get('/v1/kv/a/../b'),
    get('/v1/kv/b/%2E%2e/a'),
    get('/v1/kv/a\\b'),
    get('/v1/kv/a#b'),
    get('/getting?key=a'),
    get('/v1/members'),
    'HEAD /v1/kv/a HTTP/1.1\r\nHost: localhost',
    'PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0',
  ])('what is none is left to the others: %s', async (request) => {
    const { ask, askSlowly, quickly, store } = await bothWays()
    await store.put('a', new TextEncoder().encode('x'))
    const slowly = await askSlowly(request)
    const { status } = await ask(request)
    expect(status).toBe(slowly.status)
    expect(quickly()).toBe(0)
  })

  test('nor is a fault of ours hidden', async () => {
    const { ask, quickly, store } = await bothWays()
    store.get = () => {
      throw new Error('unforeseen')
    }
    expect((await ask(get('/v1/kv/a'))).status).toContain(' 500 ')
    expect(quickly()).toBe(0)
  })
})
