import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KvError } from '@hearsay/kv'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sentText } from '../../src/commands/kv-write.ts'
import { listening } from './listening.ts'
import { run } from './run.ts'

function fileOf(bytes: string | Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), 'hearsay-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const path = join(directory, 'value')
  writeFileSync(path, bytes)
  return path
}

const text = (value: string) => new TextEncoder().encode(value)

describe('hearsay kv put', () => {
  test('shows how much is sent, then what it waits for', () => {
    expect(sentText(1_024, 4_096, 2)).toBe('Sent 1 KiB of 4 KiB')
    expect(sentText(4_096, 4_096, 2)).toBe('Sent 4 KiB, waiting until 2 more hold it')
    expect(sentText(4_096, 4_096, undefined)).toBe('Sent 4 KiB, waiting for the answer')
  })

  test('takes the value as an operand, from a file, or from stdin byte for byte', async () => {
    const { ask, store } = await listening()
    await ask(['kv', 'put', 'a/ü', 'välue'])
    await ask(['kv', 'put', 'b', '--file', fileOf(new Uint8Array([0, 255]))])
    await ask(['kv', 'put', 'c', '-'], new Uint8Array([10, 0]))
    await ask(['kv', 'put', 'd'], 'piped\n')
    await ask(['kv', 'put', 'e', ''])
    expect(store.asked.map(({ key, value }) => [key, value])).toEqual([
      ['a/ü', 'v\xc3\xa4lue'],
      ['b', '\x00\xff'],
      ['c', '\n\x00'],
      ['d', 'piped\n'],
      ['e', ''],
    ])
  })

  test('passes on what the write is to do', async () => {
    const { ask, store } = await listening()
    store.holders = ['b', 'c']
    const words = ['kv', 'put', 'a', 'x', '--ttl', '30s', '--acks', '2', '--acks-timeout', '4s']
    const { exitCode, stdout } = await ask(words)
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      key: 'a',
      version: 'v1',
      existed: false,
      holders: ['b', 'c'],
    })
    await ask(['kv', 'put', 'a', 'y', '--if-version', 'v1'])
    expect(store.asked).toEqual([
      { key: 'a', value: 'x', ttlMs: 30_000, acks: 2, timeoutMs: 4_000 },
      { key: 'a', value: 'y', ifVersion: 'v1' },
    ])
  })

  test('waits for acknowledgements beyond its own patience with the agent', async () => {
    const { ask, store } = await listening()
    const write = store.put.bind(store)
    store.put = async (...given) => {
      await new Promise((resolve) => setTimeout(resolve, 60))
      return write(...given)
    }
    const words = ['kv', 'put', 'a', 'x', '--timeout', '20ms', '--acks', '1']
    expect((await ask([...words, '--acks-timeout', '10s'])).exitCode).toBe(0)
    expect((await ask(words)).exitCode).toBe(3)
  })

  test('tells on a terminal what it did', async () => {
    const { askOnTerminal, store } = await listening()
    store.holders = ['b']
    const { stdout } = await askOnTerminal(['kv', 'put', 'a', 'x'])
    expect(stdout).toBe('1 B written as version v1; held by b, too.\n')
  })

  test('ends with 1 and changes nothing when the condition does not hold', async () => {
    const { ask, store } = await listening()
    await ask(['kv', 'put', 'a', 'x'])
    for (const condition of [['--if-absent'], ['--if-version', 'v7']]) {
      const { failure } = await ask(['kv', 'put', 'a', 'y', ...condition])
      expect(failure).toMatchObject({ exitCode: 1, code: 'ERR_KV_CONDITION' })
    }
    expect(store.get('a')?.version).toBe('v1')
  })

  test('ends with 1 when too few members have it in time, and says that it is written', async () => {
    const { ask, store } = await listening()
    store.failure = new KvError('ERR_KV_ACKS', '1 of 2 answered; it is written as v1.', {})
    const { failure } = await ask(['kv', 'put', 'a', 'x', '--acks', '2'])
    expect(failure).toMatchObject({ exitCode: 1, code: 'ERR_KV_ACKS' })
    expect(failure?.message).toContain('it is written')
  })

  test.each([
    [['', 'x'], 'The key got 0 bytes; it takes 1 to 512 bytes of UTF-8.'],
    [['k'.repeat(513), 'x'], 'The key got 513 bytes; it takes 1 to 512 bytes of UTF-8.'],
    [['..', 'x'], 'cannot stand in the path of a URL'],
    [['a'], 'No value is given'],
    [['a', 'x', '--file', '/nowhere'], 'it takes one of them'],
    [['a', '--file', '/nowhere/at/all'], '--file got /nowhere/at/all, which cannot be read'],
    [['a', 'x', '--if-absent', '--if-version', 'v1'], 'it takes one of them'],
    [['a', 'x', '--ttl', 'soon'], '--ttl got "soon"; it takes a time'],
  ])('refuses %j before it asks', async (words, message) => {
    const { exitCode, failure } = await run(['kv', 'put', ...words])
    expect(exitCode).toBe(2)
    expect(failure?.message).toContain(message)
  })

  test('sends nothing of a value over 16 MiB, wherever it comes from', async () => {
    const { ask, store } = await listening()
    const path = fileOf('')
    truncateSync(path, 16_777_217)
    const refused = [
      await ask(['kv', 'put', 'a', '--file', path]),
      await ask(['kv', 'put', 'a', '-'], new Uint8Array(16_777_217)),
    ]
    for (const { failure } of refused) {
      expect(failure).toMatchObject({ exitCode: 1, code: 'ERR_TOO_LARGE' })
      expect(failure?.message).toContain('Nothing was sent.')
    }
    expect(store.asked).toEqual([])
    truncateSync(path, 16_777_216)
    expect((await ask(['kv', 'put', 'a', '--file', path])).exitCode).toBe(0)
    expect(store.get('a')?.value).toHaveLength(16_777_216)
  })
})

