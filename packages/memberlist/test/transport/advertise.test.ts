import type { NetworkInterfaceInfo } from 'node:os'
import { describe, expect, it } from 'vitest'
import { advertiseHost } from '../../src/transport/advertise.ts'

const address = (host: string, internal: boolean): NetworkInterfaceInfo => {
  const rest = { address: host, internal, netmask: '', mac: '', cidr: null }
  return host.includes(':') ? { ...rest, family: 'IPv6', scopeid: 0 } : { ...rest, family: 'IPv4' }
}

const machine = (...hosts: string[]) => ({
  lo: [address('127.0.0.1', true), address('::1', true)],
  eth0: hosts.map((host) => address(host, false)),
})

describe('the address to advertise', () => {
  it.each([
    ['the bound one', '10.0.0.5', ['192.168.0.1'], '10.0.0.5'],
    ['a private one for 0.0.0.0', '0.0.0.0', ['8.8.8.8', '10.0.0.9', 'fd00::9'], '10.0.0.9'],
    ['a public one where there is no private', '0.0.0.0', ['fe80::1', '8.8.8.8'], '8.8.8.8'],
    ['never IPv6 for 0.0.0.0', '0.0.0.0', ['fd00::9'], undefined],
    ['a private IPv4 one for ::', '::', ['fd00::9', '10.0.0.9'], '10.0.0.9'],
    ['a private IPv6 one before a public IPv4', '::', ['8.8.8.8', 'fd00::9'], 'fd00::9'],
    ['never a link-local one', '::', ['fe80::1', '169.254.0.1'], undefined],
    ['none on a machine with loopback alone', '0.0.0.0', [], undefined],
  ])('is %s', (_what, bound, addresses, expected) => {
    expect(advertiseHost(bound, machine(...addresses))).toBe(expected)
  })
})
