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
export function shrink(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  if (smallestCompressed(bytes, start, end) >= end - start) return undefined
  const compressed = compress(bytes.subarray(start, end))
  return compressed.length < end - start ? compressed : undefined
}

/** 09, map of 2, "Algo" and its 0, "Buf". The raw header comes on top. */
const FRAME_LENGTH = 12

const SLOTS_LOG2 = 13
/** By slot: the last run that saw a pair, and the last from which a triple can be in a phrase. */
const pairs = new Uint16Array(1 << SLOTS_LOG2)
const triples = new Uint16Array(1 << SLOTS_LOG2)
let run = 0

/**
 * A lower bound of the compressed size that costs a fraction of compressing, so that the attempt
 * is made only where it can succeed; most single messages are settled here.
 *
 * A code stands for a phrase that came before, and was longer by one byte each time. So a pair of
 * neighbours is within one code only if the pair came before, and three only if they came before
 * at a time when the first two were no longer new. The fewest pieces that keep to this are had by
 * making each as long as it can be, and LZW makes at least as many. (What shares a slot counts as
 * seen, which keeps the bound a lower one.)
 */
export function smallestCompressed(bytes: Uint8Array, start = 0, end = bytes.length): number {
  if (run === 0xffff) {
    pairs.fill(0)
    triples.fill(0)
    run = 0
  }
  // Held here, since what a loop has to look up again for each byte is most of its work.
  const now = ++run
  const pairsSeen = pairs
  const triplesSeen = triples
  // At nine bits each, more cannot be smaller than the bytes are.
  const enough = ((end - start - FRAME_LENGTH - 1) * 8) / 9 - 2
  let codes = 1
  let length = 1
  let pair = 0
  let wasPairKnown = false
  let byte = bytes[start]
  for (let index = start + 1; index < end && codes <= enough; index++) {
    const next = bytes[index]
    const triple = (pair << 8) | next
    pair = (byte << 8) | next
    byte = next
    const slot = Math.imul(pair, 0x9e3779b1) >>> (32 - SLOTS_LOG2)
    const isPairKnown = pairsSeen[slot] === now
    pairsSeen[slot] = now
    let fits = isPairKnown
    if (wasPairKnown) {
      const tripleSlot = Math.imul(triple, 0x9e3779b1) >>> (32 - SLOTS_LOG2)
      if (length > 1 && triplesSeen[tripleSlot] !== now) fits = false
      triplesSeen[tripleSlot] = now
    }
    if (fits) length++
    else {
      codes++
      length = 1
    }
    wasPairKnown = isPairKnown
  }
  const size = Math.ceil(lzwBits(codes) / 8)
  return FRAME_LENGTH + (size < 32 ? 1 : 3) + size
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
