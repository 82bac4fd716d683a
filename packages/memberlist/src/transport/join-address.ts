import { MemberlistError } from '../errors.ts'
import { canonicalHost } from './address.ts'

/** What a user wrote for somebody to join, taken apart. */
export interface JoinAddress {
  /** The member's name, when one was given. As in Go, the peer is not held to it. */
  readonly name: string | undefined
  readonly host: string
  readonly port: number
  /** How `host` becomes addresses: it is one, it has some, or its SRV records name some that do. */
  readonly kind: 'literal' | 'name' | 'service'
}

/**
 * Reads an address to join:
 *
 *     [name "/"] host [":" port]        host, host:7946, db-3/10.0.0.2, db-3/host:7946
 *     [name "/"] "[" IPv6 "]" [":" port]
 *     [name "/"] IPv6                   without brackets there is no room for a port
 *     [name "/"] "_" service "._tcp." domain    the port stands in the SRV record
 *
 * @throws MemberlistError ERR_ADDRESS
 */
export function parseJoinAddress(text: string, defaultPort: number): JoinAddress {
  const slash = text.indexOf('/')
  const name = slash < 0 ? undefined : text.slice(0, slash)
  if (name === '') throw malformed(text, 'the name before the slash is empty')
  const { host, port } = splitPort(text, text.slice(slash + 1))
  if (host === '') throw malformed(text, 'the host is empty')
  const literal = canonicalHost(host)
  if (literal !== undefined) {
    return { name, host: literal, port: port ?? defaultPort, kind: 'literal' }
  }
  if (host.includes(':')) throw malformed(text, `"${host}" is not an IPv6 address`)
  if (!/^_[^.]+\._(tcp|udp)\../i.test(host)) {
    return { name, host, port: port ?? defaultPort, kind: 'name' }
  }
  if (port !== undefined) {
    throw malformed(text, 'a service name takes its port from its SRV record')
  }
  return { name, host, port: defaultPort, kind: 'service' }
}

function splitPort(text: string, rest: string): { host: string; port: number | undefined } {
  if (rest.startsWith('[')) {
    const bracket = rest.indexOf(']')
    const host = rest.slice(1, bracket)
    const after = rest.slice(bracket + 1)
    if (bracket < 0 || !host.includes(':')) {
      throw malformed(text, 'brackets go around an IPv6 address')
    }
    if (after === '') return { host, port: undefined }
    if (!after.startsWith(':')) throw malformed(text, 'only a port can follow the bracket')
    return { host, port: parsePort(text, after.slice(1)) }
  }
  const colon = rest.indexOf(':')
  if (colon < 0 || colon !== rest.lastIndexOf(':')) return { host: rest, port: undefined }
  return { host: rest.slice(0, colon), port: parsePort(text, rest.slice(colon + 1)) }
}

function parsePort(text: string, digits: string): number {
  const port = /^[0-9]{1,5}$/.test(digits) ? Number(digits) : 0
  if (port > 0 && port < 65_536) return port
  throw malformed(text, 'the port must be a whole number from 1 to 65535')
}

function malformed(text: string, why: string): MemberlistError {
  return new MemberlistError(
    'ERR_ADDRESS',
    `"${text}" is no address to join: ${why}. Write host, host:port, [IPv6]:port or name/host:port.`,
    { data: { address: text, reason: 'malformed' } },
  )
}