describe('hearsay kv get', () => {
  const binary = new Uint8Array([27, 91, 50, 74, 0, 255, 10])

  test('writes the bytes and nothing else where stdout is no terminal', async () => {
    const { ask, store } = await listening()
    await store.put('a', binary)
    const surroundings = await ask(['kv', 'get', 'a'])
    expect(surroundings.exitCode).toBe(0)
    expect(surroundings.bytes).toEqual(Buffer.from(binary))
  })

  test('shows on a terminal what that would obey', async () => {
    const { askOnTerminal, store } = await listening()
    await store.put('a', text('one\ntwo\u001b[2J'))
    expect((await askOnTerminal(['kv', 'get', 'a'])).stdout).toBe('one\ntwo\\x1b[2J\n')
  })

  test('tells all there is to know as JSON', async () => {
    const { ask, store } = await listening()
    await store.put('a', text('x'), { ttlMs: 1_000 })
    await store.put('b', binary)
    expect(JSON.parse((await ask(['kv', 'get', 'a', '-o', 'json'])).stdout)).toEqual({
      key: 'a',
      version: 'v1',
      origin: 'self',
      modifiedAt: '2026-01-02T03:04:05.000Z',
      expiresAt: '2026-01-02T03:04:06.000Z',
      value: { text: 'x' },
    })
    expect(JSON.parse((await ask(['kv', 'get', 'b', '-o', 'ndjson'])).stdout)).toMatchObject({
      value: { base64: Buffer.from(binary).toString('base64') },
    })
  })

  test('ends with 1 for a key that is not there', async () => {
    const { ask } = await listening()
    expect((await ask(['kv', 'get', 'none'])).failure).toMatchObject({
      exitCode: 1,
      code: 'ERR_KV_UNKNOWN_KEY',
      message: 'There is no key "none" on this member.',
    })
  })
})

describe('hearsay kv del', () => {
  test('deletes, if it is to with a condition', async () => {
    const { ask, store } = await listening()
    await store.put('a', text('x'))
    expect((await ask(['kv', 'del', 'a', '--if-version', 'v0'])).failure?.exitCode).toBe(1)
    expect((await ask(['kv', 'del', 'a', '--if-version', 'v1'])).exitCode).toBe(0)
    expect((await ask(['kv', 'del', 'a'])).failure).toMatchObject({
      exitCode: 1,
      code: 'ERR_KV_UNKNOWN_KEY',
    })
    expect(store.entries.size).toBe(0)
  })
})

