import { describe, expect, it } from 'vitest'
import { MemberlistError } from '../../src/errors.ts'
import { bindError, bindSamePort } from '../../src/transport/bind.ts'

/** Opens channels whose ports are as listed, and notes what is opened and closed. */
function openers(firstPorts: number[], secondFails: (port: number) => Error | undefined) {
  const log: string[] = []
  const channel = (name: string, port: number) => {
    log.push(`open ${name} ${port}`)
    const close = () => {
      log.push(`close ${name} ${port}`)
      return Promise.resolve()
    }
    return Promise.resolve({ port, close })
  }
  const openFirst = (port: number) =>
    channel('first', port === 0 ? (firstPorts.shift() ?? 1) : port)
  const openSecond = (port: number) => {
    const error = secondFails(port)
    return error === undefined ? channel('second', port) : Promise.reject(error)
  }
  return { log, openFirst, openSecond }
}

const inUse = () => new MemberlistError('ERR_ADDRESS_IN_USE', 'taken')

describe('binding two channels to one port', () => {
  it('takes the port of the first for the second', async () => {
    const { log, openFirst, openSecond } = openers([4001], () => undefined)
    const [first, second] = await bindSamePort(0, openFirst, openSecond)
    expect([first.port, second.port]).toEqual([4001, 4001])
    expect(log).toEqual(['open first 4001', 'open second 4001'])
  })

  it('draws another port when the first one is taken on the second channel', async () => {
    const { log, openFirst, openSecond } = openers([4001, 4002, 4003], (port) =>
      port < 4003 ? inUse() : undefined,
    )
    const [first, second] = await bindSamePort(0, openFirst, openSecond)
    expect([first.port, second.port]).toEqual([4003, 4003])
    expect(log).toEqual([
      'open first 4001',
      'close first 4001',
      'open first 4002',
      'close first 4002',
      'open first 4003',
      'open second 4003',
    ])
  })

  it('gives up after a bounded number of ports, with nothing left open', async () => {
    const { log, openFirst, openSecond } = openers([], inUse)
    await expect(bindSamePort(0, openFirst, openSecond)).rejects.toMatchObject({
      code: 'ERR_ADDRESS_IN_USE',
    })
    expect(log.filter((entry) => entry.startsWith('open'))).toHaveLength(32)
    expect(log.filter((entry) => entry.startsWith('close'))).toHaveLength(32)
  })

  it.each([
    ['the port was asked for', 7946, inUse()],
    ['it fails otherwise', 0, new MemberlistError('ERR_BIND', 'no')],
    ['it fails in a way nobody foresaw', 0, new Error('?')],
  ])('does not try again when %s, and releases the first', async (_when, port, error) => {
    const { log, openFirst, openSecond } = openers([7946], () => error)
    await expect(bindSamePort(port, openFirst, openSecond)).rejects.toBe(error)
    expect(log).toEqual(['open first 7946', 'close first 7946'])
  })
})

describe('what the system says about a bind', () => {
  it.each([
    ['EADDRINUSE', '10.0.0.1', 'ERR_ADDRESS_IN_USE', 'UDP 10.0.0.1:80 is taken'],
    ['EADDRNOTAVAIL', '10.0.0.1', 'ERR_BIND', '10.0.0.1 is not an address of this machine'],
    ['EACCES', '10.0.0.1', 'ERR_BIND', 'may not bind to UDP 10.0.0.1:80'],
    ['EAFNOSUPPORT', 'fd00::1', 'ERR_BIND', 'This machine has no IPv6'],
    ['EINVAL', 'fe80::1', 'ERR_ADDRESS', 'UDP [fe80::1]:80 cannot be bound'],
    ['EMFILE', '10.0.0.1', 'ERR_BIND', 'UDP 10.0.0.1:80 cannot be bound: EMFILE'],
  ])('%s on %s becomes %s', (code, host, expected, message) => {
    const cause = Object.assign(new Error(code), { code })
    const error = bindError(cause, 'UDP', host, 80)
    expect(error).toMatchObject({
      code: expected,
      cause,
      data: { host, port: 80, protocol: 'UDP', reason: code },
    })
    expect(error.message).toContain(message)
    // One sentence: one full stop, at its end (addresses have theirs without a space behind).
    expect(error.message.match(/\.(?=\s|$)/g)).toHaveLength(1)
  })
})
