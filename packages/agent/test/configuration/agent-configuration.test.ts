import { describe, expect, test } from 'vitest'
import { agentConfiguration } from '../../src/configuration/agent-configuration.ts'
import { agentFlags } from '../../src/configuration/agent-flags.ts'
import { reportSettings, reportValues } from '../../src/configuration/report.ts'
import { resolveFlags } from '../../src/configuration/resolve.ts'
import { effectiveSettings } from '../../src/configuration/settings.ts'
import { failureOf } from '../fakes/failure-of.ts'

const key = 'AAAAAAAAAAAAAAAAAAAAAA=='

function resolve(commandLine: Record<string, string[]>) {
  return resolveFlags(agentFlags, { commandLine, environment: {} })
}

const configure = (commandLine: Record<string, string[]>) =>
  agentConfiguration(resolve(commandLine))

describe('An agent', () => {
  test('is on loopback when nothing is said', async () => {
    expect(await configure({})).toMatchObject({
      bind: { host: '127.0.0.1', port: undefined },
      http: { host: '127.0.0.1', port: undefined },
      advertise: undefined,
      keys: [],
      token: undefined,
      join: [],
      settings: { probeIntervalMs: 1_000 },
    })
  })

  test('takes the HTTP port from either flag', async () => {
    expect((await configure({ port: ['5000'] })).http).toEqual({ host: '127.0.0.1', port: 5_000 })
    expect((await configure({ http: ['[::1]'], port: ['0'] })).http).toEqual({
      host: '::1',
      port: 0,
    })
  })

  test('has the profile with single settings over it', async () => {
    const given = { profile: ['wan'], set: ['probeIntervalMs=6000', 'enableCompression=false'] }
    expect((await configure(given)).settings).toMatchObject({
      probeIntervalMs: 6_000,
      enableCompression: false,
      probeTimeoutMs: 3_000,
      gossipNodes: 4,
    })
  })

  test.each([['127.0.0.1'], ['127.3.2.1:0'], ['[::1]:7946'], ['localhost']])(
    'needs neither key nor token on %s',
    async (address) => {
      await expect(configure({ bind: [address], http: [address] })).resolves.toBeDefined()
    },
  )

  test.each([
    [{ bind: ['0.0.0.0'] }, '--bind got 0.0.0.0', '--key'],
    [{ bind: ['10.0.0.1'], token: ['t'] }, '--bind got 10.0.0.1', '--key'],
    [{ http: ['0.0.0.0'] }, '--http got 0.0.0.0', 'HEARSAY_TOKEN'],
    [{ http: ['[::]:80'], key: [key] }, '--http got ::', 'HEARSAY_TOKEN'],
  ])(
    'that others can reach is refused without a key or a token: %j',
    async (given, message, hint) => {
      const failure = await failureOf(() => configure(given))
      expect(failure).toMatchObject({ exitCode: 2, code: 'ERR_CONFIG' })
      expect(failure.message).toContain(message)
      expect(failure.hint).toContain(hint)
      expect(failure.hint).toContain('--insecure')
    },
  )

  test.each([
    { bind: ['0.0.0.0'], key: [key] },
    { bind: ['0.0.0.0'], keyringFile: ['keys.json'] },
    { http: ['0.0.0.0'], token: ['t'] },
    { bind: ['0.0.0.0'], http: ['0.0.0.0'], insecure: ['true'] },
  ])('that others can reach is fine with one, or when it is asked for: %j', async (given) => {
    await expect(configure(given)).resolves.toBeDefined()
  })

  test.each([
    [{ key: [key], keyringFile: ['k'] }, '--key and --keyring-file are both given'],
    [{ http: ['127.0.0.1:1'], port: ['2'] }, '--http says port 1 and --port says 2'],
    [{ advertise: ['0.0.0.0'] }, '--advertise got 0.0.0.0'],
    [{ advertise: ['10.0.0.1:0'] }, '--advertise got 10.0.0.1:0'],
    [{ advertise: ['::1'] }, 'the same IP version'],
    [
      { set: ['probeTimeoutMs=1000'] },
      'probeTimeoutMs is 1000; it must be less than probeIntervalMs',
    ],
  ])('is refused what does not go together: %j', async (given, message) => {
    const failure = await failureOf(() => configure(given))
    expect(failure.message).toContain(message)
    expect(failure.exitCode).toBe(2)
  })
})

describe('The effective configuration', () => {
  const given = {
    name: ['api-1'],
    bind: ['10.0.0.5'],
    key: [key],
    token: ['open sesame'.replace(' ', '-')],
    meta: ['role=api'],
    set: ['gossipNodes=5'],
  }
  const resolved = resolve(given)
  const values = reportValues(agentFlags, resolved)

  test('tells each value and its source', () => {
    expect(values).toContainEqual({ name: 'name', value: 'api-1', source: 'flag', label: '--name' })
    expect(values).toContainEqual({
      name: 'bind',
      value: '10.0.0.5',
      source: 'flag',
      label: '--bind',
    })
    expect(values.find(({ name }) => name === 'meta')?.value).toBe('{"role":"api"}')
    expect(values.find(({ name }) => name === 'join-timeout')).toMatchObject({
      value: '10s',
      source: 'default',
    })
  })

  test('hides keys and tokens', () => {
    const text = JSON.stringify(values)
    expect(text).not.toContain(key)
    expect(text).not.toContain('open-sesame')
    expect(values.find(({ name }) => name === 'key')?.value).toEqual([
      '(hidden, id 374708fff7719dd5)',
    ])
    expect(values.find(({ name }) => name === 'token')?.value).toBe('(hidden)')
  })

  test('tells every setting, and which ones were given', () => {
    const { profile, set } = resolved.values
    const settings = reportSettings(
      profile,
      effectiveSettings(profile, set),
      set,
      resolved.origins.set,
    )
    expect(settings).toContainEqual({
      name: 'gossipNodes',
      value: 5,
      source: 'flag',
      label: '--set',
    })
    expect(settings).toContainEqual({
      name: 'indirectChecks',
      value: 3,
      source: 'profile',
      label: 'profile lan',
    })
    expect(settings.length).toBeGreaterThan(30)
  })
})
