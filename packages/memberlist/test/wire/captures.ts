/** Writes capture files for tests: every format, link type and network that is read. */

const u16 = (value: number) => Uint8Array.of(value >>> 8, value)
const u32 = (value: number) => Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
export const concat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))

const SYN = 2
const ACK = 16
const FIN = 1
export const flags = { SYN, SYN_ACK: SYN | ACK, ACK, FIN_ACK: FIN | ACK }

export interface Ends {
  source: number
  destination: number
}

export function udp({ source, destination }: Ends, payload: Uint8Array): Uint8Array {
  return concat(u16(source), u16(destination), u16(8 + payload.length), u16(0), payload)
}

export function tcp(
  { source, destination }: Ends,
  sequence: number,
  flag: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const options = new Uint8Array(12)
  const header = concat(u16(source), u16(destination), u32(sequence), u32(0))
  return concat(header, Uint8Array.of(0x80, flag), u16(1024), u32(0), options, payload)
}

/** IPv4 from 10.0.0.1 to 10.0.0.2, or back, with options in its header. */
export function ipv4(
  protocol: number,
  content: Uint8Array,
  { fragment = 0, back = false } = {},
): Uint8Array {
  const [from, to] = back ? [2, 1] : [1, 2]
  const header = concat(
    Uint8Array.of(0x46, 0),
    u16(24 + content.length),
    u32(fragment),
    Uint8Array.of(64, protocol, 0, 0, 10, 0, 0, from, 10, 0, 0, to, 1, 1, 1, 0),
  )
  return concat(header, content)
}

/** IPv6 from fe80::1 to fe80::2, with a hop-by-hop header between. */
export function ipv6(protocol: number, content: Uint8Array): Uint8Array {
  const address = (last: number) =>
    Uint8Array.of(0xfe, 0x80, ...new Array<number>(13).fill(0), last)
  const header = concat(
    Uint8Array.of(0x60, 0, 0, 0),
    u16(8 + content.length),
    Uint8Array.of(0, 64),
    address(1),
    address(2),
    Uint8Array.of(protocol, 0, 1, 4, 0, 0, 0, 0),
  )
  return concat(header, content)
}

/** The header of a link in front of an IP packet, by LINKTYPE_ number. */
export function linked(linkType: number, ip: Uint8Array, vlans = 0): Uint8Array {
  const isV6 = ip[0] >>> 4 === 6
  const etherType = u16(isV6 ? 0x86dd : 0x0800)
  const tags = concat(...Array.from({ length: vlans }, () => Uint8Array.of(0x81, 0, 0, 7)))
  switch (linkType) {
    case 0:
      return concat(Uint8Array.of(isV6 ? 30 : 2, 0, 0, 0), ip)
    case 108:
      return concat(u32(isV6 ? 30 : 2), ip)
    case 1:
      // Short frames are filled up to 60 bytes.
      return concat(new Uint8Array(12), tags, etherType, ip, new Uint8Array(20))
    case 113:
      return concat(new Uint8Array(14), etherType, ip)
    case 276:
      return concat(etherType, new Uint8Array(18), ip)
    default:
      return ip
  }
}

export interface Format {
  little: boolean
  nano: boolean
}

const SECONDS = 1_700_000_000
/** The time of the first frame; each further one is 250 ms later. */
export const FIRST_MS = SECONDS * 1_000

export function pcap(frames: Uint8Array[], linkType: number, { little, nano }: Format): Uint8Array {
  const order = (bytes: Uint8Array) => (little ? bytes.toReversed() : bytes)
  const words = (...values: number[]) => concat(...values.map((value) => order(u32(value))))
  const header = concat(words(nano ? 0xa1b23c4d : 0xa1b2c3d4), order(u16(2)), order(u16(4)))
  const parts = frames.map((frame, index) => {
    const fraction = (index % 4) * (nano ? 250_000_000 : 250_000)
    const seconds = SECONDS + Math.floor(index / 4)
    return concat(words(seconds, fraction, frame.length, frame.length), frame)
  })
  return concat(header, words(0, 0, 65_535, linkType), ...parts)
}

export function pcapng(
  frames: Uint8Array[],
  linkType: number,
  { little, nano }: Format,
): Uint8Array {
  const order = (bytes: Uint8Array) => (little ? bytes.toReversed() : bytes)
  const words = (...values: number[]) => concat(...values.map((value) => order(u32(value))))
  const block = (type: number, body: Uint8Array) => {
    const padded = concat(body, new Uint8Array((4 - (body.length & 3)) & 3))
    return concat(words(type, padded.length + 12), padded, words(padded.length + 12))
  }
  const section = concat(
    words(0x1a2b3c4d),
    order(u16(1)),
    order(u16(0)),
    words(0xffffffff, 0xffffffff),
  )
  const comment = concat(order(u16(1)), order(u16(5)), Buffer.from('hello\0\0\0'))
  const resolution = concat(order(u16(9)), order(u16(1)), Uint8Array.of(nano ? 9 : 6, 0, 0, 0))
  const device = concat(order(u16(linkType)), u16(0), words(0), comment, resolution, words(0))
  const parts = frames.map((frame, index) => {
    const time = BigInt(FIRST_MS + index * 250) * (nano ? 1_000_000n : 1_000n)
    const times = [Number(time >> 32n), Number(time & 0xffffffffn)]
    return block(6, concat(words(0, ...times, frame.length, frame.length), frame))
  })
  // Blocks of other kinds (here: statistics) are passed over.
  return concat(block(0x0a0d0d0a, section), block(1, device), block(5, words(0, 0, 0)), ...parts)
}
