import { LzwDecoder } from './lzw-decoder.ts'
import { LzwEncoder } from './lzw-encoder.ts'
import type { RejectionReason } from './rejection.ts'
import { copyBytes } from './span.ts'

export { LzwDecoder } from './lzw-decoder.ts'
export { LzwEncoder } from './lzw-encoder.ts'

/** A decoder that grew larger than this is not kept from one call to the next. */
const KEPT_BYTES = 256 * 1024
const FIRST_BYTES = 16 * 1024

let keptEncoder: LzwEncoder | undefined
let keptDecoder: LzwDecoder | undefined

/**
 * Compresses in one go, for packets and tests; streams take slices. The bytes are a view that is
 * good until the next call.
 */
export function lzwCompressView(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array {
  const encoder = keptEncoder ?? new LzwEncoder()
  keptEncoder = encoder
  encoder.reset(end - start)
  encoder.write(bytes, start, end)
  return encoder.finish()
}

/** Compresses in one go; the bytes are the caller's. */
export function lzwCompress(bytes: Uint8Array): Uint8Array {
  return copyBytes(lzwCompressView(bytes))
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
