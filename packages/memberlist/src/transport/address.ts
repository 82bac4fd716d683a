import { isIP } from 'node:net'
import { bytesFromHost, hostFromBytes } from '../wire/host.ts'
import { type Cidr, parseCidr, rangesContain } from './cidr.ts'

/**
 * The one text that stands for an IP address in this library: IPv4 dotted, also where it came in
 * IPv6-mapped form; IPv6 as in RFC 5952. A zone (`fe80::1%eth0`) stays: it means something on this
 * machine alone, and only here can it be dialled. Undefined for what is no IP address.
 */
export function canonicalHost(text: string): string | undefined {
  if (isIP(text) === 0) return undefined
  const percent = text.indexOf('%')
  const bytes = bytesFromHost(percent < 0 ? text : text.slice(0, percent))
  if (bytes === undefined) return undefined
  const host = hostFromBytes(bytes)
  if (percent < 0) return host
  return isIPv6Host(host) ? host + text.slice(percent) : undefined
}

/**
 * An IPv4 address as a dual-stack socket tells it (`::ffff:10.0.0.1`) without its prefix; any
 * other text as it is. For the packet path, where the text is canonical but for that.
 */
export function unmappedHost(host: string): string {
  // The second test alone would do; the first is one comparison and fails for almost all.
  return host.charCodeAt(2) === 0x66 && host.startsWith('::ffff:') ? host.slice(7) : host
}

export function isIPv6Host(host: string): boolean {
  return host.includes(':')
}

export function isWildcardHost(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

/** `10.0.0.1:7946`, `[2001:db8::1]:7946`: for messages to people. */
export function endpointText(host: string, port: number): string {
  return isIPv6Host(host) ? `[${host}]:${port}` : `${host}:${port}`
}

/** Private use (RFC 1918, RFC 4193) and carriers' own (RFC 6598). */
const siteRanges = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  'fc00::/7',
  '100.64.0.0/10',
].map(parseCidr)
const linkLocalRanges = ['169.254.0.0/16', 'fe80::/10'].map(parseCidr)

/** Whether a site uses this address within itself (RFC 1918, RFC 4193, RFC 6598). */
export function isSiteHost(host: string): boolean {
  return isWithin(siteRanges, host)
}

/** Whether this address only means something on one link (RFC 3927, RFC 4291). */
export function isLinkLocalHost(host: string): boolean {
  return isWithin(linkLocalRanges, host)
}

function isWithin(ranges: readonly Cidr[], host: string): boolean {
  const bytes = bytesFromHost(host.split('%', 1)[0])
  return bytes !== undefined && rangesContain(ranges, bytes, 0, bytes.length)
}
