import { BlockList } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AllowList, parseCidr } from '../../src/transport/cidr.ts'
import { bytesFromHost } from '../../src/wire/host.ts'

const allows = (networks: string[] | undefined, host: string) =>
  new AllowList(networks).allows(bytesFromHost(host) ?? new Uint8Array())

const mapped = (host: string) =>
  Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...(bytesFromHost(host) ?? []))

describe('the allow list', () => {
  it('allows all when there is none, and nothing when it is empty', () => {
    expect(allows(undefined, '8.8.8.8')).toBe(true)
    expect(allows([], '127.0.0.1')).toBe(false)
  })

  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['10.0.0.0/9', '10.127.255.255', true],
    ['10.0.0.0/9', '10.128.0.0', false],
    ['10.0.0.1/32', '10.0.0.1', true],
    ['10.0.0.1/32', '10.0.0.2', false],
    ['0.0.0.0/0', '203.0.113.1', true],
    ['0.0.0.0/0', 'fd00::1', false],
    ['::/0', '10.0.0.1', false],
    ['::/0', 'fd00::1', true],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['::ffff:10.0.0.0/104', '10.2.3.4', true],
    ['::ffff:10.0.0.0/104', '11.2.3.4', false],
  ])('%s for %s: %s', (network, host, expected) => {
    expect(allows([network], host)).toBe(expected)
  })

  it('takes an IPv4 address in both of its forms', () => {
    const list = new AllowList(['10.0.0.0/8'])
    expect(list.allows(mapped('10.0.0.1'))).toBe(true)
    expect(list.allows(mapped('11.0.0.1'))).toBe(false)
  })

  it.each([0, 3, 5, 15, 17])('refuses an address of %d bytes', (length) => {
    expect(new AllowList(['0.0.0.0/0', '::/0']).allows(new Uint8Array(length))).toBe(false)
  })

  it('decides as the block list of Node does', () => {
    const network = fc.oneof(
      fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.constant('ipv4' as const)),
      fc.tuple(
        // An address that maps IPv4 means two things there.
        fc.ipV6().filter((host) => !host.startsWith('::') && !host.startsWith('0:')),
        fc.integer({ min: 0, max: 128 }),
        fc.constant('ipv6' as const),
      ),
    )
    fc.assert(
      fc.property(network, fc.nat(128), ([host, prefix, family], flipped) => {
        const list = new BlockList()
        list.addSubnet(host, prefix, family)
        const bytes = bytesFromHost(host) ?? new Uint8Array()
        const bit = flipped % (bytes.length * 8)
        bytes[bit >> 3] ^= 0x80 >> (bit & 7)
        const near = new AllowList([`${host}/${prefix}`]).allows(bytes)
        const text =
          family === 'ipv4'
            ? bytes.join('.')
            : Buffer.from(bytes).toString('hex').match(/.{4}/g)?.join(':')
        expect(near).toBe(list.check(text ?? '', family))
        expect(near).toBe(bit >= prefix)
      }),
      { numRuns: 500 },
    )
  })

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    'fd00::/129',
    'x/8',
    '10.0.0.0/08',
  ])('refuses "%s" as a network, and names it', (value) => {
    expect(() => parseCidr(value)).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', data: { value } }) as Error,
    )
  })
})
