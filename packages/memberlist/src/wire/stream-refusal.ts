import { limits } from '../limits.ts'

/**
 * What a member writes back in an err message when it cannot make out a request's type: the words
 * of Go's readStream, which its operators know and search for. Nothing is written back for a
 * label, for a stream that just ends, or for anything that is wrong after the type is known.
 */
export const refusals = {
  noKey: 'remote state is encrypted and encryption is not configured',
  plaintext: 'encryption is configured but remote state is not encrypted',
  sealedTooLarge: (length: number) => `remote node state is larger than limit (${length})`,
  sealedEmpty: 'cannot decrypt empty payload',
  encryptionVersion: (version: number) => `unsupported encryption version ${version}`,
  sealedTooSmall: (length: number) => `payload is too small to decrypt: ${length}`,
  undecryptable: 'no installed keys could decrypt the message',
  algorithm: (algorithm: number) => `cannot decompress unknown algorithm ${algorithm}`,
  /** Go's codec says here what it met and what it wanted; the shape is the same. */
  malformedCompress: (offset: number, reason: string) =>
    `msgpack decode error [pos ${offset}]: ${reason}`,
  invalidCode: 'lzw: invalid code',
  /** An LZW stream without its end code. */
  unfinished: 'unexpected EOF',
  expandedTooLarge: `decompressed message is larger than limit (${limits.decompressedBytes})`,
  expandedEmpty: 'decompressed message is empty',
} as const
