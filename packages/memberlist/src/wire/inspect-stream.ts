import { limits } from '../limits.ts'
import { decrypt } from './encryption.ts'
import {
  type InspectSecurity,
  type Labelled,
  peelCompression,
  peelLabel,
} from './inspect-layers.ts'
import { hexOf, type InspectedNode, inspectNode, inspectStruct } from './inspect-message.ts'
import {
  type InspectedError,
  type InspectedLayer,
  type InspectedMessage,
  inspectedError,
} from './inspection.ts'
import { ACK, COMPRESS, ENCRYPT, ERR, HAS_LABEL, PING, PUSH_PULL, USER } from './message-type.ts'
import { decodePushPullHeader, PushPullHeaderView } from './push-pull.ts'
import { Reader } from './reader.ts'
import { FRAME_LENGTH, frameLength, streamAdditional } from './stream-frame.ts'
import type { StreamRole } from './stream-types.ts'
import { decodeUserStreamHeader, UserStreamHeaderView } from './user.ts'

/** What a member would make of a whole stream: the same layers as `StreamReader`. */
export function inspectStream(
  layers: InspectedLayer[],
  stream: Uint8Array,
  role: StreamRole,
  security: InspectSecurity,
): InspectedMessage {
  if (role === 'reply' && stream[0] === HAS_LABEL) return inspectedError('label-unexpected', 0)
  const labelled = peelLabel(layers, stream, security.label)
  if ('type' in labelled) return labelled
  const { position } = labelled
  if (position === stream.length) return inspectedError('empty', position)
  if (stream[position] !== ENCRYPT) return inspectPlain(layers, stream, position)
  const plain = peelEncryption(layers, labelled, security)
  return plain instanceof Uint8Array ? inspectPlain(layers, plain, 0) : plain
}

function peelEncryption(
  layers: InspectedLayer[],
  { bytes, position, label }: Labelled,
  { keyring }: InspectSecurity,
): Uint8Array | InspectedError {
  const start = position + FRAME_LENGTH
  if (start > bytes.length) return inspectedError('truncated', bytes.length)
  const length = frameLength(bytes, position)
  if (length > limits.encryptedStreamBytes) return inspectedError('too-large', position)
  if (keyring.size === 0) return inspectedError('no-key', position)
  if (start + length > bytes.length) return inspectedError('truncated', bytes.length)
  const sealed = bytes.subarray(start, start + length)
  const plain = decrypt(keyring, sealed, streamAdditional(length, label))
  if (typeof plain === 'string') return inspectedError(plain, start)
  layers.push({ type: 'encrypt', version: sealed[0] === 0 ? 0 : 1 })
  return plain.length > 0 ? plain : inspectedError('empty', 0)
}

function inspectPlain(
  layers: InspectedLayer[],
  bytes: Uint8Array,
  position: number,
): InspectedMessage {
  if (bytes[position] !== COMPRESS) return inspectContent(bytes, position)
  const maxBytes = limits.decompressedBytes
  const content = peelCompression(layers, bytes, position + 1, bytes.length, maxBytes)
  return content instanceof Uint8Array ? inspectContent(content, 0) : content
}

/**
 * A message at its type byte. Either direction may have any of those that streams carry: which way
 * a captured stream went is often a guess.
 */
function inspectContent(bytes: Uint8Array, position: number): InspectedMessage {
  const type = bytes[position]
  const reader = new Reader()
  reader.reset(bytes, position + 1)
  switch (type) {
    case USER:
      return inspectUser(reader)
    case PUSH_PULL:
      return inspectPushPull(reader)
    case PING:
    case ACK:
    case ERR:
      return inspectStruct(reader, type) ?? failureOf(reader)
    case COMPRESS:
    case ENCRYPT:
      return inspectedError('nested', position)
    default:
      return inspectedError('unknown-type', position)
  }
}

function inspectUser(reader: Reader): InspectedMessage {
  const view = new UserStreamHeaderView()
  if (!decodeUserStreamHeader(reader, view)) return failureOf(reader)
  const { bytes, position, end } = reader
  if (view.length > end - position) return inspectedError('truncated', end)
  return { type: 'user', payload: hexOf(bytes, position, position + view.length) }
}

function inspectPushPull(reader: Reader): InspectedMessage {
  const view = new PushPullHeaderView()
  if (!decodePushPullHeader(reader, view)) return failureOf(reader)
  const nodes: InspectedNode[] = []
  for (let left = view.nodes; left > 0; left--) {
    const node = inspectNode(reader)
    if (node === undefined) return failureOf(reader)
    nodes.push(node)
  }
  const { bytes, position, end } = reader
  if (view.userStateLength > end - position) return inspectedError('truncated', end)
  const state = hexOf(bytes, position, position + view.userStateLength)
  const { digest } = view
  const known = digest.isNil ? {} : { Digest: hexOf(digest.bytes, digest.start, digest.end) }
  return { type: 'pushPull', Join: view.join, Nodes: nodes, UserState: state, ...known }
}

function failureOf(reader: Reader): InspectedError {
  return inspectedError(reader.failure ?? 'malformed', reader.failureOffset)
}
