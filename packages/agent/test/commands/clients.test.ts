import { createServer, type RequestListener } from 'node:http'
import { MemberlistError } from '@hearsay/memberlist'
import { describe, expect, onTestFinished, test } from 'vitest'
import { FakeMemberlist, memberOf } from '../fakes/fake-memberlist.ts'
import { fakeSurroundings } from '../fakes/fake-surroundings.ts'
import { listening } from './listening.ts'
import { run } from './run.ts'

/** A server that is no agent. */
async function strangerAt(listener?: RequestListener): Promise<{ at: string }> {
  const server = createServer(listener)
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return { at: `127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}` }
}

const others = () => [
  memberOf('bob', { host: '10.0.0.2', state: 'failed', roundTripMs: 1.5 }),
  memberOf('evil\u001b[2J', { meta: new Uint8Array([0]) }),
]

describe('hearsay members', () => {
  test('is JSON where stdout is no terminal', async () => {
    const { ask } = await listening({ list: new FakeMemberlist(others()) })
    const { exitCode, stdout } = await ask(['members'])
    expect(exitCode).toBe(0)
    expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual([
      'bob',
      'evil\u001b[2J',
      'self',
    ])
  })

  test('is a table on a terminal, that no member can break out of', async () => {
    const { askOnTerminal } = await listening({ list: new FakeMemberlist(others()) })
    const { stdout } = await askOnTerminal(['members'])
    const [heading = '', ...lines] = stdout.trimEnd().split('\n')
    expect(heading).toMatch(/^NAME +STATE +ADDRESS +FOR +ROUND TRIP +META$/)
    expect(lines[0]).toMatch(/^bob +✗ failed +10\.0\.0\.2:7946 +.+ +1\.50 ms$/)
    expect(lines[1]).toMatch(/^evil\\x1b\[2J +● alive .*base64 AA==$/)
    expect(lines[2]).toMatch(/^self \(this agent\)/)
  })

  test('is an object a line when that is asked for', async () => {
    const { ask } = await listening({ list: new FakeMemberlist(others()) })
    const { stdout } = await ask(['members', '--state', 'failed,left', '-o', 'ndjson'])
    expect(stdout.trimEnd().split('\n')).toHaveLength(1)
    expect(JSON.parse(stdout)).toMatchObject({ name: 'bob', state: 'failed' })
  })

  test('refuses a state that there is not before it asks', async () => {
    const { failure, exitCode } = await run(['members', '--state', 'dead'])
    expect(exitCode).toBe(2)
    expect(failure?.message).toBe(
      '--state got "dead"; it takes one or more of alive, suspect, failed, left, parted by commas.',
    )
  })
})

describe('hearsay ping', () => {
  test('tells the round trip', async () => {
    const { ask, askOnTerminal, list } = await listening({ list: new FakeMemberlist(others()) })
    expect((await askOnTerminal(['ping', 'bob'])).stdout).toBe('bob answered in 1.25 ms\n')
    expect(JSON.parse((await ask(['ping', 'evil\u001b[2J'])).stdout)).toMatchObject({
      name: 'evil\u001b[2J',
      roundTripMs: 1.25,
    })
    expect(list.asked).toHaveLength(2)
  })

  test('again and again, an object a line', async () => {
    const { ask } = await listening({ list: new FakeMemberlist(others()) })
    const { stdout } = await ask(['ping', 'bob', '--count', '3', '--interval', '10ms'])
    expect(stdout.trimEnd().split('\n')).toHaveLength(3)
  })

  test('fails for who does not answer, and for who is not there', async () => {
    const { ask, list } = await listening({ list: new FakeMemberlist(others()) })
    list.failure = new MemberlistError('ERR_TIMEOUT', 'bob did not answer within 500 ms.')
    expect((await ask(['ping', 'bob'])).failure).toMatchObject({
      exitCode: 1,
      code: 'ERR_TIMEOUT',
      message: 'bob did not answer within 500 ms.',
    })
    expect((await ask(['ping', 'nobody'])).failure).toMatchObject({
      exitCode: 1,
      code: 'ERR_UNKNOWN_MEMBER',
    })
  })
})

describe('Messages', () => {
  test('are the operand, or stdin byte for byte', async () => {
    const { ask, list } = await listening({ list: new FakeMemberlist(others()) })
    await ask(['send', 'bob', 'hello'])
    await ask(['send', 'bob', '--reliable', '-'], 'from stdin\n')
    await ask(['broadcast'], 'x')
    await ask(['broadcast', '--as', 'config', '--wait', 'ü'])
    expect(list.asked).toEqual([
      ['send', 'bob', '68656c6c6f'],
      ['sendReliable', 'bob', 11],
      ['broadcast', '78', undefined],
      ['broadcast', 'c3bc', 'config'],
    ])
  })

  test('are asked for where there is none', async () => {
    const { exitCode, failure } = await (await listening()).ask(['broadcast'])
    expect(exitCode).toBe(2)
    expect(failure?.message).toContain('No message is given')
  })
})

describe('hearsay join', () => {
  test('tells who did not answer, and ends well when somebody did', async () => {
    const { ask, list } = await listening()
    list.joinErrors = [{ address: 'b', error: new MemberlistError('ERR_TIMEOUT', 'Too late.') }]
    const { exitCode, stdout, stderr } = await ask(['join', 'a,b', 'c', '--join-timeout', '2s'])
    expect(exitCode).toBe(0)
    expect(stderr).toBe('b: Too late.\n')
    expect(JSON.parse(stdout)).toMatchObject({ addresses: ['a', 'b', 'c'], reached: 2 })
    expect(list.asked).toEqual([['join', ['a', 'b', 'c'], { timeoutMs: 2_000 }]])
  })

  test('ends with 3 when nobody answered', async () => {
    const { ask, list } = await listening()
    list.joinErrors = [
      { address: 'a', error: new MemberlistError('ERR_UNREACHABLE', 'Nobody listens on a.') },
    ]
    const { failure } = await ask(['join', 'a'])
    expect(failure).toMatchObject({ exitCode: 3, code: 'ERR_JOIN' })
    expect(failure?.message).toContain('Nobody listens on a.')
  })

  test('refuses a bad address before it asks', async () => {
    const { failure } = await run(['join', 'a:b'])
    expect(failure).toMatchObject({ exitCode: 2, code: 'ERR_ADDRESS' })
  })
})

describe('hearsay leave', () => {
  test('lets the agent leave', async () => {
    const { ask, state } = await listening()
    expect(JSON.parse((await ask(['leave'])).stdout)).toEqual({ name: 'self', left: true })
    expect(state.leaves).toBe(1)
  })
})

describe('hearsay keys', () => {
  test('are rotated', async () => {
    const { ask, askOnTerminal, list } = await listening({
      list: new FakeMemberlist([], [new Uint8Array(16)]),
    })
    const next = 'AQEBAQEBAQEBAQEBAQEBAQ=='
    await ask(['keys', 'add', '-'], `${next}\n`)
    await ask(['keys', 'use', next])
    expect((await askOnTerminal(['keys', 'list'])).stdout).toMatch(
      /AES-128 +encrypts\n374708fff7719dd5 +AES-128 +decrypts/,
    )
    await ask(['keys', 'remove', '374708fff7719dd5'])
    expect(list.keyring?.keys).toEqual([new Uint8Array(16).fill(1)])
    expect((await ask(['keys', 'remove', next])).failure).toMatchObject({
      exitCode: 1,
      code: 'ERR_KEY',
    })
  })
})

describe('hearsay events', () => {
  test('follows what happens', async () => {
    const { ask, list, events } = await listening()
    const asked = ask(['events', '--count', '2'])
    while (events.listeners === 0) await new Promise((resolve) => setImmediate(resolve))
    list.tell({ type: 'join', member: memberOf('bob') })
    list.tell({ type: 'health', score: 1 })
    const { exitCode, stdout } = await asked
    expect(exitCode).toBe(0)
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)
    expect(lines).toMatchObject([
      { event: 'join', member: { name: 'bob' } },
      { event: 'health', score: 1 },
    ])
  })

  test('begins with what is kept, and ends when the agent has left', async () => {
    const { agent, ask } = await listening()
    await agent.leave(1, false)
    const { exitCode, stdout } = await ask(['events', '--replay', '--only', 'ready,left'])
    expect(exitCode).toBe(0)
    expect(stdout.trimEnd().split('\n')).toHaveLength(2)
  })

  test('ends with 3 when the agent is gone', async () => {
    const { ask, events, server } = await listening()
    const asked = ask(['events', '--reconnect', '0'])
    while (events.listeners === 0) await new Promise((resolve) => setImmediate(resolve))
    await server[Symbol.asyncDispose]()
    expect((await asked).exitCode).toBe(3)
  })
})

