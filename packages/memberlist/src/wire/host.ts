/**
 * IP addresses between their 4 or 16 bytes on the wire and their text. An IPv4 address in its
 * IPv6-mapped form shows as the IPv4 address; IPv6 in the canonical form of RFC 5952.
 */
export function hostFromBytes(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const length = end - start
  if (length === 4) return ipv4Text(bytes, start)
  if (length !== 16) return ''
  return isMapped(bytes, start) ? ipv4Text(bytes, start + 12) : ipv6Text(bytes, start)
}

export function isMapped(bytes: Uint8Array, start = 0): boolean {
  for (let index = 0; index < 10; index++) if (bytes[start + index] !== 0) return false
  return bytes[start + 10] === 0xff && bytes[start + 11] === 0xff
}

function ipv4Text(bytes: Uint8Array, at: number): string {
  // Joined, not added up: what stays in memory for each member is then one flat string.
  return [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]].join('.')
}

function ipv6Text(bytes: Uint8Array, start: number): string {
  const groups: number[] = []
  for (let index = 0; index < 16; index += 2) {
    groups.push((bytes[start + index] << 8) | bytes[start + index + 1])
  }
  // The longest run of two or more zero groups, the first of equals, is written as `::`.
  let best = -1
  let bestLength = 1
  for (let index = 0; index < 8; index++) {
    let length = 0
    while (index + length < 8 && groups[index + length] === 0) length++
    if (length > bestLength) {
      best = index
      bestLength = length
    }
  }
  const text = groups.map((group) => group.toString(16))
  if (best < 0) return text.join(':')
  return `${text.slice(0, best).join(':')}::${text.slice(best + bestLength).join(':')}`
}

/**
 * The bytes of an IP literal (4 for IPv4, 16 for IPv6), or undefined when it is none.
 * Zones (`fe80::1%eth0`) are no part of an address on the wire and are refused.
 */
export function bytesFromHost(host: string): Uint8Array | undefined {
  return host.includes(':') ? ipv6Bytes(host) : ipv4Bytes(host)
}

function ipv4Bytes(host: string): Uint8Array | undefined {
  const parts = host.split('.')
  if (parts.length !== 4) return undefined
  const bytes = new Uint8Array(4)
  for (let index = 0; index < 4; index++) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(parts[index])) return undefined
    const value = Number(parts[index])
    if (value > 255) return undefined
    bytes[index] = value
  }
  return bytes
}

function ipv6Bytes(host: string): Uint8Array | undefined {
  const halves = host.split('::')
  if (halves.length > 2) return undefined
  const head = groupBytes(halves[0], halves.length === 1)
  const tail = halves.length === 2 ? groupBytes(halves[1], true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 16 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined
  return Uint8Array.from([...head, ...new Array<number>(missing).fill(0), ...tail])
}

/** @param isTail whether the address ends here: only there an IPv4 address may be embedded */
function groupBytes(text: string, isTail: boolean): number[] | undefined {
  if (text === '') return []
  const bytes: number[] = []
  const groups = text.split(':')
  for (const [index, group] of groups.entries()) {
    if (group.includes('.')) {
      const isLast = isTail && index === groups.length - 1
      const embedded = isLast ? ipv4Bytes(group) : undefined
      if (embedded === undefined) return undefined
      bytes.push(...embedded)
      continue
    }
    if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined
    const value = Number.parseInt(group, 16)
    bytes.push(value >> 8, value & 0xff)
  }
  return bytes
}
