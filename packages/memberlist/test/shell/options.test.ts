import { afterAll, afterEach, describe, expect, it, vi } from 'vitest'
import {
  errorCodes,
  Keyring,
  Memberlist,
  MemberlistError,
  type SettingDefinition,
  settingDefinitions,
  UdpTcpTransport,
} from '../../src/index.ts'

const open = vi.spyOn(UdpTcpTransport, 'open')

afterEach(() => {
  open.mockClear()
})
afterAll(() => {
  open.mockRestore()
})

/** The error that these options are refused with; no socket may have been opened for it. */
async function refusal(options: object): Promise<MemberlistError> {
  const error: unknown = await Memberlist.create({
    bind: { host: '127.0.0.1', port: 0 },
    ...options,
  }).then(
    async (list) => {
      await list.shutdown()
      return undefined
    },
    (reason: unknown) => reason,
  )
  expect(open).not.toHaveBeenCalled()
  if (!(error instanceof MemberlistError)) throw new Error(`not refused: ${String(error)}`)
  expect(errorCodes).toContain(error.code)
  expect(error.message, 'a message is whole sentences on one line').toMatch(/^["A-Z\w].*\.$/)
  expect(error.message).not.toContain('\n')
  return error
}

function unusable({ default: value, min = 0, max = 0 }: SettingDefinition): unknown[] {
  if (typeof value === 'boolean') return ['yes', 1, null]
  return [min - 1, max + 1, min + 0.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, true]
}

function rangeOf({ default: value, min, max }: SettingDefinition): string {
  return typeof value === 'boolean' ? 'true or false' : `a whole number from ${min} to ${max}`
}

describe('settings are checked before a socket is opened', () => {
  it.each(Object.entries(settingDefinitions))(
    '%s out of its range is refused with name, value and range',
    async (name, definition) => {
      for (const value of unusable(definition)) {
        const error = await refusal({ [name]: value })
        const expected = rangeOf(definition)
        const shown = typeof value === 'string' ? `"${value}"` : String(value)
        expect(error.code).toBe('ERR_CONFIG')
        expect(error.data).toEqual({ name, value, expected })
        expect(error.message).toBe(`${name} is ${shown}; it must be ${expected}.`)
      }
    },
  )

  it('a probe timeout that is not below the probe interval is refused', async () => {
    const error = await refusal({ probeIntervalMs: 500, probeTimeoutMs: 500 })
    expect(error.message).toBe('probeTimeoutMs is 500; it must be less than probeIntervalMs (500).')
  })

  it('a version of the application outside its own range is refused', async () => {
    const error = await refusal({ delegateProtocolMin: 2, delegateProtocolMax: 3 })
    expect(error.data).toMatchObject({ name: 'delegateProtocolVersion', value: 0 })
    expect(error.message).toContain('delegateProtocolMin (2) and delegateProtocolMax (3)')
  })

  it('packets too small for an alive message with this label and key are refused', async () => {
    const label = 'x'.repeat(255)
    const error = await refusal({ udpBufferSize: 900, label, secretKey: new Uint8Array(16) })
    expect(error.data).toMatchObject({ name: 'udpBufferSize', value: 900 })
    const least = Number(/at least (\d+)/.exec(error.message)?.[1])
    await expect(
      refusal({ udpBufferSize: least - 1, label, secretKey: new Uint8Array(16) }),
    ).resolves.toMatchObject({ code: 'ERR_CONFIG' })
  })
})

describe('options are checked before a socket is opened', () => {
  const cases: readonly [what: string, options: object, code: string, words: string][] = [
    ['an empty name', { name: '' }, 'ERR_CONFIG', 'name is ""; it must be 1 to 255 bytes'],
    ['a name of 256 bytes', { name: 'é'.repeat(128) }, 'ERR_CONFIG', '1 to 255 bytes of text'],
    ['a name that is no text', { name: 7 }, 'ERR_CONFIG', 'name is 7; it must be 1 to 255'],
    ['a label of 256 bytes', { label: 'x'.repeat(256) }, 'ERR_CONFIG', 'at most 255 bytes'],
    ['a label that is no text', { label: 7 }, 'ERR_CONFIG', 'label is 7; it must be at most 255'],
    ['metadata of 513 bytes', { meta: new Uint8Array(513) }, 'ERR_TOO_LARGE', '513 bytes; 512'],
    ['metadata that is no bytes', { meta: 'text' }, 'ERR_CONFIG', 'meta is "text"; it must be'],
    ['a key of 15 bytes', { secretKey: new Uint8Array(15) }, 'ERR_KEY', 'A key of 15 bytes'],
    ['a key of 33 bytes', { secretKey: new Uint8Array(33) }, 'ERR_KEY', 'A key of 33 bytes'],
    ['a key that is no bytes', { secretKey: 'c2VjcmV0' }, 'ERR_KEY', 'secretKey must be'],
    ['a keyring that is none', { keyring: [] }, 'ERR_CONFIG', 'keyring is '],
    ['a host name to bind to', { bind: { host: 'localhost' } }, 'ERR_ADDRESS', '"localhost"'],
    ['an address to bind to that is a text', { bind: '10.0.0.5' }, 'ERR_CONFIG', 'bind is "10.0.'],
    ['no address to bind to', { bind: null }, 'ERR_CONFIG', 'bind is null; it must be an object'],
    ['an address to tell that is a text', { advertise: '::1' }, 'ERR_CONFIG', 'advertise is "::1"'],
    ['another time to ask', { delegate: { mergeWhen: 'allways' } }, 'ERR_CONFIG', 'mergeWhen is'],
    ['a host that is no text', { bind: { host: 7 } }, 'ERR_ADDRESS', 'bind.host is "7"'],
    ['a port below 0', { bind: { port: -1 } }, 'ERR_CONFIG', 'bind.port is -1'],
    ['a port above 65535', { bind: { port: 65_536 } }, 'ERR_CONFIG', 'bind.port is 65536'],
    ['a port that is no number', { bind: { port: '1' } }, 'ERR_CONFIG', 'bind.port is "1"'],
    ['a host name to tell', { advertise: { host: 'db-3' } }, 'ERR_ADDRESS', 'advertise.host'],
    ['a wildcard to tell', { advertise: { host: '0.0.0.0' } }, 'ERR_ADDRESS', 'advertise.host'],
    ['a port to tell above 65535', { advertise: { port: 65_536 } }, 'ERR_CONFIG', '65536'],
    ['a network that is none', { cidrsAllowed: ['10.0.0.0'] }, 'ERR_CONFIG', '"10.0.0.0"'],
    ['a network that is no text', { cidrsAllowed: [7] }, 'ERR_CONFIG', '"7" is not a network'],
    ['networks that are no list', { cidrsAllowed: '10.0.0.0/8' }, 'ERR_CONFIG', 'cidrsAllowed'],
  ]

  it.each(cases)('%s is refused', async (_what, options, code, words) => {
    const error = await refusal(options)
    expect(error.message).toContain(words)
    expect(error.code).toBe(code)
  })

  it('a bad option closes the transport that was given along', async () => {
    const transport = await UdpTcpTransport.open({ host: '127.0.0.1', port: 0 })
    open.mockClear()
    await refusal({ probeTimeoutMs: 0, transport })
    expect(transport.sendPacket(new Uint8Array(1), '127.0.0.1', transport.local.port)).toBe(false)
  })

  it('settings that were checked stay as they are', async () => {
    await using list = await Memberlist.create({ bind: { host: '127.0.0.1', port: 0 } })
    expect(() => Object.assign(list.settings, { probeIntervalMs: -5 })).toThrow(TypeError)
    expect(list.settings.probeIntervalMs).toBe(1_000)
  })

  it('the secret key becomes the primary one of the keyring that is given along', async () => {
    const other = new Uint8Array(16).fill(1)
    const secretKey = new Uint8Array(32).fill(2)
    await using list = await Memberlist.create({
      name: 'a',
      bind: { host: '127.0.0.1', port: 0 },
      keyring: new Keyring([other]),
      secretKey,
    })
    expect(list.keyring?.keys).toEqual([secretKey, other])
  })
})
