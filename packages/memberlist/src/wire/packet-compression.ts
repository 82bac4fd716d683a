import { CompressView, compress, decodeCompress } from './compress.ts'
import { lzwDecompress } from './lzw.ts'
import { Reader } from './reader.ts'
import type { RejectionReason } from './rejection.ts'

/**
 * What a packet may decompress to. A datagram has 64 KiB and honest ones are composed within the
 * packet budget before they are compressed; Go allows 40 MiB, which one packet of LZW can reach
 * and which takes most of a second.
 */
export const PACKET_DECOMPRESSED_BYTES = 1024 * 1024

const reader = new Reader()
const view = new CompressView()

/** What is inside a compress struct (the 09 is consumed), or why it is refused. */
export function expand(
  bytes: Uint8Array,
  start: number,
  end: number,
  maxBytes: number,
): Uint8Array | RejectionReason {
  reader.reset(bytes, start, end)
  if (!decodeCompress(reader, view)) return reader.failure ?? 'malformed'
  if (view.algorithm !== 0) return 'compression'
  const { buffer } = view
  return lzwDecompress(buffer.bytes, maxBytes, buffer.start, buffer.end)
}

/** The compress message for these bytes if it is smaller than they are. */
export function shrink(bytes: Uint8Array): Uint8Array | undefined {
  if (smallestCompressed(bytes) >= bytes.length) return undefined
  const compressed = compress(bytes)
  return compressed.length < bytes.length ? compressed : undefined
}

/** 09, map of 2, "Algo" and its 0, "Buf". The raw header comes on top. */
const FRAME_LENGTH = 12

const PAIR_SLOTS = 1 << 13
const seenIn = new Uint16Array(PAIR_SLOTS)
let run = 0

/**
 * A lower bound of the compressed size that costs a fraction of compressing, so that the attempt
 * is made only where it can succeed; most single messages are settled here.
 *
 * LZW emits each pair of neighbouring bytes at least once with a code boundary inside: a code for
 * a string that holds the pair enters the table only after that. So there are more codes than
 * distinct pairs. (Pairs that share a slot count once, which keeps the bound a lower one.)
 */
export function smallestCompressed(bytes: Uint8Array): number {
  if (run === 0xffff) {
    seenIn.fill(0)
    run = 0
  }
  run++
  let codes = 1
  let before = bytes[0]
  for (let index = 1; index < bytes.length; index++) {
    const byte = bytes[index]
    const slot = Math.imul((before << 8) | byte, 0x9e3779b1) >>> 19
    if (seenIn[slot] !== run) {
      seenIn[slot] = run
      codes++
    }
    before = byte
  }
  const length = Math.ceil(lzwBits(codes) / 8)
  return FRAME_LENGTH + (length < 32 ? 1 : 3) + length
}

/** Bits of so many codes between the clear code and the end code, both counted; at least. */
function lzwBits(codes: number): number {
  const after = codes + 1
  const narrow = Math.min(after, 255)
  const wider = Math.min(after - narrow, 512)
  const widest = Math.min(after - narrow - wider, 1024)
  // From there on it is 12 bits, but for a while after each further clear.
  return 9 + 9 * narrow + 10 * wider + 11 * widest + 9 * (after - narrow - wider - widest)
}
