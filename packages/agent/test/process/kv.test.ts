import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { agent, Hearsay, hearsay } from './hearsay.ts'

async function get(http: string, path: string): Promise<string> {
  const response = await fetch(`http://${http}${path}`)
  expect(response.status).toBe(200)
  return response.text()
}

/** Until an agent has that value; the test's own time-out is the limit. */
async function untilRead(http: string, key: string, value: string): Promise<void> {
  while ((await get(http, `/get?key=${key}`)) !== value) await sleep(10)
}

async function joined(first: Hearsay, second: Hearsay) {
  const [one, other] = await Promise.all([first.event('ready'), second.event('ready')])
  await first.event('join', ({ member }) => member.name === other.name)
  return { one: one.http, other: other.http }
}

describe('Keys', { timeout: 60_000 }, () => {
  test('that are added at one agent are read at the other, started as an article would have it', async () => {
    const first = new Hearsay('agent')
    const { gossip } = await first.event('ready')
    const { one, other } = await joined(first, new Hearsay('agent', '--members', gossip))
    expect(await get(one, '/add?key=foo&val=bar')).toBe('')
    await untilRead(other, 'foo', 'bar')
    await get(other, '/del?key=foo')
    await untilRead(one, 'foo', '')

    const watching = hearsay('kv', 'watch', 'a/b', '--count', '1', '--http', one, '-o', 'ndjson')
    while ((await stats(one)).kv.watchers === 0) await sleep(10)
    const words = [
      'a/b',
      'c',
      '--acks',
      '1',
      '--acks-timeout',
      '20s',
      '-o',
      'ndjson',
      '--http',
      other,
    ]
    const written = await hearsay('kv', 'put', ...words)
    expect(written.exitCode).toBe(0)
    const seen = await watching
    expect(seen.stdout).toMatchObject([{ type: 'put', key: 'a/b', value: { text: 'c' } }])
    expect(first.events.filter(({ event }) => event === 'message')).toEqual([])
  })

  test('travel as in the Go example between agents that are told to', async () => {
    const first = agent('--name', 'first', '--kv', 'go-example')
    const { gossip, http } = await first.event('ready')
    await get(http, '/add?key=before&val=1')
    const second = agent('--name', 'second', '--kv', 'go-example', '--join', gossip)
    const { one, other } = await joined(first, second)
    await untilRead(other, 'before', '1')
    await get(other, '/add?key=after&val=2')
    await untilRead(one, 'after', '2')
    expect(first.events.filter(({ event }) => event === 'message')).toEqual([])
  })

  test('that were acknowledged outlive the agent, and are for one agent at a time', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'hearsay-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const first = agent('--name', 'first', '--data-dir', directory)
    const { http } = await first.event('ready')
    await get(http, '/add?key=foo&val=bar')
    const refused = agent('--name', 'second', '--data-dir', directory)
    expect(await refused.ended).toBe(2)
    expect(refused.stderr.split('\n')[0]).toMatch(
      /^hearsay: --data-dir got .* which the running process \d+ uses; .* \(ERR_DATA_DIR_IN_USE\)$/,
    )
    first.signal('SIGKILL')
    await first.ended
    const again = await agent('--name', 'first', '--data-dir', directory).event('ready')
    expect(await get(again.http, '/get?key=foo')).toBe('bar')
  })
})

async function stats(http: string) {
  return JSON.parse(await get(http, '/v1/stats')) as { readonly kv: { readonly watchers: number } }
}
