import { MemberlistError } from '../errors.ts'
import { endpointText } from './address.ts'
import { LINGER_MS } from './socket-stream.ts'
import type { Endpoint, StreamConnection } from './transport.ts'
import { Waiter } from './waiter.ts'

/** Bytes on their way or unread at the other side, above which a write waits. */
const HIGH_WATER_BYTES = 64 * 1024

/** What a stream needs of the network that it lies in. */
export interface StreamLink {
  /** Runs a task in its turn, after everything that was handed over before. */
  later(task: () => void): void
  /** Whether bytes from here reach the other side now. */
  isUp(): boolean
}

/**
 * One side of a stream in memory. Bytes are copied when they are written, cross the network in
 * order, and wait unread at the other side; never more than the high water mark and one write.
 */
export class MemoryStream implements StreamConnection {
  readonly remote: Endpoint
  readonly #link: StreamLink
  readonly #onClosed: (stream: MemoryStream) => void
  readonly #reader = new Waiter<Uint8Array | undefined>()
  readonly #writer = new Waiter<void>()
  readonly #flusher = new Waiter<void>()
  readonly #unread: Uint8Array[] = []
  #peer: MemoryStream | undefined
  /** Of our bytes, those that the peer has not read. */
  #outstandingBytes = 0
  #isPeerEnded = false
  #isOurEndSaid = false
  #failure: MemberlistError | undefined
  #closing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(
    remote: Endpoint,
    link: StreamLink,
    deadlineMs: number,
    onClosed: (stream: MemoryStream) => void,
  ) {
    this.remote = remote
    this.#link = link
    this.#onClosed = onClosed
    this.deadline(deadlineMs)
  }

  /** Joins two sides, once. */
  connect(peer: MemoryStream): void {
    this.#peer = peer
    peer.#peer = this
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#closing !== undefined) return Promise.reject(this.#failure ?? this.#abandoned())
    const bytes = this.#unread.shift()
    if (bytes !== undefined) {
      this.#tellConsumed(bytes.length)
      return Promise.resolve(bytes)
    }
    if (this.#isPeerEnded) return Promise.resolve(undefined)
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return this.#reader.wait()
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#closing !== undefined) return Promise.reject(this.#abandoned())
    if (bytes.length > 0) {
      const copy = Uint8Array.from(bytes)
      this.#outstandingBytes += copy.length
      this.#cross((peer) => peer.#receive(copy))
    }
    if (this.#outstandingBytes <= HIGH_WATER_BYTES) return Promise.resolve()
    return this.#writer.wait()
  }

  deadline(timeoutMs: number): void {
    if (this.#failure !== undefined) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      const message = `The stream with ${this.#peerText} was too slow.`
      const data = { ...this.remote, timeoutMs }
      this.fail(new MemberlistError('ERR_TIMEOUT', message, { data }))
    }, timeoutMs)
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = this.#finish()
      this.#closing.catch(() => undefined)
    }
    return this.#closing
  }

  destroy(): void {
    this.#unread.length = 0
    this.fail(this.#abandoned())
  }

  /** Breaks the stream: this side now, the other when it hears of it. */
  fail(error: MemberlistError): void {
    if (this.#failure !== undefined) return
    const peer = this.#peer
    this.#breakHere(error)
    this.#link.later(() => {
      if (peer !== undefined) peer.#breakHere(peer.#broken('ECONNRESET'))
    })
  }

  #breakHere(error: MemberlistError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    clearTimeout(this.#timer)
    this.#reader.reject(error)
    this.#writer.reject(error)
    this.#flusher.reject(error)
    this.#onClosed(this)
  }

  async #finish(): Promise<void> {
    if (this.#failure !== undefined) return
    // What the peer still sends is dropped, so that it is not held up by us.
    for (const bytes of this.#unread.splice(0)) this.#tellConsumed(bytes.length)
    this.#reader.reject(this.#abandoned())
    if (this.#outstandingBytes > HIGH_WATER_BYTES) await this.#flusher.wait()
    await new Promise<void>((resolve, reject) => {
      this.#cross((peer) => {
        resolve()
        this.#isOurEndSaid = true
        peer.#receiveEnd()
        this.deadline(LINGER_MS)
        this.#releaseIfDone()
      }, reject)
    })
  }

  /** Hands something to the other side in its turn, unless the stream or the network broke. */
  #cross(arrive: (peer: MemoryStream) => void, lost?: (error: MemberlistError) => void): void {
    this.#link.later(() => {
      const peer = this.#peer
      if (this.#failure === undefined && (!this.#link.isUp() || peer === undefined)) {
        this.fail(this.#broken('ETIMEDOUT'))
      }
      if (this.#failure !== undefined) lost?.(this.#failure)
      else if (peer !== undefined) arrive(peer)
    })
  }

  #receive(bytes: Uint8Array): void {
    if (this.#closing !== undefined || this.#reader.resolve(bytes)) {
      this.#tellConsumed(bytes.length)
    } else if (this.#failure === undefined) {
      this.#unread.push(bytes)
    }
  }

  #receiveEnd(): void {
    this.#isPeerEnded = true
    this.#reader.resolve(undefined)
    this.#releaseIfDone()
  }

  /** Makes room for the peer's next write. */
  #tellConsumed(bytes: number): void {
    const peer = this.#peer
    if (peer === undefined) return
    peer.#outstandingBytes -= bytes
    if (peer.#outstandingBytes > HIGH_WATER_BYTES) return
    peer.#writer.resolve()
    peer.#flusher.resolve()
  }

  /** Both said their end: the stream is over, in good order. */
  #releaseIfDone(): void {
    if (this.#isOurEndSaid && this.#isPeerEnded) this.#breakHere(this.#abandoned())
  }

  get #peerText(): string {
    return endpointText(this.remote.host, this.remote.port)
  }

  #abandoned(): MemberlistError {
    return new MemberlistError('ERR_ABORTED', `We closed the stream with ${this.#peerText}.`, {
      data: { ...this.remote },
    })
  }

  #broken(reason: string): MemberlistError {
    const message = `The stream with ${this.#peerText} broke: ${reason}.`
    return new MemberlistError('ERR_UNREACHABLE', message, { data: { ...this.remote, reason } })
  }
}
