import { compress } from '../../src/wire/compress.ts'
import { HAS_CRC } from '../../src/wire/message-type.ts'
import type { FuzzSamples } from './fuzz.ts'
import { readGolden } from './golden.ts'
import { samples } from './samples.ts'
import {
  ackMessage,
  bytesOf,
  errMessage,
  pingMessage,
  pushPullMessage,
  userMessage,
} from './stream-samples.ts'

interface Capture {
  channel: 'packet' | 'stream-request' | 'stream-reply'
  key?: string
  label?: string
  hex: string
}

/** What the real module wrote in the clear and without label, and some of our own making. */
export function fuzzSamples(): FuzzSamples {
  const captures = ['v0.1.5', 'v0.7.0'].flatMap((name) => readGolden<Capture>(name))
  const contents = (channel: Capture['channel']): Uint8Array[] =>
    captures
      .filter((each) => each.channel === channel && each.key === undefined && !each.label)
      .map(({ hex }) => new Uint8Array(Buffer.from(hex, 'hex')))
      .filter(({ length }) => length < 5_000)
  return {
    packets: [
      ...contents('packet').map((bytes) => (bytes[0] === HAS_CRC ? bytes.subarray(5) : bytes)),
      Uint8Array.of(8),
      compress(samples.zeros(100_000)),
    ],
    requests: [
      ...contents('stream-request'),
      pingMessage(),
      userMessage(bytesOf('hello')),
      userMessage(samples.words(3_000)),
      pushPullMessage(40, samples.letters(500)),
      pushPullMessage(2, samples.words(20), false, samples.noise(64)),
      compress(pushPullMessage(3, samples.zeros(100_000))),
    ],
    replies: [
      ...contents('stream-reply'),
      ackMessage(),
      errMessage('remote state is encrypted'),
      pushPullMessage(20, new Uint8Array(0)),
    ],
  }
}
