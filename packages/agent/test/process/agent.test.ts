import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { eventSchema } from '../../src/http/schemas.ts'
import { agent, Hearsay, hearsay } from './hearsay.ts'

const patience = { timeout: 60_000 }

describe('hearsay agent', patience, () => {
  test('is ready first, is joined, answers its commands, and leaves in good order', async () => {
    const first = agent('--name', 'first', '--meta', 'role=seed')
    const ready = await first.event('ready')
    expect(first.events[0]).toBe(ready)
    const second = agent('--name', 'second', '--join', ready.gossip)
    const seen = await first.event('join', ({ member }) => member.name === 'second')
    expect(seen.member).toMatchObject({ state: 'alive', host: '127.0.0.1', local: false })
    const joined = await second.event('joined')
    expect(joined).toMatchObject({ addresses: [ready.gossip], reached: 1, errors: [] })
    await second.event(
      'join',
      ({ member }) => 'text' in member.meta && member.meta.text === '{"role":"seed"}',
    )

    const asked = await Promise.all([
      hearsay('members', '-o', 'ndjson', '--http', ready.http),
      hearsay('ping', 'second', '-o', 'ndjson', '--http', ready.http),
      hearsay('broadcast', 'hello', '-o', 'ndjson', '--http', ready.http),
    ])
    expect(asked.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
    expect(asked[0].stdout).toMatchObject([{ name: 'first' }, { name: 'second' }])
    const message = await second.event('message')
    expect(Buffer.from(message.bytes, 'base64').toString()).toBe('hello')

    second.signal('SIGTERM')
    expect(await second.ended).toBe(0)
    expect(second.events.at(-1)).toMatchObject({ event: 'left', name: 'second' })
    await first.event('leave', ({ member }) => member.name === 'second' && member.state === 'left')
    first.signal('SIGINT')
    expect(await first.ended).toBe(0)
    for (const event of [...first.events, ...second.events]) eventSchema.parse(event)
  })

  test('notices that another one was killed', async () => {
    const first = agent('--name', 'first')
    const { gossip } = await first.event('ready')
    const second = agent('--name', 'second', '--join', gossip)
    await first.event('join', ({ member }) => member.name === 'second')
    second.signal('SIGKILL')
    const { member } = await first.event('suspect')
    expect(member).toMatchObject({ name: 'second', state: 'suspect' })
    expect(await first.event('fail')).toMatchObject({ member: { name: 'second', state: 'failed' } })
  })

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends at once on a second %s', async (signal, exitCode) => {
    // Without gossip and probes nobody is told, so that leaving takes its whole time.
    const mute = ['--set', 'gossipIntervalMs=0', '--set', 'probeIntervalMs=0']
    const first = agent('--name', 'first')
    const { gossip } = await first.event('ready')
    const second = agent('--name', 'second', '--join', gossip, ...mute)
    await second.event('joined')
    second.signal(signal)
    await second.narrated('Leaving.')
    second.signal(signal)
    expect(await second.ended).toBe(exitCode)
  })

  test('leaves when a client asks it to, and ends', async () => {
    const only = agent('--name', 'only')
    const { http } = await only.event('ready')
    const { exitCode, stdout } = await hearsay('leave', '-o', 'ndjson', '--http', http)
    expect(exitCode).toBe(0)
    expect(stdout).toEqual([{ name: 'only', left: true }])
    expect(await only.ended).toBe(0)
  })

  test('keeps trying to join who is not there yet, and says so', async () => {
    const { gossip } = await agent('--name', 'early').event('ready')
    const [host = '', port = ''] = gossip.split(':')
    const lonely = agent(
      '--name',
      'lonely',
      '--join',
      `${host}:1`,
      '--join',
      `nobody/${host}:${port}`,
    )
    const joined = await lonely.event('joined')
    expect(joined.errors).toMatchObject([{ address: '127.0.0.1:1', code: 'ERR_UNREACHABLE' }])
  })

  test('that must join and cannot ends with 3, and nothing is left open', async () => {
    const { exitCode, stderr } = await hearsay(
      ...['agent', '--bind', '127.0.0.1:0', '--http', '127.0.0.1:0'],
      ...['--join', '127.0.0.1:1', '--require-join', '--join-timeout', '5s'],
    )
    expect(exitCode).toBe(3)
    expect(stderr).toContain('ERR_JOIN')
  })

  test('comes back by itself to whom it knew, with its keys', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hearsay-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const key = 'AQEBAQEBAQEBAQEBAQEBAQ=='
    const first = agent('--name', 'first', '--key', key)
    const { gossip } = await first.event('ready')
    const before = agent(
      '--name',
      'second',
      '--data-dir',
      directory,
      '--key',
      key,
      '--join',
      gossip,
    )
    await before.event('join', ({ member }) => member.name === 'first')
    before.signal('SIGTERM')
    expect(await before.ended).toBe(0)
    const after = agent('--name', 'second', '--data-dir', directory)
    expect(await after.event('joined')).toMatchObject({
      addresses: [`first/${gossip}`],
      reached: 1,
    })
  })

  test('starts beside others when no port is given', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map((name) => new Hearsay('agent', '--name', name).event('ready')),
    )
    expect(one?.gossip).not.toBe(other?.gossip)
    expect(one?.http).not.toBe(other?.http)
  })

  test('refuses what it cannot do with one sentence and its exit code', async () => {
    const { gossip, http } = await agent().event('ready')
    const free = ['--bind', '127.0.0.1:0', '--http', '127.0.0.1:0']
    const refusals = await Promise.all([
      hearsay('agent', ...free, '--bind', gossip),
      hearsay('agent', ...free, '--http', http),
      hearsay('agent', ...free, '--key', 'AAAA'),
      hearsay('members', '--http', '127.0.0.1:1'),
    ])
    expect(refusals.map(({ exitCode }) => exitCode)).toEqual([1, 1, 2, 3])
    const codes = ['ERR_ADDRESS_IN_USE', 'ERR_ADDRESS_IN_USE', 'ERR_KEY', 'ERR_UNREACHABLE']
    refusals.forEach(({ stderr, stdout }, index) => {
      expect(stderr.split('\n')[0]).toMatch(new RegExp(`^hearsay: .*\\(${codes[index] ?? ''}\\)$`))
      expect(stdout).toEqual([])
    })
  })
})
