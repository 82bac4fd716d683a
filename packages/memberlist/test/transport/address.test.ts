import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  canonicalHost,
  endpointText,
  isSiteHost,
  unmappedHost,
} from '../../src/transport/address.ts'

describe('the canonical text of an address', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:a00:1', '10.0.0.1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['::', '::'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('of %s is %s', (given, expected) => {
    expect(canonicalHost(given)).toBe(expected)
  })

  it.each(['', 'localhost', '010.0.0.1', '1.2.3', '1.2.3.4.5', '256.1.1.1', ':::', '1::2::3'])(
    'does not exist for "%s"',
    (given) => {
      expect(canonicalHost(given)).toBeUndefined()
    },
  )

  it.each(['10.0.0.1%eth0', 'fe80::1%', '::ffff:10.0.0.1%eth0'])(
    'does not exist for the zone in "%s"',
    (given) => {
      expect(canonicalHost(given)).toBeUndefined()
    },
  )

  it('is what URLs have for IPv6, and stays as it is when made again', () => {
    fc.assert(
      fc.property(fc.ipV6(), (given) => {
        const canonical = canonicalHost(given)
        if (canonical?.includes(':'))
          expect(`[${canonical}]`).toBe(new URL(`http://[${given}]`).hostname)
        else expect(isIP(canonical ?? '')).toBe(4)
        expect(canonicalHost(canonical ?? '')).toBe(canonical)
      }),
      { numRuns: 500 },
    )
  })

  it('exists for exactly what Node takes for an address', () => {
    const nearAddress = fc
      .tuple(
        fc.oneof(fc.ipV4(), fc.ipV6()),
        fc.nat(40),
        fc.constantFrom('', ':', '.', '0', 'g', '::'),
      )
      .map(([host, at, inserted]) => host.slice(0, at) + inserted + host.slice(at + 1))
    fc.assert(
      fc.property(nearAddress, (given) => {
        expect(canonicalHost(given) !== undefined).toBe(isIP(given) !== 0)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('an address from a dual-stack socket', () => {
  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::1', '::1'],
    ['::', '::'],
    ['fd00::1', 'fd00::1'],
    ['10.0.0.1', '10.0.0.1'],
    ['::f', '::f'],
  ])('%s is %s', (given, expected) => {
    expect(unmappedHost(given)).toBe(expected)
  })
})

describe('site addresses', () => {
  it.each(['10.9.9.9', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1', 'fd00::1'])(
    'include %s',
    (host) => {
      expect(isSiteHost(host)).toBe(true)
    },
  )

  it.each([
    '127.0.0.1',
    '169.254.1.1',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    '2001:db8::1',
    '0.0.0.0',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '192.169.0.1',
    '2606:4700::1111',
    'a name',
  ])('do not include %s', (host) => {
    expect(isSiteHost(host)).toBe(false)
  })
})

it('an endpoint shows with brackets around IPv6', () => {
  expect(endpointText('10.0.0.1', 7946)).toBe('10.0.0.1:7946')
  expect(endpointText('fd00::1', 7946)).toBe('[fd00::1]:7946')
})
