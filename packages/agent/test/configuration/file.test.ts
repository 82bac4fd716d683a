import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readConfigurationFile } from '../../src/configuration/file.ts'
import { failureOf } from '../fakes/failure-of.ts'

const known = new Map([
  ['join-timeout', 'joinTimeout'],
  ['set', 'set'],
  ['join', 'join'],
  ['members', 'join'],
  ['insecure', 'insecure'],
])

describe('A configuration file', () => {
  let directory = ''
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'hearsay-'))
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const read = (text: string) => {
    const path = join(directory, 'hearsay.json')
    writeFileSync(path, text)
    return readConfigurationFile(path, known)
  }

  test('has the flags by their names, in either spelling', () => {
    expect(read('{"join-timeout": "5s", "insecure": true}')).toEqual({
      joinTimeout: ['5s'],
      insecure: ['true'],
    })
    expect(read('{"joinTimeout": 5000}')).toEqual({ joinTimeout: ['5000'] })
  })

  test('has lists for what repeats, and objects for pairs', () => {
    const text =
      '{"join": ["a", "b"], "members": "c", "set": {"probeIntervalMs": 500, "requireNodeNames": true}}'
    expect(read(text)).toEqual({
      join: ['a', 'b', 'c'],
      set: ['probeIntervalMs=500', 'requireNodeNames=true'],
    })
  })

  test.each([
    ['{"jion": "a"}', '"jion" is no setting; there are insecure, join'],
    ['{"join": null}', '"join" is null; it must be a string'],
    ['[1]', 'it takes a file with one JSON object'],
    ['{', 'which is not JSON'],
  ])('of %s is refused with its name', async (text, message) => {
    const failure = await failureOf(() => read(text))
    expect(failure.message).toContain(message)
    expect(failure.message).toContain('hearsay.json')
    expect(failure.exitCode).toBe(2)
  })

  test('that is not there is refused', async () => {
    const failure = await failureOf(() => readConfigurationFile(join(directory, 'no'), known))
    expect(failure.message).toContain('there is no such file')
  })
})
