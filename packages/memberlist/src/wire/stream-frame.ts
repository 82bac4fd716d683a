import { ENCRYPT } from './message-type.ts'

// frame = 0a length u32      in front of what is encrypted on a stream; the length counts
//                            version, nonce, ciphertext (padding too) and tag
//
// It is authenticated by what follows it: the additional data are the frame, then the label bytes,
// also in replies, which carry no label.
export const FRAME_LENGTH = 5

export function writeFrame(length: number, target: Uint8Array, offset: number): void {
  target[offset] = ENCRYPT
  target[offset + 1] = length >>> 24
  target[offset + 2] = length >>> 16
  target[offset + 3] = length >>> 8
  target[offset + 4] = length
}

/** The length in a frame that is all there. */
export function frameLength(bytes: Uint8Array, offset: number): number {
  const high = (bytes[offset + 1] << 8) | bytes[offset + 2]
  return high * 0x10000 + ((bytes[offset + 3] << 8) | bytes[offset + 4])
}

export function streamAdditional(length: number, label: Uint8Array): Uint8Array {
  const additional = new Uint8Array(FRAME_LENGTH + label.length)
  writeFrame(length, additional, 0)
  additional.set(label, FRAME_LENGTH)
  return additional
}
