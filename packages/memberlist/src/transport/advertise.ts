import { networkInterfaces } from 'node:os'
import { isIPv6Host, isLinkLocalHost, isSiteHost, isWildcardHost } from './address.ts'

type Interfaces = ReturnType<typeof networkInterfaces>

/**
 * The address to tell others when the user named none: the bound one, or for a wildcard one of
 * this machine's that others may reach. Addresses that the site keeps to itself go before public
 * ones, as in Go, and IPv4 before IPv6. Undefined when there is none but loopback and link-local.
 *
 * Go takes private IPv4 addresses only, fails where there is none, and tells others `::` when
 * bound to that.
 */
export function advertiseHost(
  boundHost: string,
  interfaces: Interfaces = networkInterfaces(),
): string | undefined {
  if (!isWildcardHost(boundHost)) return boundHost
  const hosts = Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !isLinkLocalHost(address))
    .map(({ address }) => address)
    .filter((host) => boundHost === '::' || !isIPv6Host(host))
  const rank = (host: string) => (isSiteHost(host) ? 0 : 2) + (isIPv6Host(host) ? 1 : 0)
  return hosts.sort((one, other) => rank(one) - rank(other)).at(0)
}
