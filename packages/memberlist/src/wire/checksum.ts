import { crc32 as crc32OfBuffer } from 'node:zlib'

// hasCrc = 0c crc32(rest, IEEE) u32 rest

export const CHECKSUM_LENGTH = 5

/** From about this length on, zlib's is faster than ours plus the view that it needs. */
const LONG = 160

/** CRC-32 as in Ethernet and zip, of the bytes from `start` to `end`. */
export function crc32(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
  if (end - start >= LONG) return crc32OfBuffer(bytes.subarray(start, end))
  let crc = -1
  let index = start
  // Eight bytes at a step ("slicing by 8"): row n of the table holds what a byte contributes when
  // n more bytes come after it.
  for (; index + 8 <= end; index += 8) {
    crc ^=
      bytes[index] | (bytes[index + 1] << 8) | (bytes[index + 2] << 16) | (bytes[index + 3] << 24)
    crc =
      TABLE[1792 + (crc & 0xff)] ^
      TABLE[1536 + ((crc >>> 8) & 0xff)] ^
      TABLE[1280 + ((crc >>> 16) & 0xff)] ^
      TABLE[1024 + (crc >>> 24)] ^
      TABLE[768 + bytes[index + 4]] ^
      TABLE[512 + bytes[index + 5]] ^
      TABLE[256 + bytes[index + 6]] ^
      TABLE[bytes[index + 7]]
  }
  for (; index < end; index++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[index]) & 0xff]
  return ~crc >>> 0
}

const TABLE = makeTable()

function makeTable(): Int32Array {
  const table = new Int32Array(8 * 256)
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    table[byte] = crc
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256]
    table[at] = (before >>> 8) ^ table[before & 0xff]
  }
  return table
}
