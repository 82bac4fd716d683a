import { MemberlistError } from '../errors.ts'
import { systemCode } from './aborted.ts'
import { canonicalHost, endpointText } from './address.ts'
import type { Endpoint } from './transport.ts'

/** Ports that are tried when any will do. Each is free for the one channel when it is drawn. */
const MAX_ATTEMPTS = 32

interface Bound {
  readonly port: number
  close(): Promise<void>
}

/**
 * Both channels of a member have one port number. With port 0 the system picks the port of the
 * first channel, and the same number may be taken on the other: then both start over with a new
 * one. Whatever was opened when it fails half way is closed before the error is thrown.
 */
export async function bindSamePort<First extends Bound, Second extends Bound>(
  port: number,
  openFirst: (port: number) => Promise<First>,
  openSecond: (port: number) => Promise<Second>,
): Promise<[First, Second]> {
  for (let attempt = 1; ; attempt++) {
    const first = await openFirst(port)
    try {
      return [first, await openSecond(first.port)]
    } catch (error) {
      await first.close()
      const inUse = error instanceof MemberlistError && error.code === 'ERR_ADDRESS_IN_USE'
      if (port !== 0 || !inUse || attempt === MAX_ATTEMPTS) throw error
    }
  }
}

/**
 * The address to bind to in its canonical form.
 * @throws MemberlistError ERR_ADDRESS, ERR_CONFIG
 */
export function checkBindAddress(host: string, port: number): Endpoint {
  const canonical = canonicalHost(host)
  if (canonical === undefined) {
    throw new MemberlistError(
      'ERR_ADDRESS',
      `"${host}" is not an IP address to bind to; give one of this machine, 0.0.0.0 or ::.`,
      { data: { host } },
    )
  }
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new MemberlistError(
      'ERR_CONFIG',
      `The port to bind to is ${port}; it must be a whole number from 0 (any free one) to 65535.`,
      { data: { name: 'port', value: port, expected: '0 to 65535' } },
    )
  }
  return { host: canonical, port }
}

/** Says in one sentence why the system refused to bind, and what to do. */
export function bindError(
  cause: unknown,
  protocol: 'TCP' | 'UDP',
  host: string,
  port: number,
): MemberlistError {
  const reason = systemCode(cause)
  const where = `${protocol} ${endpointText(host, port)}`
  const data = { host, port, protocol, reason }
  switch (reason) {
    case 'EADDRINUSE':
      return new MemberlistError(
        'ERR_ADDRESS_IN_USE',
        `${where} is taken by another process or member; choose another port, or 0 for any free one.`,
        { data, cause },
      )
    case 'EADDRNOTAVAIL':
      return new MemberlistError(
        'ERR_BIND',
        `${host} is not an address of this machine; bind to one that is, to 0.0.0.0 or to ::.`,
        { data, cause },
      )
    case 'EACCES':
    case 'EPERM':
      return new MemberlistError(
        'ERR_BIND',
        `This process may not bind to ${where}; choose a port above 1023, or grant it the right.`,
        { data, cause },
      )
    case 'EAFNOSUPPORT':
      return new MemberlistError(
        'ERR_BIND',
        `This machine has no ${host.includes(':') ? 'IPv6' : 'IPv4'}, so ${where} cannot be bound; use an address of the other kind.`,
        { data, cause },
      )
    case 'EINVAL':
      return new MemberlistError(
        'ERR_ADDRESS',
        `${where} cannot be bound; a link-local address needs its zone, as in fe80::1%eth0.`,
        { data, cause },
      )
    default:
      return new MemberlistError('ERR_BIND', `${where} cannot be bound: ${reason}.`, {
        data,
        cause,
      })
  }
}
