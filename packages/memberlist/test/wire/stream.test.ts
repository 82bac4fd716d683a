import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Keyring } from '../../src/wire/keyring.ts'
import { rejectionReasons } from '../../src/wire/rejection.ts'
import { StreamReader } from '../../src/wire/stream-reader.ts'
import type { StreamProgress, StreamRole, StreamSecurity } from '../../src/wire/stream-types.ts'
import { samples } from './samples.ts'
import {
  ackMessage,
  bytesOf,
  errMessage,
  keyOf,
  pingMessage,
  pushPullMessage,
  seal,
  securityOf,
  userMessage,
} from './stream-samples.ts'

/** Every way to secure a stream, with keys of every length. */
const securities = fc.record({
  label: fc.constantFrom(new Uint8Array(0), bytesOf('a'), new Uint8Array(255).fill(0xf4)),
  skipInboundLabelCheck: fc.constant(false),
  keyring: fc.constantFrom(
    undefined,
    new Keyring([keyOf(1)]),
    new Keyring([keyOf(1, 24), keyOf(9)]),
    new Keyring([keyOf(3, 32)]),
  ),
  verifyIncoming: fc.boolean(),
  verifyOutgoing: fc.constant(true),
  encryptionVersion: fc.constantFrom<0 | 1>(0, 1),
  compression: fc.boolean(),
})

const messages: [name: string, role: StreamRole, message: Uint8Array][] = [
  ['ping', 'request', pingMessage()],
  ['push/pull', 'request', pushPullMessage(40, samples.words(700))],
  ['push/pull of nothing', 'request', pushPullMessage(0, new Uint8Array(0))],
  [
    'digest of a table',
    'request',
    pushPullMessage(0, samples.words(9), false, samples.noise(9_000)),
  ],
  ['user message', 'request', userMessage(samples.noise(3_000))],
  ['empty user message', 'request', userMessage(new Uint8Array(0))],
  ['push/pull', 'reply', pushPullMessage(30, samples.noise(100), false)],
  ['ack', 'reply', ackMessage()],
  ['err', 'reply', errMessage('lzw: invalid code')],
]

/** Lengths of chunks; 1 for a byte at a time. */
const cuts = fc.oneof(
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 8 }),
)

/** Feeds it in pieces, with slices of work between, and says what came of it. */
function feed(
  bytes: Uint8Array,
  security: StreamSecurity,
  role: StreamRole,
  lengths: readonly number[] = [bytes.length],
  maxBytes = 1_000,
) {
  const reader = new StreamReader(security, role)
  let progress: StreamProgress = 'more'
  for (let at = 0, turn = 0; at < bytes.length && progress === 'more'; turn++) {
    const end = Math.min(bytes.length, at + (lengths[turn % lengths.length] ?? 1))
    reader.push(bytes.slice(at, end))
    at = end
    do progress = reader.step(maxBytes)
    while (progress === 'busy')
  }
  if (progress === 'more') {
    reader.end()
    do progress = reader.step(maxBytes)
    while (progress === 'busy')
  }
  const { failure, failureOffset, errReply, message } = reader
  return { progress, failure, failureOffset, errReply, message }
}

function contentOf(message: ReturnType<typeof feed>['message']): [number, string] | undefined {
  if (message === undefined) return undefined
  const { type, bytes, start, end } = message
  return [type, Buffer.from(bytes.subarray(start, end)).toString('hex')]
}

/** What `StreamMessage` hands on of a message with its type byte. */
function handedOn(message: Uint8Array): [number, string] {
  const headerLength = message[0] === 8 ? message.length - payloadLength(message) : 1
  return [message[0], Buffer.from(message.subarray(headerLength)).toString('hex')]
}

function payloadLength(message: Uint8Array): number {
  if (message[13] < 0x80) return message[13]
  return (message[14] << 8) | message[15]
}

describe('a stream', () => {
  it.each(messages)(
    'carries a %s %s under every security, however it is cut',
    (_, role, message) => {
      fc.assert(
        fc.property(
          securities,
          cuts,
          fc.integer({ min: 1, max: 5_000 }),
          (security, lengths, work) => {
            const sealed = seal(message, security, role, work)
            const result = feed(sealed, security, role, lengths, work)
            expect(result.failure).toBeUndefined()
            expect(contentOf(result.message)).toEqual(handedOn(message))
          },
        ),
        { numRuns: 60 },
      )
    },
  )

  it('is the same wherever the work on it is cut', () => {
    const message = pushPullMessage(60, samples.words(5_000))
    for (const compression of [false, true]) {
      const security = securityOf({ compression, label: bytesOf('x') })
      expect(seal(message, security, 'request', 7)).toEqual(seal(message, security, 'request', 1e9))
    }
  })

  it('has one result whatever the bytes and wherever they are cut', () => {
    const mutation = fc.record({ at: fc.nat(), value: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(
        fc.constantFrom(...messages),
        securities,
        fc.array(mutation, { maxLength: 3 }),
        fc.nat(),
        cuts,
        ([, role, message], security, mutations, length, lengths) => {
          const bytes = seal(message, security, role)
          for (const { at, value } of mutations) bytes[at % bytes.length] = value
          const cut = bytes.subarray(0, length % 3 === 0 ? length % bytes.length : bytes.length)
          const { message: whole, ...outcome } = feed(cut, security, role)
          const { message: pieced, ...same } = feed(cut, security, role, lengths, 50)
          expect(same).toEqual(outcome)
          expect(contentOf(pieced)).toEqual(contentOf(whole))
          expect(['done', 'rejected']).toContain(outcome.progress)
        },
      ),
      { numRuns: 400 },
    )
  })

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom(0, 6, 8, 9, 10, 0xf4),
        securities,
        fc.constantFrom<StreamRole>('request', 'reply'),
        (tail, lead, security, role) => {
          const bytes = Uint8Array.from([lead, ...tail])
          const { progress, failure } = feed(bytes, security, role)
          if (progress === 'rejected') expect(rejectionReasons).toContain(failure)
          else expect(progress).toBe('done')
        },
      ),
      { numRuns: 1_000 },
    )
  })
})
