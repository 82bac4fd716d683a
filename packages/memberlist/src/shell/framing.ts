import { MemberlistError } from '../errors.ts'
import type { StreamConnection } from '../transport/transport.ts'
import { decodeErr, ErrView } from '../wire/err.ts'
import { ERR } from '../wire/message-type.ts'
import { Reader } from '../wire/reader.ts'
import type { RejectionReason } from '../wire/rejection.ts'
import {
  type StreamMessage,
  StreamReader,
  type StreamRole,
  StreamSealer,
  type StreamSecurity,
} from '../wire/stream.ts'
import { spanText } from '../wire/text.ts'
import { refusalSentences } from './warnings.ts'

/** Bytes that are compressed, encrypted or read in one go: a few milliseconds of work. */
const SLICE_BYTES = 128 * 1024

/** Lets packets and timers have their turn between two slices of work. */
export function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** Seals a message and writes it; resolves with the number of bytes when all is handed over. */
export async function writeMessage(
  stream: StreamConnection,
  message: Uint8Array,
  security: StreamSecurity,
  role: StreamRole,
): Promise<number> {
  const sealer = new StreamSealer(message, security, role)
  while (!sealer.step(SLICE_BYTES)) await yieldToLoop()
  if (sealer.failure !== undefined) {
    throw new MemberlistError(
      'ERR_TOO_LARGE',
      `A message of ${message.length} bytes is more than a stream may carry.`,
      { data: { bytes: message.length } },
    )
  }
  let bytes = 0
  for (const chunk of sealer.output()) {
    bytes += chunk.length
    await stream.write(chunk)
  }
  return bytes
}

/** What a peer sent that is not the protocol, or not ours to read. */
export class StreamRejection extends Error {
  readonly reason: RejectionReason
  /** What Go would answer, where it answers. */
  readonly reply: string | undefined

  constructor(reason: RejectionReason, reply: string | undefined) {
    super(`The peer's stream was refused: ${reason}.`)
    this.reason = reason
    this.reply = reply
  }
}

/**
 * Reads the one message of a stream.
 * @throws StreamRejection, or MemberlistError as `StreamConnection.read`
 */
export async function readMessage(
  stream: StreamConnection,
  security: StreamSecurity,
  role: StreamRole,
  received: (bytes: number) => void,
): Promise<StreamMessage> {
  const reader = new StreamReader(security, role)
  for (;;) {
    const progress = reader.step(SLICE_BYTES)
    if (progress === 'rejected') {
      throw new StreamRejection(reader.failure ?? 'malformed', reader.errReply)
    }
    if (progress === 'done' && reader.message !== undefined) return reader.message
    if (progress === 'busy') {
      await yieldToLoop()
      continue
    }
    const chunk = await stream.read()
    if (chunk === undefined) reader.end()
    else {
      received(chunk.length)
      reader.push(chunk)
    }
  }
}

/** @throws MemberlistError ERR_PROTOCOL when the peer answered with an error */
export function checkReply(message: StreamMessage, expected: number, peer: string): void {
  if (message.type === expected) return
  if (message.type === ERR) {
    const reader = new Reader()
    const view = new ErrView()
    reader.reset(message.bytes, message.start, message.end)
    const text = decodeErr(reader, view) ? spanText(view.message) : 'unreadable'
    throw new MemberlistError('ERR_PROTOCOL', `${peer} refused: ${text}.`, {
      data: { peer, answer: text },
    })
  }
  throw new MemberlistError(
    'ERR_PROTOCOL',
    `${peer} answered with message type ${message.type}; expected was ${expected}.`,
    { data: { peer, type: message.type, expected } },
  )
}

/** The error for a peer whose answer we could not take, with what to do about it. */
export function answerRefused(reason: RejectionReason, peer: string): MemberlistError {
  const sentence = refusalSentences[reason]
  let what = `did not answer as a member: ${reason}`
  if (sentence !== undefined) what = `answers with what is ${sentence}`
  if (reason === 'empty' || reason === 'truncated') {
    what =
      'closed the stream without an answer: it has another label, or is no member. Compare both'
  }
  return new MemberlistError('ERR_PROTOCOL', `${peer} ${what}.`, { data: { peer, reason } })
}

/** A peer that refuses may break off before it read all, and then nobody hears why. */
export function brokenOff(error: MemberlistError, peer: string): MemberlistError {
  const { reason } = error.data
  return new MemberlistError(
    'ERR_UNREACHABLE',
    `${peer} broke the stream off (${String(reason)}): it has another label or key, or went down.`,
    { data: error.data, cause: error },
  )
}
