import { describe, expect, test } from 'vitest'
import { agentFlags } from '../../src/configuration/agent-flags.ts'
import { type Layers, resolveFlags } from '../../src/configuration/resolve.ts'
import { failureOf } from '../fakes/failure-of.ts'

function resolve(layers: Partial<Layers>) {
  return resolveFlags(agentFlags, { commandLine: {}, environment: {}, ...layers })
}

const file = (given: Record<string, string[]>) => ({ path: 'hearsay.json', given })

describe('A flag', () => {
  test('beats the environment, and that beats the file', () => {
    const layers = {
      commandLine: { label: ['from the line'] },
      environment: { HEARSAY_LABEL: 'from outside', HEARSAY_NAME: 'from outside' },
      file: file({ label: ['from the file'], name: ['from the file'], profile: ['wan'] }),
    }
    const { values, origins } = resolve(layers)
    expect(values).toMatchObject({ label: 'from the line', name: 'from outside', profile: 'wan' })
    expect(origins.label).toEqual({ source: 'flag', label: '--label' })
    expect(origins.name).toEqual({ source: 'environment', label: 'HEARSAY_NAME' })
    expect(origins.profile).toEqual({ source: 'file', label: 'hearsay.json: profile' })
    expect(origins.bind).toEqual({ source: 'default', label: 'default' })
  })

  test('that is given replaces all that the environment says, not adds to it', () => {
    const environment = { HEARSAY_JOIN: '10.0.0.1,10.0.0.2' }
    expect(resolve({ environment }).values.join).toEqual(['10.0.0.1', '10.0.0.2'])
    expect(resolve({ environment, commandLine: { join: ['a,b', 'c'] } }).values.join).toEqual([
      'a',
      'b',
      'c',
    ])
  })

  test('with another name is found in the environment under both', () => {
    expect(resolve({ environment: { HEARSAY_MEMBERS: 'db-1' } }).values.join).toEqual(['db-1'])
  })

  test('that is empty in the environment counts as not given', () => {
    const { values, origins } = resolve({ environment: { HEARSAY_TOKEN: '', HEARSAY_SET: '' } })
    expect(values.token).toBeUndefined()
    expect(origins.set.source).toBe('default')
  })

  test('without a value takes true and false from outside', () => {
    expect(resolve({ environment: { HEARSAY_INSECURE: 'true' } }).values.insecure).toBe(true)
    expect(resolve({ file: file({ insecure: ['false'] }) }).values.insecure).toBe(false)
    expect(resolve({ commandLine: { insecure: ['true'] } }).values.insecure).toBe(true)
  })

  test('of metadata keeps commas that are not between pairs', () => {
    const meta = (HEARSAY_META: string) =>
      new TextDecoder().decode(resolve({ environment: { HEARSAY_META } }).values.meta)
    expect(meta('{"a":1,"b":2}')).toBe('{"a":1,"b":2}')
    expect(meta('role=api,zone=a')).toBe('{"role":"api","zone":"a"}')
  })

  test('is not taken from what Kubernetes sets for a service of our name', () => {
    const { values, notes } = resolve({ environment: { HEARSAY_PORT: 'tcp://10.0.0.1:4001' } })
    expect(values.port).toBeUndefined()
    expect(notes).toEqual([expect.stringContaining('HEARSAY_PORT')])
  })
})

describe('A bad value is refused with its name, what it got and what it takes', () => {
  test.each<[Partial<Layers>, string, string]>([
    [
      { commandLine: { bind: ['x:y'] } },
      '--bind got "x:y"; it takes HOST or HOST:PORT',
      'ERR_ADDRESS',
    ],
    [
      { environment: { HEARSAY_PORT: '70000' } },
      'HEARSAY_PORT got "70000"; it takes a port from 0 to 65535',
      'ERR_ADDRESS',
    ],
    [
      { file: file({ profile: ['fast'] }) },
      'hearsay.json: profile got "fast"; it takes one of lan, wan, local',
      'ERR_CONFIG',
    ],
    [
      { commandLine: { set: ['probeIntervalMs=-1'] } },
      '--set got "probeIntervalMs=-1"; it takes a whole number from 0 to 3600000',
      'ERR_CONFIG',
    ],
    [
      { commandLine: { set: ['enableCompression=1'] } },
      'it takes true or false for enableCompression',
      'ERR_CONFIG',
    ],
    [
      { commandLine: { set: ['__proto__=1'] } },
      '--set got "__proto__=1"; it takes NAME=VALUE',
      'ERR_CONFIG',
    ],
    [
      { commandLine: { joinTimeout: ['never'] } },
      '--join-timeout got "never"; it takes a time',
      'ERR_CONFIG',
    ],
    [{ commandLine: { join: ['a,:1'] } }, '--join got ":1"; it takes HOST', 'ERR_ADDRESS'],
    [{ commandLine: { join: [','] } }, 'it takes at least one value', 'ERR_CONFIG'],
    [
      { commandLine: { label: [''] } },
      '--label got 0 bytes; it takes a label of 1 to 255 bytes',
      'ERR_CONFIG',
    ],
    [{ commandLine: { name: ['n'.repeat(256)] } }, '--name got 256 bytes', 'ERR_CONFIG'],
    [
      { environment: { HEARSAY_INSECURE: 'maybe' } },
      'HEARSAY_INSECURE got "maybe"; it takes true or false',
      'ERR_CONFIG',
    ],
  ])('%j', async (layers, message, code) => {
    const failure = await failureOf(() => resolve(layers))
    expect(failure.message).toContain(message)
    expect(failure).toMatchObject({ exitCode: 2, code })
  })

  test.each([
    ['key', 'c2VjcmV0'],
    ['token', 'two words'],
  ])('but for the secret one of --%s', async (name, value) => {
    const failure = await failureOf(() => resolve({ commandLine: { [name]: [value] } }))
    expect(failure.message).toContain(`--${name} got`)
    expect(failure.message).not.toContain(value)
  })
})
