import { limits } from '../limits.ts'
import { encryptedLength } from './encryption.ts'
import { checkLabel } from './label.ts'
import { ACK, COMPRESS, ENCRYPT, ERR, PING, PUSH_PULL, USER } from './message-type.ts'
import type { RejectionReason } from './rejection.ts'
import { StreamBuffer } from './stream-buffer.ts'
import { StreamContent } from './stream-content.ts'
import { StreamDecipher } from './stream-decipher.ts'
import { StreamExpander } from './stream-expander.ts'
import { FRAME_LENGTH, frameLength, streamAdditional } from './stream-frame.ts'
import { refusals } from './stream-refusal.ts'
import type { StreamMessage, StreamProgress, StreamRole, StreamSecurity } from './stream-types.ts'
import { MAX_COMPRESSED_BYTES } from './value-walker.ts'

/** For what is around the longest string: label, type bytes, keys. */
const HEADROOM_BYTES = 64 * 1024
/** Copying is that much less work than anything else that is done with a byte. */
const COPIES_PER_BYTE = 16

/** 'label' → 'type' → ('sealed' →) ('compress' → 'expanding' →) 'content' */
type Stage = 'label' | 'type' | 'frame' | 'sealed' | 'compress' | 'expanding' | 'content'

/**
 * Reads one message from the bytes of a stream as they come, in slices of work. The grammar is in
 * `stream-sealer.ts`.
 *
 * Memory, for n bytes that came: the buffer has at most 2n; decryption adds n; decompression adds
 * at most twice what came out of it. n is at most 20 MiB where it is encrypted and 60 MiB else,
 * what comes out of a compression at most 40 MiB; a length that is promised allocates nothing.
 */
export class StreamReader {
  failure: RejectionReason | undefined = undefined
  /** Where it was found, in the bytes that the layers before it gave. */
  failureOffset = 0
  /** What Go would send back in an err message for this failure; undefined: nothing. */
  errReply: string | undefined = undefined
  message: StreamMessage | undefined = undefined
  /** Whether it was encrypted, with one of our keys. */
  encrypted = false
  readonly #security: StreamSecurity
  readonly #role: StreamRole
  readonly #arrived = new StreamBuffer(MAX_COMPRESSED_BYTES + HEADROOM_BYTES)
  readonly #content = new StreamContent()
  #decipher: StreamDecipher | undefined
  #expander: StreamExpander | undefined
  #expanded = false
  #stage: Stage
  #ended = false
  /** What a layer held; undefined while it is the arriving bytes that are read. */
  #inner: Uint8Array | undefined
  #position = 0
  #budget = 0

  constructor(security: StreamSecurity, role: StreamRole) {
    this.#security = security
    this.#role = role
    this.#stage = role === 'request' ? 'label' : 'type'
  }

