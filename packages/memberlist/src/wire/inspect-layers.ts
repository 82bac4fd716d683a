import { CompressView, decodeCompress, LZW } from './compress.ts'
import { type InspectedError, type InspectedLayer, inspectedError } from './inspection.ts'
import type { Keyring } from './keyring.ts'
import { lzwDecompress } from './lzw.ts'
import { HAS_LABEL } from './message-type.ts'
import { Reader } from './reader.ts'
import { copyBytes } from './span.ts'
import { textFromBytes } from './text.ts'

/** What is known about the sender's settings. */
export interface InspectSecurity {
  readonly keyring: Keyring
  /** The label where the bytes have none of their own: replies never do. */
  readonly label: Uint8Array
}

/** Bytes to go on with, and where. */
export interface Position {
  readonly bytes: Uint8Array
  readonly position: number
}

/** The label that counts, after the header that it may have come from. */
export interface Labelled extends Position {
  readonly label: Uint8Array
}

/**
 * Takes off a label, whichever it is: an inspection shows what is there and judges nobody's
 * membership.
 */
export function peelLabel(
  layers: InspectedLayer[],
  bytes: Uint8Array,
  fallback: Uint8Array,
): Labelled | InspectedError {
  if (bytes[0] !== HAS_LABEL) return { bytes, position: 0, label: fallback }
  const position = 2 + (bytes[1] ?? 0)
  if (position === 2 || position > bytes.length) return inspectedError('label-malformed', 0)
  const label = copyBytes(bytes, 2, position)
  layers.push({ type: 'label', label: textFromBytes(label) })
  return { bytes, position, label }
}

/** Takes off a compression, whose struct is from `start` to `end`. */
export function peelCompression(
  layers: InspectedLayer[],
  bytes: Uint8Array,
  start: number,
  end: number,
  maxBytes: number,
): Uint8Array | InspectedError {
  const reader = new Reader()
  const view = new CompressView()
  reader.reset(bytes, start, end)
  if (!decodeCompress(reader, view)) {
    return inspectedError(reader.failure ?? 'malformed', reader.failureOffset)
  }
  const { algorithm, buffer } = view
  const content =
    algorithm === LZW
      ? lzwDecompress(buffer.bytes, maxBytes, buffer.start, buffer.end)
      : 'compression'
  const failed = typeof content === 'string'
  layers.push({ type: 'compress', algo: algorithm, bytes: failed ? 0 : content.length })
  if (failed) return inspectedError(content, buffer.start)
  return content.length > 0 ? content : inspectedError('empty', 0)
}
