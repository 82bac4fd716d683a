import { MemberlistError } from '@hearsay/memberlist'
import { describe, expect, test } from 'vitest'
import {
  configSchema,
  joinedSchema,
  keysSchema,
  memberSchema,
  membersSchema,
  pingSchema,
  problemSchema,
} from '../../src/http/schemas.ts'
import { apiOf } from '../fakes/api.ts'
import { FakeMemberlist, memberOf } from '../fakes/fake-memberlist.ts'

const odd = 'b/ü%\udcff'

function apiWithMembers() {
  const list = new FakeMemberlist([
    memberOf('zoe', { state: 'left' }),
    memberOf('bob', { state: 'suspect' }),
    memberOf('amy', { state: 'failed' }),
    memberOf(odd),
  ])
  return apiOf({ list })
}

async function json(response: Response | Promise<Response>): Promise<unknown> {
  return (await response).json()
}

describe('Members', () => {
  test('are all that are known, by name', async () => {
    const { call } = apiWithMembers()
    const members = membersSchema.parse(await json(call('GET', '/v1/members')))
    expect(members.map(({ name }) => name)).toEqual(['amy', odd, 'bob', 'self', 'zoe'])
  })

  test.each([
    ['alive', [odd, 'self']],
    ['failed', ['amy']],
    ['suspect,left', ['bob', 'zoe']],
  ])('in state %s are asked for', async (state, expected) => {
    const { call } = apiWithMembers()
    const members = membersSchema.parse(await json(call('GET', `/v1/members?state=${state}`)))
    expect(members.map(({ name }) => name)).toEqual(expected)
  })

  test('in a state that there is not are a mistake, and so is an unknown parameter', async () => {
    const { call } = apiWithMembers()
    const wrong = await call('GET', '/v1/members?state=dead')
    expect(wrong.status).toBe(400)
    expect(await json(wrong)).toMatchObject({
      code: 'ERR_QUERY',
      detail: expect.stringContaining(
        '"dead" is no state; there are alive, suspect, failed, left',
      ) as string,
    })
    expect((await call('GET', '/v1/members?stat=alive')).status).toBe(400)
    expect((await call('GET', '/v1/self?x=1')).status).toBe(400)
  })

  test('are found by their bytes, UTF-8 or not', async () => {
    const { call } = apiWithMembers()
    const found = memberSchema.parse(await json(call('GET', '/v1/members/b%2F%C3%BC%25%FF')))
    expect(found.name).toBe(odd)
  })

  test('that are not there are told as such', async () => {
    const { call } = apiWithMembers()
    const response = await call('GET', '/v1/members/nobody')
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(problemSchema.parse(await json(response))).toMatchObject({
      status: 404,
      code: 'ERR_UNKNOWN_MEMBER',
      detail: 'No member is called "nobody".',
      hint: 'GET /v1/members (hearsay members) lists the names.',
    })
  })

  test('are pinged', async () => {
    const { call, list } = apiWithMembers()
    const answer = pingSchema.parse(await json(call('POST', '/v1/members/bob/ping')))
    expect(answer).toEqual({ name: 'bob', roundTripMs: 1.25, payload: { base64: 'AA==' } })
    expect(list.asked).toEqual([['ping', 'bob']])
  })

  test('that do not answer a ping are an answer in themselves', async () => {
    const { call, list } = apiWithMembers()
    list.failure = new MemberlistError('ERR_TIMEOUT', 'bob did not answer.')
    const response = await call('POST', '/v1/members/bob/ping')
    expect(response.status).toBe(504)
    expect(await json(response)).toMatchObject({
      code: 'ERR_TIMEOUT',
      detail: 'bob did not answer.',
    })
  })

  test('are sent bytes as they are, by packet or by stream', async () => {
    const { call, list } = apiWithMembers()
    const body = new Uint8Array([0, 255, 10])
    expect((await call('POST', '/v1/members/bob/messages', { body })).status).toBe(202)
    expect((await call('POST', '/v1/members/bob/messages?reliable', { body })).status).toBe(202)
    expect((await call('POST', '/v1/members/bob/messages?reliable=false', { body })).status).toBe(
      202,
    )
    expect(list.asked).toEqual([
      ['send', 'bob', '00ff0a'],
      ['sendReliable', 'bob', 3],
      ['send', 'bob', '00ff0a'],
    ])
  })
})

describe('The member that answers', () => {
  test('is itself', async () => {
    const self = memberSchema.parse(await json(apiOf().call('GET', '/v1/self')))
    expect(self).toMatchObject({ name: 'self', local: true })
  })

  test('gets new metadata of up to 512 bytes', async () => {
    const { call, list } = apiOf()
    const answer = await call('PUT', '/v1/self/meta', { body: 'rack 8' })
    expect(await json(answer)).toMatchObject({ name: 'self', meta: { text: 'rack 8' } })
    expect((await call('PUT', '/v1/self/meta', { body: new Uint8Array(512) })).status).toBe(200)
    const tooLarge = await call('PUT', '/v1/self/meta', { body: new Uint8Array(513) })
    expect(tooLarge.status).toBe(413)
    expect(list.asked).toHaveLength(2)
  })
})