  /** Takes over the next bytes: the caller does not write to them any more. */
  push(chunk: Uint8Array): void {
    if (chunk.length > 0 && !this.#hasAll) this.#arrived.push(chunk)
  }

  /** The peer ended its side: what is missing now will not come. */
  end(): void {
    this.#ended = true
  }

  /**
   * Works on up to about `maxBytes` of what came, and says what it needs next. Never throws.
   * 65,536 take a millisecond or two.
   */
  step(maxBytes: number): StreamProgress {
    this.#budget = Math.max(1, maxBytes)
    if (!this.#arrived.absorb(this.#budget * COPIES_PER_BYTE)) return 'busy'
    while (this.message === undefined && this.failure === undefined) {
      if (this.#budget <= 0) return 'busy'
      const progress = this.#advance()
      if (progress === 'more') {
        if (!this.#isComplete) return 'more'
        this.#reject(this.#shortfall(), this.#arrived.length)
      }
    }
    return this.failure === undefined ? 'done' : 'rejected'
  }

  /** Nothing that may still come is part of the message. */
  get #hasAll(): boolean {
    return (
      this.#ended ||
      this.#inner !== undefined ||
      this.#stage === 'sealed' ||
      this.#stage === 'expanding' ||
      this.message !== undefined ||
      this.failure !== undefined
    )
  }

  /** What came is all there will be. */
  get #isComplete(): boolean {
    return this.#ended || this.#arrived.overflow || this.#inner !== undefined
  }

  #shortfall(): RejectionReason {
    if (this.#arrived.overflow) return 'too-large'
    return this.#arrived.length === 0 ? 'empty' : 'truncated'
  }

  /** One stage further, or some work within it. Only 'more' means anything to the caller. */
  #advance(): StreamProgress {
    switch (this.#stage) {
      case 'label':
        return this.#takeOffLabel()
      case 'type':
        return this.#readType()
      case 'frame':
        return this.#awaitSealed()
      case 'sealed':
        return this.#decrypt()
      case 'expanding':
        return this.#expand()
      case 'compress':
      case 'content':
        return this.#readContent()
    }
  }

  #takeOffLabel(): StreamProgress {
    const { bytes, length } = this.#arrived
    const result = checkLabel(bytes, 0, length, this.#security)
    if (result === 'empty') return 'more'
    if (result === 'truncated') return this.#ended ? this.#reject('label-malformed', 0) : 'more'
    if (typeof result === 'string') return this.#reject(result, 0)
    this.#position = result
    this.#stage = 'type'
    return 'busy'
  }

  #readType(): StreamProgress {
    const { bytes, length } = this.#arrived
    if (this.#position >= length) return 'more'
    const { keyring, verifyIncoming } = this.#security
    const hasKey = keyring !== undefined && keyring.size > 0
    const type = bytes[this.#position]
    if (type === ENCRYPT) {
      if (!hasKey) return this.#reject('no-key', this.#position, refusals.noKey)
      this.#stage = 'frame'
      return 'busy'
    }
    if (hasKey && verifyIncoming) {
      return this.#reject('plaintext', this.#position, refusals.plaintext)
    }
    return this.#begin(type)
  }

  #awaitSealed(): StreamProgress {
    const { bytes, length } = this.#arrived
    const start = this.#position + FRAME_LENGTH
    if (length < start) return 'more'
    const sealedLength = frameLength(bytes, this.#position)
    if (sealedLength > limits.encryptedStreamBytes) {
      return this.#reject('too-large', this.#position, refusals.sealedTooLarge(sealedLength))
    }
    if (length < start + sealedLength) return 'more'
    if (sealedLength === 0) return this.#reject('empty', start, refusals.sealedEmpty)
    const version = bytes[start]
    if (version !== 0 && version !== 1) {
      return this.#reject('encryption-version', start, refusals.encryptionVersion(version))
    }
    if (sealedLength < encryptedLength(version, 0)) {
      return this.#reject('truncated', start, refusals.sealedTooSmall(sealedLength))
    }
    this.#decipher = new StreamDecipher(
      this.#security.keyring?.prepared ?? [],
      bytes.subarray(start, start + sealedLength),
      streamAdditional(sealedLength, this.#security.label),
    )
    this.#arrived.release()
    this.#position = start
    this.#stage = 'sealed'
    return 'busy'
  }

  #decrypt(): StreamProgress {
    const decipher = this.#decipher
    if (decipher === undefined) return 'busy'
    const maxBytes = this.#budget
    this.#budget -= Math.min(maxBytes, decipher.length)
    if (!decipher.step(maxBytes)) return 'busy'
    this.#decipher = undefined
    const { failure, text } = decipher
    if (failure !== undefined) {
      const refusal = failure === 'undecryptable' ? refusals.undecryptable : undefined
      return this.#reject(failure, this.#position, refusal)
    }
    this.encrypted = true
    return this.#enter(text)
  }

  /** Goes on with what a layer held: a type byte at least. */
  #enter(inner: Uint8Array): StreamProgress {
    this.#inner = inner
    this.#position = 0
    return this.#begin(inner[0])
  }

  #begin(type: number): StreamProgress {
    if (type === COMPRESS && !this.#expanded) this.#stage = 'compress'
    else if (this.#isExpected(type)) this.#stage = 'content'
    else {
      const nested = type === COMPRESS || type === ENCRYPT
      return this.#reject(nested ? 'nested' : 'unknown-type', this.#position)
    }
    this.#content.begin(type, this.#position + 1)
    return 'busy'
  }

  #isExpected(type: number): boolean {
    if (type === PUSH_PULL) return true
    if (this.#role === 'request') return type === PING || type === USER
    return type === ACK || type === ERR
  }

  #readContent(): StreamProgress {
    const content = this.#content
    const bytes = this.#inner ?? this.#arrived.bytes
    const end = this.#inner?.length ?? this.#arrived.length
    const before = content.work
    const progress = content.step(bytes, end, this.#isComplete, this.#budget)
    this.#budget -= content.work - before
    if (progress === 'rejected') {
      const reason = content.failure ?? 'malformed'
      const offset = content.failureOffset
      // As in Go, a compress struct that is cut off counts as a stream that just ends.
      const answered = this.#stage === 'compress' && reason !== 'truncated'
      const refusal = answered ? refusals.malformedCompress(offset, reason) : undefined
      return this.#reject(reason, offset, refusal)
    }
    if (progress !== 'done') return progress
    const { type, start } = content
    if (this.#stage === 'content') {
      this.message = { type, bytes, start, end: content.end }
      return 'done'
    }
    this.#expander = new StreamExpander(content.algorithm, bytes, start, content.end)
    this.#stage = 'expanding'
    return 'busy'
  }

  #expand(): StreamProgress {
    const expander = this.#expander
    if (expander === undefined) return 'busy'
    const before = expander.work
    const done = expander.step(this.#budget)
    this.#budget -= expander.work - before
    if (!done) return 'busy'
    this.#expander = undefined
    const { failure, refusal, position, output } = expander
    if (failure !== undefined) return this.#reject(failure, position, refusal)
    this.#arrived.release()
    this.#expanded = true
    return this.#enter(output)
  }

  #reject(reason: RejectionReason, offset: number, errReply?: string): StreamProgress {
    this.failure = this.#arrived.overflow ? 'too-large' : reason
    this.failureOffset = offset
    if (this.#role === 'request') this.errReply = errReply
    this.#arrived.release()
    return 'rejected'
  }
}
