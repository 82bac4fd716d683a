import { writeAck } from '../../src/wire/ack.ts'
import { writeErr } from '../../src/wire/err.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import { writePing } from '../../src/wire/ping.ts'
import { writePushPullHeader, writePushPullNode } from '../../src/wire/push-pull.ts'
import { StreamSealer } from '../../src/wire/stream-sealer.ts'
import type { StreamRole, StreamSecurity } from '../../src/wire/stream-types.ts'
import { writeUserStreamHeader } from '../../src/wire/user.ts'
import { Writer } from '../../src/wire/writer.ts'

export const bytesOf = (text: string) => new TextEncoder().encode(text)
export const fromHex = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
export const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
/** A key of 16, 24 or 32 bytes. */
export const keyOf = (seed: number, length = 16) =>
  Uint8Array.from({ length }, (_, index) => seed + index)

export function pingMessage(sequence = 7): Uint8Array {
  const writer = new Writer()
  writePing(writer, sequence, bytesOf('b'))
  return writer.take()
}

export function ackMessage(sequence = 7): Uint8Array {
  const writer = new Writer()
  writeAck(writer, sequence, undefined)
  return writer.take()
}

export function errMessage(text: string): Uint8Array {
  const writer = new Writer()
  writeErr(writer, bytesOf(text))
  return writer.take()
}

export function userMessage(payload: Uint8Array): Uint8Array {
  const writer = new Writer()
  writeUserStreamHeader(writer, payload.length)
  writer.raw(payload)
  return writer.take()
}

export function pushPullMessage(
  nodes: number,
  userState: Uint8Array,
  join = true,
  digest: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const writer = new Writer()
  writePushPullHeader(writer, nodes, userState.length, join, digest)
  for (let index = 0; index < nodes; index++) {
    writePushPullNode(
      writer,
      bytesOf(`node-${index}`),
      Uint8Array.of(10, 0, index >>> 8, index),
      7946,
      index % 3 === 0 ? undefined : bytesOf(`{"role":"web","rack":${index % 7}}`),
      index * 17,
      index % 4,
      Uint8Array.of(1, 5, 2, 0, 0, 0),
    )
  }
  writer.raw(userState)
  return writer.take()
}

export function securityOf(changes: Partial<StreamSecurity> = {}): StreamSecurity {
  return {
    label: new Uint8Array(0),
    skipInboundLabelCheck: false,
    keyring: undefined,
    verifyIncoming: true,
    verifyOutgoing: true,
    encryptionVersion: 1,
    compression: false,
    ...changes,
  }
}

export const oneKey = () => new Keyring([keyOf(1)])

export function seal(
  message: Uint8Array,
  security: StreamSecurity,
  role: StreamRole = 'request',
  maxBytes = 1_000,
): Uint8Array {
  const sealer = new StreamSealer(message, security, role)
  while (!sealer.step(maxBytes)) {
    // As many slices as the message needs.
  }
  return new Uint8Array(Buffer.concat(sealer.output()))
}