describe('An agent that cannot be asked', () => {
  test('because nothing listens there ends with 3', async () => {
    const { failure } = await run(['members', '--http', '127.0.0.1:1'])
    expect(failure).toMatchObject({ exitCode: 3, code: 'ERR_UNREACHABLE' })
    expect(failure?.message).toBe(
      'No agent answers at http://127.0.0.1:1: the connection was refused.',
    )
    expect(failure?.hint).toContain('hearsay agent')
  })

  test('because something else listens there ends with 3', async () => {
    const { at } = await strangerAt((_, response) => response.end('<html>'))
    const { failure } = await run(['members', '--http', at])
    expect(failure?.exitCode).toBe(3)
    expect(failure?.message).toContain('is no hearsay agent')
  })

  test('because it does not answer in time ends with 3', async () => {
    const { at } = await strangerAt(() => {})
    const { failure } = await run(['members', '--http', at, '--timeout', '50ms'])
    expect(failure?.exitCode).toBe(3)
    expect(failure?.message).toContain('no answer within 50 ms')
  })

  test('because the token is wrong ends with 1, and what to do', async () => {
    const { ask, environment } = await listening({ token: 'sesame' })
    expect((await ask(['members'])).failure).toMatchObject({
      exitCode: 1,
      code: 'ERR_UNAUTHORIZED',
      hint: expect.stringContaining('HEARSAY_TOKEN') as string,
    })
    const right = fakeSurroundings({ environment: { ...environment, HEARSAY_TOKEN: 'sesame' } })
    expect((await run(['members'], right)).exitCode).toBe(0)
  })
})
