import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '@hearsay/memberlist'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataDirectory } from '../../src/agent/data-directory.ts'
import { readKeyringFile, writeKeyringFile } from '../../src/agent/keyring-file.ts'
import { Keys } from '../../src/agent/keys.ts'
import { keyId, keyText } from '../../src/configuration/key.ts'
import { HttpProblem } from '../../src/http/problem.ts'
import { failureOf } from '../fakes/failure-of.ts'
import { memberOf } from '../fakes/fake-memberlist.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hearsay-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const first = new Uint8Array(16).fill(1)
const second = new Uint8Array(32).fill(2)

describe('A keyring file', () => {
  test('comes back as it was written, for the owner alone', () => {
    const path = join(directory, 'new', 'keys.json')
    writeKeyringFile(path, [first, second])
    expect(readKeyringFile(path)).toEqual([first, second])
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([keyText(first), keyText(second)])
  })

  test('that is not there is told apart from an empty one', async () => {
    expect(readKeyringFile(join(directory, 'none.json'))).toBeUndefined()
    writeFileSync(join(directory, 'empty.json'), '[]')
    const failure = await failureOf(() => readKeyringFile(join(directory, 'empty.json')))
    expect(failure.message).toContain('at least one key')
  })

  test.each(['', '{}', '["AAAA"]', '[5]'])('with %s in it is refused by its name', async (text) => {
    const path = join(directory, 'keys.json')
    writeFileSync(path, text)
    const failure = await failureOf(() => readKeyringFile(path))
    expect(failure.message).toContain(path)
    expect(failure.exitCode).toBe(2)
  })
})

describe('Keys', () => {
  const saved: (readonly Uint8Array[])[] = []
  let keys = new Keys(undefined, () => {})
  beforeEach(() => {
    saved.length = 0
    keys = new Keys(new Keyring([first]), (each) => saved.push(each))
  })

  const problemOf = (run: () => void): HttpProblem => {
    try {
      run()
    } catch (error) {
      if (error instanceof HttpProblem) return error
      throw error
    }
    throw new Error('It did not fail.')
  }

  test('are rotated in three steps, each of which is kept', () => {
    keys.add(keyText(second), false)
    expect(keys.list(false).keys.map(({ id, primary }) => [id, primary])).toEqual([
      [keyId(first), true],
      [keyId(second), false],
    ])
    keys.add(keyId(second), true)
    keys.remove(keyId(first))
    expect(keys.list(false)).toEqual({ keys: [{ id: keyId(second), bytes: 32, primary: true }] })
    expect(saved).toEqual([[first, second], [second, first], [second]])
  })

  test('are shown only when that is asked for', () => {
    expect(JSON.stringify(keys.list(false))).not.toContain(keyText(first))
    expect(keys.list(true).keys[0]?.key).toBe(keyText(first))
  })

  test('that encrypt cannot be removed, nor ones that are not there', () => {
    expect(problemOf(() => keys.remove(keyText(first)))).toMatchObject({
      status: 409,
      code: 'ERR_KEY',
    })
    expect(problemOf(() => keys.remove(keyText(second)))).toMatchObject({
      status: 404,
      code: 'ERR_KEY',
    })
    expect(problemOf(() => keys.add('AAAA', false))).toMatchObject({ status: 400, code: 'ERR_KEY' })
    expect(saved).toEqual([])
  })

  test('cannot be added to a member that does not encrypt', () => {
    const none = new Keys(undefined, () => {})
    expect(none.list(false)).toEqual({ keys: [] })
    expect(problemOf(() => none.add(keyText(first), true)).hint).toContain('--key')
  })
})

describe('A data directory', () => {
  test('remembers the others, with their names', () => {
    const data = new DataDirectory(directory)
    expect(data.knownMembers()).toEqual([])
    data.saveMembers([
      memberOf('self', { local: true }),
      memberOf('b', { host: '10.0.0.2' }),
      memberOf('c', { host: '::1', port: 1 }),
      memberOf('with/slash'),
    ])
    data.release()
    expect(new DataDirectory(directory).knownMembers()).toEqual([
      'b/10.0.0.2:7946',
      'c/[::1]:1',
      '127.0.0.1:7946',
    ])
  })

  test('keeps the last company of an agent that ends up alone, unless it is to forget', () => {
    const data = new DataDirectory(directory)
    data.saveMembers([memberOf('b')])
    data.saveMembers([memberOf('self', { local: true })])
    expect(data.knownMembers()).toEqual(['b/127.0.0.1:7946'])
    data.forgetMembers()
    expect(data.knownMembers()).toEqual([])
  })

  test('with what cannot be understood counts as empty', () => {
    const data = new DataDirectory(directory)
    for (const text of ['', '{}', '{"members": [":"]}', '{"members": [1]}']) {
      writeFileSync(join(directory, 'members.json'), text)
      expect(data.knownMembers()).toEqual([])
    }
  })

  test('is for one process at a time', async () => {
    writeFileSync(join(directory, 'agent.pid'), `${process.ppid}\n`)
    const failure = await failureOf(() => new DataDirectory(directory))
    expect(failure).toMatchObject({ code: 'ERR_DATA_DIR_IN_USE', exitCode: 2 })
    expect(failure.message).toContain(String(process.ppid))
  })

  test('is taken over from a process that ended without a word', () => {
    writeFileSync(join(directory, 'agent.pid'), '999999999\n')
    new DataDirectory(directory).release()
    expect(() => statSync(join(directory, 'agent.pid'))).toThrow('ENOENT')
  })

  test.runIf(process.platform === 'linux')(
    'is taken over when the process id went to another program since',
    () => {
      writeFileSync(join(directory, 'agent.pid'), `${process.ppid} 1\n`)
      new DataDirectory(directory).release()
      expect(() => statSync(join(directory, 'agent.pid'))).toThrow('ENOENT')
    },
  )

  test('that cannot be made is told with its name', async () => {
    writeFileSync(join(directory, 'file'), '')
    const failure = await failureOf(() => new DataDirectory(join(directory, 'file')))
    expect(failure.message).toContain(join(directory, 'file'))
  })
})
