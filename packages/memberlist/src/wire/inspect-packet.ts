import { CHECKSUM_LENGTH, crc32 } from './checksum.ts'
import { CompoundCursor } from './compound.ts'
import { decrypt, looksEncrypted } from './encryption.ts'
import {
  type InspectSecurity,
  type Labelled,
  type Position,
  peelCompression,
  peelLabel,
} from './inspect-layers.ts'
import { hexOf, inspectStruct } from './inspect-message.ts'
import {
  type InspectedError,
  type InspectedLayer,
  type InspectedMessage,
  inspectedError,
} from './inspection.ts'
import { MAX_NESTED_LAYERS } from './message-cursor.ts'
import { COMPOUND, COMPRESS, ERR, HAS_CRC, USER } from './message-type.ts'
import { PACKET_DECOMPRESSED_BYTES } from './packet-compression.ts'
import { Reader } from './reader.ts'

/** What a member would make of a packet: the same layers as `PacketOpener` and `MessageCursor`. */
export function inspectPacket(
  layers: InspectedLayer[],
  packet: Uint8Array,
  security: InspectSecurity,
): InspectedMessage[] {
  const labelled = peelLabel(layers, packet, security.label)
  if ('type' in labelled) return [labelled]
  const plain = peelEncryption(layers, labelled, security)
  if ('type' in plain) return [plain]
  const checked = peelChecksum(layers, plain)
  if ('type' in checked) return [checked]
  const content = peelOutermostCompression(layers, checked)
  if ('type' in content) return [content]
  const contents = new Contents(layers)
  contents.walk(content.bytes, content.position, content.bytes.length, MAX_NESTED_LAYERS)
  return contents.messages
}

/**
 * Encryption has no type byte: what decrypts is encrypted. What does not is taken as plaintext
 * where it may be that, as by a member that does not verify what comes in.
 */
function peelEncryption(
  layers: InspectedLayer[],
  { bytes, position, label }: Labelled,
  { keyring }: InspectSecurity,
): Position | InspectedError {
  const sealed = bytes.subarray(position)
  const text = keyring.size > 0 ? decrypt(keyring, sealed, label) : 'no-key'
  if (typeof text !== 'string') {
    layers.push({ type: 'encrypt', version: sealed[0] === 0 ? 0 : 1 })
    return { bytes: text, position: 0 }
  }
  if (text === 'padding' || looksEncrypted(bytes, position, bytes.length))
    return inspectedError(text, position)
  return { bytes, position }
}

function peelChecksum(
  layers: InspectedLayer[],
  { bytes, position }: Position,
): Position | InspectedError {
  if (bytes[position] !== HAS_CRC || bytes.length - position < CHECKSUM_LENGTH) {
    return { bytes, position }
  }
  const start = position + CHECKSUM_LENGTH
  const high = (bytes[position + 1] << 8) | bytes[position + 2]
  const expected = high * 0x10000 + ((bytes[position + 3] << 8) | bytes[position + 4])
  const ok = crc32(bytes, start) === expected
  layers.push({ type: 'crc', ok })
  return ok ? { bytes, position: start } : inspectedError('checksum', position)
}

function peelOutermostCompression(
  layers: InspectedLayer[],
  { bytes, position }: Position,
): Position | InspectedError {
  if (bytes[position] !== COMPRESS) return { bytes, position }
  const end = bytes.length
  const content = peelCompression(layers, bytes, position + 1, end, PACKET_DECOMPRESSED_BYTES)
  return content instanceof Uint8Array ? { bytes: content, position: 0 } : content
}

/** Walks over what is in a packet, however it is nested, within a member's bounds. */
class Contents {
  readonly messages: InspectedMessage[] = []
  readonly #layers: InspectedLayer[]
  readonly #reader = new Reader()
  /** Bytes that may still come out of compressions. */
  #allowance = PACKET_DECOMPRESSED_BYTES

  constructor(layers: InspectedLayer[]) {
    this.#layers = layers
  }

  walk(bytes: Uint8Array, start: number, end: number, layersLeft: number): void {
    const type = bytes[start]
    if (start >= end) {
      this.messages.push(inspectedError('empty', start))
    } else if (type !== COMPOUND && type !== COMPRESS) {
      this.messages.push(this.#message(bytes, start, end))
    } else if (layersLeft === 0) {
      this.messages.push(inspectedError('nested', start))
    } else if (type === COMPOUND) {
      this.#compound(bytes, start + 1, end, layersLeft - 1)
    } else {
      this.#compressed(bytes, start + 1, end, layersLeft - 1)
    }
  }

  #compressed(bytes: Uint8Array, start: number, end: number, layersLeft: number): void {
    const content = peelCompression(this.#layers, bytes, start, end, this.#allowance)
    if (content instanceof Uint8Array) {
      this.#allowance -= content.length
      this.walk(content, 0, content.length, layersLeft)
    } else {
      this.messages.push(content)
    }
  }

  #compound(bytes: Uint8Array, start: number, end: number, layersLeft: number): void {
    const cursor = new CompoundCursor()
    const isWhole = cursor.reset(bytes, start, end)
    this.#layers.push({ type: 'compound', count: start < end ? bytes[start] : 0 })
    while (isWhole && cursor.next()) this.walk(bytes, cursor.start, cursor.end, layersLeft)
    if (cursor.failure !== undefined) {
      this.messages.push(inspectedError(cursor.failure, isWhole ? cursor.end : start))
    }
  }

  #message(bytes: Uint8Array, start: number, end: number): InspectedMessage {
    const type = bytes[start]
    if (type === USER) return { type: 'user', payload: hexOf(bytes, start + 1, end) }
    if (type === ERR) return inspectedError('unknown-type', start)
    const reader = this.#reader
    reader.reset(bytes, start + 1, end)
    return (
      inspectStruct(reader, type) ??
      inspectedError(reader.failure ?? 'malformed', reader.failureOffset)
    )
  }
}