describe('The cluster', () => {
  test('is joined', async () => {
    const { call, list } = apiOf()
    const body = JSON.stringify({ addresses: ['10.0.0.1', 'b/10.0.0.2:1'], timeoutMs: 500 })
    const joined = joinedSchema.parse(await json(call('POST', '/v1/join', { body })))
    expect(joined).toEqual({ addresses: ['10.0.0.1', 'b/10.0.0.2:1'], reached: 2, errors: [] })
    expect(list.asked).toEqual([
      ['join', ['10.0.0.1', 'b/10.0.0.2:1'], { timeoutMs: 500, retry: undefined }],
    ])
  })

  test('that cannot be joined is told with the reason for each address', async () => {
    const { call, list } = apiOf()
    list.joinErrors = [
      { address: 'a', error: new MemberlistError('ERR_UNREACHABLE', 'Nobody listens.') },
    ]
    const response = await call('POST', '/v1/join', { body: '{"addresses":["a"]}' })
    expect(response.status).toBe(502)
    expect(await json(response)).toMatchObject({
      code: 'ERR_JOIN',
      reached: 0,
      errors: [{ address: 'a', code: 'ERR_UNREACHABLE', detail: 'Nobody listens.' }],
    })
  })

  test.each([
    ['', 'ERR_BODY'],
    ['{', 'ERR_BODY'],
    ['{}', 'ERR_BODY'],
    ['{"addresses":[]}', 'ERR_BODY'],
    ['{"addresses":["a"],"more":1}', 'ERR_BODY'],
    ['{"addresses":["a"],"timeoutMs":0}', 'ERR_BODY'],
    ['{"addresses":["a:b"]}', 'ERR_ADDRESS'],
  ])('is not joined with a body of %s', async (body, code) => {
    const { call, list } = apiOf()
    const response = await call('POST', '/v1/join', { body })
    expect(response.status).toBe(400)
    expect(await json(response)).toMatchObject({ code })
    expect(list.asked).toEqual([])
  })

  test('is left, and the process told to end', async () => {
    const { call, list, state } = apiOf()
    expect(await json(call('POST', '/v1/leave'))).toEqual({ name: 'self', left: true })
    expect(list.asked).toEqual([['leave']])
    expect(state.leaves).toBe(1)
  })

  test('hears broadcasts', async () => {
    const { call, list } = apiOf()
    const queued = await call('POST', '/v1/broadcast', { body: new Uint8Array([1, 2]) })
    expect(queued.status).toBe(202)
    expect(await json(queued)).toEqual({ bytes: 2, outcome: 'queued' })
    const sent = await call('POST', '/v1/broadcast?name=config&wait', { body: 'x' })
    expect(await json(sent)).toEqual({ bytes: 1, outcome: 'sent' })
    expect(list.asked).toEqual([
      ['broadcast', '0102', undefined],
      ['broadcast', '78', 'config'],
    ])
  })

  test('does not hear what is too large for it', async () => {
    const { call, list } = apiOf()
    list.failure = new MemberlistError(
      'ERR_TOO_LARGE',
      '2,000 bytes; at most 1,300 go in a packet.',
    )
    expect((await call('POST', '/v1/broadcast', { body: 'x' })).status).toBe(413)
  })
})

