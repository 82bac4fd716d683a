import { LzwDecoder } from './lzw-decoder.ts'
import { LzwEncoder } from './lzw-encoder.ts'
import type { RejectionReason } from './rejection.ts'

export { LzwDecoder } from './lzw-decoder.ts'
export { LzwEncoder } from './lzw-encoder.ts'

/** Workers that grew larger than this are not kept from one call to the next. */
const KEPT_BYTES = 256 * 1024
const FIRST_BYTES = 16 * 1024

let keptEncoder: LzwEncoder | undefined
let keptDecoder: LzwDecoder | undefined

/**
 * Compresses in one go, for packets and tests; streams take slices. The bytes are a view that is
 * good until the next call.
 */
export function lzwCompressView(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  const encoder = keptEncoder ?? new LzwEncoder(FIRST_BYTES)
  encoder.reset(end - start)
  encoder.write(bytes, start, end)
  const compressed = encoder.finish()
  keptEncoder = encoder.capacity > KEPT_BYTES ? undefined : encoder
  return compressed
}

/** Compresses in one go; the bytes are the caller's. */
export function lzwCompress(bytes: Uint8Array): Uint8Array {
  return lzwCompressView(bytes).slice()
}

/**
 * Decompresses in one go, up to `maxOutputBytes`; the bytes are the caller's.
 * @returns `compression` when it is broken or has no end code, `too-large` over the limit
 */
export function lzwDecompress(
  bytes: Uint8Array,
  maxOutputBytes: number,
  start = 0,
  end = bytes.length,
): Uint8Array | RejectionReason {
  const decoder = keptDecoder ?? new LzwDecoder(maxOutputBytes, FIRST_BYTES)
  decoder.reset(maxOutputBytes)
  const failure = decoder.write(bytes, start, end)
  keptDecoder = decoder.capacity > KEPT_BYTES ? undefined : decoder
  return failure ?? (decoder.finished ? decoder.output().slice() : 'compression')
}
