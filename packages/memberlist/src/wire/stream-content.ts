import { AckView, decodeAck } from './ack.ts'
import { CompressView, decodeCompress } from './compress.ts'
import { decodeErr, ErrView } from './err.ts'
import { ACK, COMPRESS, ERR, PING, PUSH_PULL, USER } from './message-type.ts'
import { decodePing, PingView } from './ping.ts'
import {
  decodePushPullHeader,
  decodePushPullNode,
  PushPullHeaderView,
  PushPullNodeView,
} from './push-pull.ts'
import { Reader } from './reader.ts'
import type { RejectionReason } from './rejection.ts'
import { EMPTY } from './span.ts'
import type { StreamProgress } from './stream-types.ts'
import { decodeUserStreamHeader, UserStreamHeaderView } from './user.ts'
import { MAX_STRUCT_VALUES, ValueWalker } from './value-walker.ts'

// Shared by all streams: nothing in them outlives a call.
const reader = new Reader()
const pingView = new PingView()
const ackView = new AckView()
const errView = new ErrView()
const compressView = new CompressView()
const userView = new UserStreamHeaderView()
const headerView = new PushPullHeaderView()
const nodeView = new PushPullNodeView()

/** A struct this short is decoded without looking for its end: it cannot have too many values. */
const DIRECT_BYTES = MAX_STRUCT_VALUES
/** What a struct costs beside its bytes, in bytes. */
const STRUCT_WORK = 50

/**
 * Finds out whether a message of a stream is all there, and right in every struct, in bytes that
 * may still be coming. Structs are decoded where they stand; only where one is cut off or large,
 * `ValueWalker` finds its end first, so that each byte is looked at three times at the most, and
 * no struct takes longer than MAX_STRUCT_VALUES values.
 *
 *   pushPull: header, nodes, user state      user: header, payload      others: one struct
 */
export class StreamContent {
  failure: RejectionReason | undefined = undefined
  failureOffset = 0
  /** Where the struct or payload is that `StreamMessage` hands on, once 'done'. */
  start = 0
  end = 0
  /** Of a compress struct, whose Buf is from `start` to `end`. */
  algorithm = 0
  readonly #walker = new ValueWalker()
  #walking = false
  /** The type that it began with. */
  type = 0
  /** Everything before it is done. */
  position = 0
  /** Bytes looked at so far, and what each struct costs by itself. */
  work = 0
  #headed = false
  #nodesLeft = 0
  #tailLength = 0
  #bytes: Uint8Array = EMPTY
  #limit = 0
  #complete = false

  /** @param start after the type byte */
  begin(type: number, start: number): void {
    this.failure = undefined
    this.start = start
    this.#walking = false
    this.type = type
    this.position = start
    this.#headed = false
    this.#nodesLeft = 0
    this.#tailLength = 0
  }

  /**
   * Looks at up to about `maxBytes` more of the bytes before `end`. They may have moved to another
   * buffer since the last call, in the same places.
   *
   * @param complete no more will come
   */
  step(bytes: Uint8Array, end: number, complete: boolean, maxBytes: number): StreamProgress {
    this.#bytes = bytes
    this.#limit = end
    this.#complete = complete
    const progress = this.#advance(this.work + maxBytes)
    this.#letGo()
    return progress
  }

  #advance(pauseAt: number): StreamProgress {
    if (!this.#headed) {
      const progress = this.#struct()
      if (progress !== 'done') return progress
      this.#headed = true
      this.#takeHeader()
    }
    while (this.#nodesLeft > 0) {
      if (this.work >= pauseAt) return 'busy'
      const progress = this.#struct()
      if (progress !== 'done') return progress
      this.#nodesLeft--
    }
    this.end = this.position + this.#tailLength
    if (this.end <= this.#limit) return 'done'
    return this.#complete ? this.#reject('truncated', this.#limit) : 'more'
  }

  #takeHeader(): void {
    if (this.type === PUSH_PULL) {
      this.#nodesLeft = headerView.nodes
      this.#tailLength = headerView.userStateLength
    } else if (this.type === USER) {
      this.start = this.position
      this.#tailLength = userView.length
    } else if (this.type === COMPRESS) {
      this.algorithm = compressView.algorithm
      this.start = compressView.buffer.start
      this.position = compressView.buffer.end
    }
  }

  /** One struct, from the position on. */
  #struct(): StreamProgress {
    if (!this.#walking) {
      if (this.position >= this.#limit && !this.#complete) return 'more'
      const near = Math.min(this.#limit, this.position + DIRECT_BYTES)
      if (this.#decode(near)) return 'done'
      if (reader.failure !== 'truncated') return this.#rejectStruct()
      this.#walking = true
      this.#walker.reset(this.position)
    }
    const walked = this.#walker.walk(this.#bytes, this.#limit)
    if (walked === 'more' && !this.#complete) return 'more'
    this.#walking = false
    if (this.#decode(walked === 'more' ? this.#limit : this.#walker.position)) return 'done'
    // Where the walker stopped early, what is wrong before that comes first.
    if (walked === 'more' || walked === 'done' || reader.failure !== 'truncated') {
      return this.#rejectStruct()
    }
    return this.#reject(walked, this.#walker.position)
  }

  #rejectStruct(): 'rejected' {
    return this.#reject(reader.failure ?? 'malformed', reader.failureOffset)
  }

  #decode(end: number): boolean {
    reader.reset(this.#bytes, this.position, end)
    if (!this.#decodeType()) return false
    this.work += reader.position - this.position + STRUCT_WORK
    this.position = reader.position
    return true
  }

  #decodeType(): boolean {
    switch (this.type) {
      case PING:
        return decodePing(reader, pingView)
      case ACK:
        return decodeAck(reader, ackView)
      case ERR:
        return decodeErr(reader, errView)
      case COMPRESS:
        return decodeCompress(reader, compressView)
      case USER:
        return decodeUserStreamHeader(reader, userView)
      case PUSH_PULL:
        return this.#headed
          ? decodePushPullNode(reader, nodeView)
          : decodePushPullHeader(reader, headerView)
      default:
        reader.fail('unknown-type')
        return false
    }
  }

  /** What is shared must not keep the bytes of a stream, which may be 40 MiB, from being freed. */
  #letGo(): void {
    this.#bytes = EMPTY
    reader.reset(EMPTY)
    pingView.clear()
    ackView.clear()
    errView.clear()
    compressView.clear()
    headerView.clear()
    nodeView.clear()
  }

  #reject(reason: RejectionReason, offset: number): 'rejected' {
    this.failure = reason
    this.failureOffset = offset
    return 'rejected'
  }
}
