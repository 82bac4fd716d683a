import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemberlistError } from '../../src/errors.ts'
import { parseJoinAddress } from '../../src/transport/join-address.ts'

describe('an address to join', () => {
  it.each([
    ['10.0.0.1', undefined, '10.0.0.1', 7946, 'literal'],
    ['10.0.0.1:80', undefined, '10.0.0.1', 80, 'literal'],
    ['::1', undefined, '::1', 7946, 'literal'],
    ['FD00::0:1', undefined, 'fd00::1', 7946, 'literal'],
    ['[::1]', undefined, '::1', 7946, 'literal'],
    ['[::1]:80', undefined, '::1', 80, 'literal'],
    ['[fe80::1%eth0]:80', undefined, 'fe80::1%eth0', 80, 'literal'],
    ['::ffff:10.0.0.1', undefined, '10.0.0.1', 7946, 'literal'],
    ['db', undefined, 'db', 7946, 'name'],
    ['db.example:80', undefined, 'db.example', 80, 'name'],
    ['999.0.0.1', undefined, '999.0.0.1', 7946, 'name'],
    ['db-3/10.0.0.2:7947', 'db-3', '10.0.0.2', 7947, 'literal'],
    ['db-3/db.example', 'db-3', 'db.example', 7946, 'name'],
    ['db-3/[::1]:80', 'db-3', '::1', 80, 'literal'],
    ['_gossip._tcp.example', undefined, '_gossip._tcp.example', 7946, 'service'],
    ['x/_gossip._udp.example', 'x', '_gossip._udp.example', 7946, 'service'],
    ['_gossip._sctp.example', undefined, '_gossip._sctp.example', 7946, 'name'],
    ['_tcp.example', undefined, '_tcp.example', 7946, 'name'],
  ])('%s is read', (given, name, host, port, kind) => {
    expect(parseJoinAddress(given, 7946)).toEqual({ name, host, port, kind })
  })

  it.each([
    ['', 'the host is empty'],
    ['/10.0.0.1', 'the name before the slash is empty'],
    ['db-3/', 'the host is empty'],
    [':80', 'the host is empty'],
    ['db:', 'the port must be'],
    ['db:0', 'the port must be'],
    ['db:65536', 'the port must be'],
    ['db:-1', 'the port must be'],
    ['db:8o', 'the port must be'],
    ['[::1]:x', 'the port must be'],
    ['[::1', 'brackets go around'],
    ['[db]:80', 'brackets go around'],
    ['[]', 'brackets go around'],
    ['[::1]80', 'only a port can follow'],
    ['a:b:c', 'not an IPv6 address'],
    ['x/a:b:c', 'not an IPv6 address'],
    ['_gossip._tcp.example:80', 'takes its port from its SRV record'],
  ])('"%s" is refused, and told why', (given, why) => {
    expect(() => parseJoinAddress(given, 7946)).toThrow(
      expect.objectContaining({
        code: 'ERR_ADDRESS',
        message: expect.stringContaining(why) as string,
        data: { address: given, reason: 'malformed' },
      }) as Error,
    )
  })

  it('of any text is read or refused with ERR_ADDRESS, with a port in its range', () => {
    const pieces = fc.constantFrom(
      'a',
      '[',
      ']',
      ':',
      '::',
      '/',
      '.',
      '1',
      '65535',
      '_x._tcp.',
      '%',
    )
    const given = fc.oneof(
      fc.string(),
      fc.array(pieces, { maxLength: 8 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(given, (text) => {
        try {
          const { host, port } = parseJoinAddress(text, 7946)
          expect(host).not.toBe('')
          expect(port).toBeGreaterThan(0)
          expect(port).toBeLessThan(65_536)
        } catch (error) {
          expect(error).toBeInstanceOf(MemberlistError)
          expect(error).toMatchObject({ code: 'ERR_ADDRESS' })
        }
      }),
      { numRuns: 1_000 },
    )
  })
})
