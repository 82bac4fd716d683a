import { MemberlistError } from '../errors.ts'
import { bytesFromHost, isMapped } from '../wire/host.ts'

/** A network: the first `prefixBits` bits of an address of 4 or 16 bytes. */
export interface Cidr {
  readonly bytes: Uint8Array
  readonly prefixBits: number
}

/**
 * Reads `10.0.0.0/8`, `2001:db8::/32`. Bits behind the prefix are ignored, as in Go. A network
 * inside `::ffff:0:0/96` is the IPv4 network that it maps.
 * @throws MemberlistError ERR_CONFIG
 */
export function parseCidr(text: string): Cidr {
  // Whatever an application without types may give.
  const slash = typeof text === 'string' ? text.lastIndexOf('/') : -1
  const bytes = slash < 0 ? undefined : bytesFromHost(text.slice(0, slash))
  const digits = slash < 0 ? '' : text.slice(slash + 1)
  const prefixBits = /^(0|[1-9][0-9]{0,2})$/.test(digits) ? Number(digits) : -1
  if (bytes === undefined || prefixBits < 0 || prefixBits > bytes.length * 8) {
    throw new MemberlistError(
      'ERR_CONFIG',
      `"${text}" is not a network; write an address and a prefix length, as in 10.0.0.0/8 or fd00::/8.`,
      { data: { value: text } },
    )
  }
  if (bytes.length === 16 && isMapped(bytes) && prefixBits >= 96) {
    return { bytes: bytes.slice(12), prefixBits: prefixBits - 96 }
  }
  return { bytes, prefixBits }
}

/**
 * Whether an address on the wire lies in one of the networks. An IPv4 address is the same address
 * in its 4 bytes and in the 16 of its IPv6-mapped form, and it lies in no IPv6 network, not even in
 * `::/0` (as in Go). Anything but 4 or 16 bytes lies nowhere.
 */
export function rangesContain(
  ranges: readonly Cidr[],
  bytes: Uint8Array,
  start: number,
  end: number,
): boolean {
  let length = end - start
  if (length === 16 && isMapped(bytes, start)) {
    start += 12
    length = 4
  }
  for (const range of ranges) {
    if (range.bytes.length === length && samePrefix(range, bytes, start)) return true
  }
  return false
}

function samePrefix(range: Cidr, bytes: Uint8Array, start: number): boolean {
  const whole = range.prefixBits >> 3
  for (let index = 0; index < whole; index++) {
    if (range.bytes[index] !== bytes[start + index]) return false
  }
  const rest = range.prefixBits & 7
  return rest === 0 || (range.bytes[whole] ^ bytes[start + whole]) >> (8 - rest) === 0
}

/**
 * Go's `Config.CIDRsAllowed`: the networks that members may have their addresses in. No list
 * allows all, an empty one none. Bounded by what the user wrote.
 */
export class AllowList {
  readonly #ranges: readonly Cidr[] | undefined

  /** @throws MemberlistError ERR_CONFIG for the first text that is not a network */
  constructor(networks: readonly string[] | undefined) {
    this.#ranges = networks?.map(parseCidr)
  }

  /** Whether an address of 4 or 16 bytes may be a member's. */
  allows(bytes: Uint8Array, start = 0, end = bytes.length): boolean {
    return this.#ranges === undefined || rangesContain(this.#ranges, bytes, start, end)
  }
}