describe('hearsay kv list', () => {
  async function withKeys(keys: number) {
    const api = await listening()
    for (let index = 0; index < keys; index++) {
      await api.store.put(`k/${`${index}`.padStart(4, '0')}`, text('x'.repeat(index)))
    }
    return api
  }
  const keysOf = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { key: string }).key)

  test('has all keys, over as many pages as it takes', async () => {
    const { ask } = await withKeys(1_100)
    const keys = keysOf((await ask(['kv', 'list', '-o', 'ndjson'])).stdout)
    expect(keys).toHaveLength(1_100)
    expect(keys.at(-1)).toBe('k/1099')
    const some = await ask(['kv', 'list', '--limit', '1050', '-o', 'json'])
    expect(JSON.parse(some.stdout)).toHaveLength(1_050)
  })

  test('has those that are asked for', async () => {
    const { ask } = await withKeys(12)
    const words = ['kv', 'list', '-o', 'ndjson', '--prefix', 'k/000', '--after', 'k/0003']
    expect(keysOf((await ask([...words, '--limit', '2'])).stdout)).toEqual(['k/0004', 'k/0005'])
    expect((await ask(['kv', 'list', '--prefix', 'none'])).stdout).toBe('[]\n')
  })

  test('is a table that fits the terminal', async () => {
    const { askOnTerminal, store } = await withKeys(2)
    await store.put(`long/${'x'.repeat(200)}\u001b`, text('x'))
    const { stdout } = await askOnTerminal(['kv', 'list'])
    const [heading = '', ...lines] = stdout.trimEnd().split('\n')
    expect(heading).toMatch(/^KEY +SIZE +VERSION +FROM +WRITTEN +EXPIRES$/)
    expect(lines[1]).toMatch(/^k\/0001 +1 B +v2 +self +.* ago$/)
    expect(lines[2]).toMatch(/^long\/x+… +1 B/)
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe('hearsay kv watch', () => {
  async function watching(words: readonly string[]) {
    const api = await listening()
    const asked = api.ask(['kv', 'watch', ...words])
    while (api.store.watchers === 0) await new Promise((resolve) => setImmediate(resolve))
    return { ...api, asked }
  }
  const lines = (stdout: string) =>
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object)

  test('follows what becomes of a key', async () => {
    const { asked, store } = await watching(['a/b', '--count', '2'])
    await store.put('a/b', text('x'))
    await store.delete('a/b')
    const { exitCode, stdout } = await asked
    expect(exitCode).toBe(0)
    expect(store.watched).toEqual([{ key: 'a/b' }])
    expect(lines(stdout)).toMatchObject([
      { id: 'c1', type: 'put', key: 'a/b', value: { text: 'x' } },
      { id: 'c2', type: 'delete', key: 'a/b' },
    ])
  })

  test('begins with what is there, or where an earlier watch was', async () => {
    const { asked, store } = await watching(['--prefix', 'a/', '--replay', '--count', '1'])
    store.tell({ type: 'reset', cursor: 'c1' })
    expect(lines((await asked).stdout)).toEqual([{ id: 'c1', type: 'reset' }])
    expect(store.watched).toEqual([{ prefix: 'a/', since: '0' }])
    const later = await watching(['--since', 'c7', '--count', '1'])
    later.store.tell({ type: 'reset', cursor: 'c8' })
    await later.asked
    expect(later.store.watched).toEqual([{ prefix: '', since: 'c7' }])
  })

  test('ends with 3 when the agent is gone', async () => {
    const { asked, server } = await watching(['--reconnect', '0'])
    await server[Symbol.asyncDispose]()
    expect((await asked).exitCode).toBe(3)
  })

  test('is of a key or of a prefix', async () => {
    const { exitCode } = await run(['kv', 'watch', 'a', '--prefix', 'b'])
    expect(exitCode).toBe(2)
  })
})