describe('Operators see', () => {
  test('the configuration', async () => {
    const config = configSchema.parse(await json(apiOf().call('GET', '/v1/config')))
    expect(config.values[0]?.value).toBe('(hidden)')
  })

  test('the keys by their ids, and the keys themselves with a token alone', async () => {
    const key = new Uint8Array(16)
    const open = apiOf({ list: new FakeMemberlist([], [key]) })
    const { keys } = keysSchema.parse(await json(open.call('GET', '/v1/keys')))
    expect(keys).toEqual([{ id: '374708fff7719dd5', bytes: 16, primary: true }])
    expect((await open.call('GET', '/v1/keys?reveal')).status).toBe(403)
    const closed = apiOf({ list: new FakeMemberlist([], [key]), token: 't' })
    const headers = { authorization: 'Bearer t' }
    const revealed = keysSchema.parse(
      await json(closed.call('GET', '/v1/keys?reveal', { headers })),
    )
    expect(revealed.keys[0]?.key).toBe('AAAAAAAAAAAAAAAAAAAAAA==')
  })

  test('keys rotated by three calls', async () => {
    const { call, list } = apiOf({ list: new FakeMemberlist([], [new Uint8Array(16)]) })
    const next = 'AQEBAQEBAQEBAQEBAQEBAQ=='
    const send = (method: string, body: object) =>
      json(call(method, '/v1/keys', { body: JSON.stringify(body) }))
    await send('POST', { key: next })
    await send('POST', { key: next, primary: true })
    expect(await send('DELETE', { key: '374708fff7719dd5' })).toMatchObject({
      keys: [{ bytes: 16, primary: true }],
    })
    expect(list.keyring?.keys).toEqual([new Uint8Array(16).fill(1)])
  })

  test('that an id which no key has is an id, not a key of a wrong length', async () => {
    const { call } = apiOf({ list: new FakeMemberlist([], [new Uint8Array(16)]) })
    const body = JSON.stringify({ key: '0123456789abcdef' })
    for (const method of ['POST', 'DELETE']) {
      const response = await call(method, '/v1/keys', { body })
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({
        code: 'ERR_KEY',
        detail: 'No key here has the id 0123456789abcdef.',
      })
    }
  })

  test("metrics under memberlist's names", async () => {
    const { call } = apiWithMembers()
    const response = await call('GET', '/metrics')
    expect(response.headers.get('content-type')).toContain('text/plain')
    const lines = (await response.text()).split('\n')
    expect(lines).toContain('memberlist_health_score 3')
    expect(lines).toContain('memberlist_udp_sent 7')
    expect(lines).toContain('memberlist_node_instances{node_state="alive"} 2')
    expect(lines).toContain('memberlist_node_instances{node_state="dead"} 1')
    expect(lines).toContain('hearsay_rejected_total{reason="no-key"} 5')
  })

  test('metrics of the key/value store', async () => {
    const { call, store } = apiOf()
    store.counters = { keys: 3, full: true, refused: { ...store.stats().refused, clock: 5 } }
    store.counters = { ...store.counters, writesRefused: { ERR_KV_FULL: 2 } }
    const lines = (await (await call('GET', '/metrics')).text()).split('\n')
    expect(lines).toContain('hearsay_kv_keys 3')
    expect(lines).toContain('hearsay_kv_full 1')
    expect(lines).toContain('hearsay_kv_max_bytes 1000')
    expect(lines).toContain('hearsay_kv_writes_total 0')
    expect(lines).toContain('hearsay_kv_refused_total{reason="clock"} 5')
    expect(lines).toContain('hearsay_kv_writes_refused_total{code="ERR_KV_FULL"} 2')
    const stats = (await (await call('GET', '/v1/stats')).json()) as { kv: object }
    expect(stats.kv).toEqual(store.stats())
  })

  test('that the process works, and whether it is part of the cluster', async () => {
    const { agent, call, list } = apiOf()
    expect(await json(call('GET', '/healthz'))).toEqual({ status: 'ok' })
    expect(await json(call('GET', '/readyz'))).toEqual({ status: 'ready' })
    list.joinErrors = [{ address: 'a', error: new MemberlistError('ERR_TIMEOUT', 'Too late.') }]
    await agent.join(['a'], {})
    const response = await call('GET', '/readyz')
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('1')
    expect((await call('GET', '/healthz')).status).toBe(200)
  })

  test('a page with the calls that there are, in which no name can hide a script', async () => {
    const list = new FakeMemberlist()
    list.allMembers = [memberOf('<script>', { local: true })]
    const response = await apiOf({ list }).call('GET', '/')
    const page = await response.text()
    expect(page).toContain('&lt;script&gt;')
    expect(page).not.toContain('<script>')
    expect(page).toContain('/v1/members')
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})

describe('What is wrong is told', () => {
  test('where nothing is', async () => {
    const response = await apiOf().call('GET', '/v1/nothing')
    expect(response.status).toBe(404)
    expect(await json(response)).toMatchObject({ code: 'ERR_NOT_FOUND' })
  })

  test('where a call takes another method', async () => {
    const response = await apiOf().call('DELETE', '/v1/members')
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
    const keys = await apiOf().call('PUT', '/v1/keys')
    expect(keys.headers.get('allow')).toBe('GET, POST, DELETE')
  })

  test('where the fault is ours, with the particulars in the log alone', async () => {
    const { call, list, stderr } = apiOf()
    list.failure = new Error('secret particulars')
    const response = await call('POST', '/v1/broadcast', { body: 'x' })
    expect(response.status).toBe(500)
    const text = await response.text()
    expect(text).toContain('ERR_INTERNAL')
    expect(text).not.toContain('secret particulars')
    expect(stderr.text).toContain('secret particulars')
  })

  test('where a body is over the limit, also when its length is not announced', async () => {
    const { call, list } = apiOf()
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
    })
    const init = { body: endless, duplex: 'half' } as RequestInit
    const response = await call('PUT', '/v1/self/meta', init)
    expect(response.status).toBe(413)
    expect(await json(response)).toMatchObject({
      code: 'ERR_TOO_LARGE',
      detail: expect.stringContaining('512 bytes') as string,
    })
    expect(list.asked).toEqual([])
  })
})
