import { hostFromBytes } from './host.ts'
import type { Frame } from './pcap-file.ts'

/** What a frame carries of UDP or TCP. */
export interface Segment {
  readonly protocol: 'udp' | 'tcp'
  readonly sourceHost: string
  readonly sourcePort: number
  readonly destinationHost: string
  readonly destinationPort: number
  /** TCP only, else 0. */
  readonly sequence: number
  readonly flags: number
  readonly payload: Uint8Array
}

/** Why a frame carries nothing for us. */
export type SkipReason =
  /** A link type, network or transport protocol that is not read. */
  | 'other-protocol'
  /** A part of an IP packet. */
  | 'fragment'
  /** Cut off by the capture, or not what it says it is. */
  | 'malformed'

const UDP = 17
const TCP = 6

/** Frames begin with the header of their link; after it comes IP. By LINKTYPE_ number. */
export function readSegment({ linkType, bytes }: Frame): Segment | SkipReason {
  switch (linkType) {
    case 0: // BSD loopback, address family in the byte order of whoever captured
    case 108: // OpenBSD loopback, in network order
      return readNetwork(bytes, 4)
    case 1:
      return readEthernet(bytes, 12)
    case 12: // raw IP, as some systems number it
    case 14:
    case 101:
    case 228:
    case 229:
      return readNetwork(bytes, 0)
    case 113: // Linux "any" device: cooked
      return readEthernet(bytes, 14)
    case 276: // cooked, version 2: the protocol stands first
      return readByType(bytes, u16(bytes, 0), 20)
    default:
      return 'other-protocol'
  }
}

/** From an EtherType on; VLAN tags in front of the real one are passed, bounded by the frame. */
function readEthernet(bytes: Uint8Array, position: number): Segment | SkipReason {
  let type = u16(bytes, position)
  while ((type === 0x8100 || type === 0x88a8 || type === 0x9100) && position < bytes.length) {
    position += 4
    type = u16(bytes, position)
  }
  return readByType(bytes, type, position + 2)
}

function readByType(bytes: Uint8Array, type: number, position: number): Segment | SkipReason {
  if (type !== 0x0800 && type !== 0x86dd) return 'other-protocol'
  return readNetwork(bytes, position)
}

function readNetwork(bytes: Uint8Array, position: number): Segment | SkipReason {
  const version = (bytes[position] ?? 0) >>> 4
  if (version === 4) return readIpv4(bytes, position)
  return version === 6 ? readIpv6(bytes, position) : 'other-protocol'
}

function readIpv4(bytes: Uint8Array, position: number): Segment | SkipReason {
  const headerLength = (bytes[position] & 0x0f) * 4
  // With segmentation by the network card the length is 0, and what was captured counts.
  const length = u16(bytes, position + 2) || bytes.length - position
  const start = position + headerLength
  const end = Math.min(bytes.length, position + length)
  if (headerLength < 20 || start > end) return 'malformed'
  if ((u16(bytes, position + 6) & 0x3fff) !== 0) return 'fragment'
  const hosts = [
    hostFromBytes(bytes, position + 12, position + 16),
    hostFromBytes(bytes, position + 16, position + 20),
  ] as const
  return readTransport(bytes, bytes[position + 9], start, end, hosts)
}

function readIpv6(bytes: Uint8Array, position: number): Segment | SkipReason {
  let start = position + 40
  if (start > bytes.length) return 'malformed'
  const length = u16(bytes, position + 4)
  const end = length === 0 ? bytes.length : Math.min(bytes.length, start + length)
  let next = bytes[position + 6]
  // Extension headers have eight bytes at least: bounded by the frame.
  while (start + 8 <= end && isExtension(next)) {
    if (next === 44) return 'fragment'
    const blocks = bytes[start + 1]
    const size = next === 51 ? (blocks + 2) * 4 : (blocks + 1) * 8
    next = bytes[start]
    start += size
  }
  const hosts = [
    hostFromBytes(bytes, position + 8, position + 24),
    hostFromBytes(bytes, position + 24, position + 40),
  ] as const
  return start > end ? 'malformed' : readTransport(bytes, next, start, end, hosts)
}

/** Hop-by-hop, routing, fragment, authentication, destination options. */
function isExtension(next: number): boolean {
  return next === 0 || next === 43 || next === 44 || next === 51 || next === 60
}

function readTransport(
  bytes: Uint8Array,
  protocol: number,
  start: number,
  end: number,
  [sourceHost, destinationHost]: readonly [string, string],
): Segment | SkipReason {
  if (protocol !== UDP && protocol !== TCP) return 'other-protocol'
  const headerLength = protocol === UDP ? 8 : (bytes[start + 12] >>> 4) * 4
  if (headerLength < (protocol === UDP ? 8 : 20) || start + headerLength > end) return 'malformed'
  const length = protocol === UDP ? u16(bytes, start + 4) : 0
  const stop = length >= 8 ? Math.min(end, start + length) : end
  return {
    protocol: protocol === UDP ? 'udp' : 'tcp',
    sourceHost,
    sourcePort: u16(bytes, start),
    destinationHost,
    destinationPort: u16(bytes, start + 2),
    sequence: protocol === TCP ? u16(bytes, start + 4) * 0x10000 + u16(bytes, start + 6) : 0,
    flags: protocol === TCP ? bytes[start + 13] : 0,
    payload: bytes.subarray(start + headerLength, stop),
  }
}

/** 0 beyond the end. */
function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}
