// What Serf puts into metadata and messages is msgpack in the same old form as memberlist's own.
// Enough of it for maps of names to numbers, texts, bytes, lists and truth values.

export function encode(value) {
  const out = []
  write(value, out)
  return Buffer.from(out)
}

export function decode(bytes, start = 0) {
  return read({ bytes, at: start })
}

function write(value, out) {
  if (typeof value === 'number') writeNumber(value, out)
  else if (typeof value === 'boolean') out.push(value ? 0xc3 : 0xc2)
  else if (typeof value === 'string' || value instanceof Uint8Array)
    writeRaw(Buffer.from(value), out)
  else if (Array.isArray(value)) {
    out.push(0xdc, value.length >> 8, value.length & 255)
    for (const each of value) write(each, out)
  } else {
    const entries = Object.entries(value)
    out.push(0xde, entries.length >> 8, entries.length & 255)
    for (const [key, each] of entries) {
      write(key, out)
      write(each, out)
    }
  }
}

function writeNumber(value, out) {
  if (value < 128) out.push(value)
  else out.push(0xce, value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255)
}

function writeRaw(bytes, out) {
  if (bytes.length < 32) out.push(0xa0 | bytes.length)
  else out.push(0xda, bytes.length >> 8, bytes.length & 255)
  out.push(...bytes)
}

const UNSIGNED = { 204: 1, 205: 2, 206: 4, 207: 8, 208: 1, 209: 2, 210: 4, 211: 8 }
const RAW = { 217: 1, 218: 2, 219: 4, 196: 1, 197: 2, 198: 4 }

function read(from) {
  const type = from.bytes[from.at++]
  if (type < 0x80) return type
  if (type < 0x90) return readMap(from, type & 15)
  if (type < 0xa0) return readList(from, type & 15)
  if (type < 0xc0) return readRaw(from, type & 31)
  if (type === 0xc0) return null
  if (type === 0xc2 || type === 0xc3) return type === 0xc3
  if (UNSIGNED[type] !== undefined) return readUnsigned(from, UNSIGNED[type])
  if (RAW[type] !== undefined) return readRaw(from, readUnsigned(from, RAW[type]))
  if (type === 0xdc) return readList(from, readUnsigned(from, 2))
  if (type === 0xde) return readMap(from, readUnsigned(from, 2))
  throw new Error(`msgpack type ${type.toString(16)} at ${from.at - 1}`)
}

function readUnsigned(from, length) {
  let value = 0
  for (let index = 0; index < length; index++) value = value * 256 + from.bytes[from.at++]
  return value
}

function readRaw(from, length) {
  const bytes = Buffer.from(from.bytes.subarray(from.at, from.at + length))
  from.at += length
  return bytes.toString()
}

function readList(from, length) {
  return Array.from({ length }, () => read(from))
}

function readMap(from, length) {
  return Object.fromEntries(Array.from({ length }, () => [read(from), read(from)]))
}
