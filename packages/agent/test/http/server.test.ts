import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { problemSchema } from '../../src/http/schemas.ts'
import { HttpServer } from '../../src/http/server.ts'
import { apiOf } from '../fakes/api.ts'

const open: HttpServer[] = []
afterEach(async () => {
  for (const server of open.splice(0)) await server[Symbol.asyncDispose]()
})

async function listen(port = 0, host = '127.0.0.1') {
  const { app } = apiOf()
  const server = await HttpServer.listen({ host, port }, () => app)
  open.push(server)
  return server
}

/** All that the server answers to these bytes until it closes. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      answer += chunk
    })
    socket.once('close', () => resolve(answer)).once('error', reject)
  })
}

const short = { headersTimeoutMs: 50, requestTimeoutMs: 50, checkIntervalMs: 10 }
const chunk = new Uint8Array(65_536)

describe('A slow client', () => {
  const get = 'GET /v1/self HTTP/1.1\r\nHost: localhost\r\n'
  const post = 'POST /v1/broadcast HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n'
  test.each([
    ['headers', `${get}X-A: b\r\n`],
    ['its body', `${post}half`],
  ])('that never comes to the end of %s is told so, and cut off', async (_, text) => {
    const { app, list } = apiOf()
    const fetch = (request: Request) => app.fetch(request)
    const server = await HttpServer.listen({ host: '127.0.0.1', port: 0 }, () => ({ fetch }), short)
    open.push(server)
    const answer = await exchange(server.bound.port, text)
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*application\/problem\+json/)
    expect(answer).toContain('"code":"ERR_TIMEOUT"')
    expect(list.asked).toEqual([])
  })

  test('that does not read its answer is cut off, and what is left of the answer dropped', async () => {
    let chunks = 0
    let dropped = (_chunks: number) => {}
    const untilDropped = new Promise<number>((resolve) => {
      dropped = resolve
    })
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => {
          chunks++
          controller.enqueue(chunk)
        },
        cancel: () => dropped(chunks),
      })
    const server = await HttpServer.listen(
      { host: '127.0.0.1', port: 0 },
      () => ({ fetch: () => new Response(endless()) }),
      { stuckAnswerTimeoutMs: 50 },
    )
    open.push(server)
    const socket = connect(server.bound.port, '127.0.0.1', () => socket.write(`${get}\r\n`))
    socket.pause().on('error', () => undefined)
    // What the kernel takes for both ends, and no more: nothing is piled up here.
    expect(await untilDropped).toBeLessThan(1_000)
    socket.destroy()
  })

  test('that waits for events which do not come is not cut off', async () => {
    const { app, events } = apiOf()
    const server = await HttpServer.listen({ host: '127.0.0.1', port: 0 }, () => app, {
      ...short,
      stuckAnswerTimeoutMs: 20,
    })
    open.push(server)
    const socket = connect(server.bound.port, '127.0.0.1', () =>
      socket.write('GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    )
    let text = ''
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part
    })
    while (events.listeners === 0) await new Promise((resolve) => setImmediate(resolve))
    // Another connection that is cut off shows that the time was over.
    expect(await exchange(server.bound.port, get)).toContain('408')
    expect(await exchange(server.bound.port, get)).toContain('408')
    events.append({ event: 'health', score: 7 })
    while (!text.includes('"score":7')) await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
  })
})

describe('What is no request is answered as a problem:', () => {
  test.each([
    [400, 'a URL that is not ASCII', 'GET /get?key=\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    [
      431,
      'endless headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
    ],
    [400, 'no HTTP at all', 'hello\r\n\r\n'],
  ])('%i for %s', async (status, _, text) => {
    const { bound } = await listen()
    const [head = '', body = ''] = (await exchange(bound.port, text)).split('\r\n\r\n')
    expect(head).toContain('content-type: application/problem+json')
    expect(problemSchema.parse(JSON.parse(body))).toMatchObject({ status })
  })
})

describe('The HTTP server', () => {
  test('tells requests beyond what it can answer at a time to come again, and those after them come in', async () => {
    const waiting: ((response: Response) => void)[] = []
    const fetch = () => new Promise<Response>((resolve) => waiting.push(resolve))
    const at = { host: '127.0.0.1', port: 0 }
    const server = await HttpServer.listen(at, () => ({ fetch }), { maxRequests: 2 })
    open.push(server)
    const request = 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'
    const first = [exchange(server.bound.port, request), exchange(server.bound.port, request)]
    while (waiting.length < 2) await new Promise((resolve) => setImmediate(resolve))
    const refused = await exchange(server.bound.port, request)
    expect(refused).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1/)
    for (const answer of waiting.splice(0)) answer(new Response('done'))
    for (const answered of await Promise.all(first)) expect(answered).toContain('done')
    const later = exchange(server.bound.port, request)
    while (waiting.length < 1) await new Promise((resolve) => setImmediate(resolve))
    waiting[0]?.(new Response('done'))
    expect(await later).toContain('done')
  })

  test('answers over the network as it does within', async () => {
    const { bound } = await listen()
    const answer = await exchange(
      bound.port,
      'GET /v1/self HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(answer).toContain('"name":"self"')
  })

  test('finds a name with a slash and with bytes that are no UTF-8', async () => {
    const { bound } = await listen()
    const answer = await exchange(
      bound.port,
      'GET /v1/members/a%2Fb%FF HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toContain('No member is called \\"a/b\\udcff\\".')
  })

  test.each([
    ['a host that is none', 'GET / HTTP/1.1\r\nHost: a b<>\r\nConnection: close\r\n\r\n'],
    ['no host', 'GET / HTTP/1.0\r\n\r\n'],
    [
      'a name as absolute target',
      'GET http://x\\y/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n',
    ],
  ])('refuses a request with %s', async (_, text) => {
    const { bound } = await listen()
    expect(await exchange(bound.port, text)).toMatch(/^HTTP\/1\.1 (400|403) /)
  })

  test('refuses headers over 16 KiB', async () => {
    const { bound } = await listen()
    const text = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`
    expect(await exchange(bound.port, text)).toMatch(/^HTTP\/1\.1 431 /)
  })

  test('says which address is taken', async () => {
    const { bound } = await listen()
    await expect(listen(bound.port)).rejects.toMatchObject({
      code: 'ERR_ADDRESS_IN_USE',
      message: expect.stringContaining(`127.0.0.1:${bound.port} is taken`) as string,
    })
  })

  test('says which address is not one of this machine', async () => {
    await expect(listen(0, '192.0.2.1')).rejects.toMatchObject({
      code: 'ERR_BIND',
      message: expect.stringContaining('it is not an address of this machine') as string,
    })
  })

  test('takes a body that breaks off for what it is, and changes nothing', async () => {
    const { app, call, store, stderr } = apiOf()
    const at = { host: '127.0.0.1', port: 0 }
    let answering: Promise<Response> | undefined
    const fetch = (request: Request) => {
      answering = Promise.resolve(app.fetch(request))
      return answering
    }
    const server = await HttpServer.listen(at, () => ({ fetch }))
    open.push(server)
    const socket = connect(server.bound.port, '127.0.0.1')
    const head = 'PUT /v1/kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n'
    socket.write(`${head}half`)
    while (answering === undefined) await new Promise((resolve) => setImmediate(resolve))
    socket.destroy()
    const { status } = await answering
    expect(status).toBe(400)
    expect(store.asked).toEqual([])
    expect(stderr.text).toBe('')
    expect((await call('PUT', '/v1/kv/a', { body: 'whole' })).status).toBe(200)
  })

  test('ends streams when it stops', async () => {
    const { app, events } = apiOf()
    const at = { host: '127.0.0.1', port: 0 }
    const server = await HttpServer.listen(at, () => app)
    const streaming = exchange(
      server.bound.port,
      'GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n',
    )
    while (events.listeners === 0) await new Promise((resolve) => setImmediate(resolve))
    await server[Symbol.asyncDispose]()
    expect(await streaming).toContain('text/event-stream')
  })
})
