import type { Socket } from 'node:net'
import { MemberlistError } from '../errors.ts'
import { systemCode } from './aborted.ts'
import { endpointText } from './address.ts'
import type { Endpoint, StreamConnection } from './transport.ts'
import { Waiter } from './waiter.ts'

/**
 * After we said all, the peer has this long to say that it is done as well. Closing at once would
 * make the kernel reset a connection on which bytes still come in, and what we wrote last may then
 * never reach the peer.
 */
export const LINGER_MS = 1_000

/**
 * A stream on a Node socket, plain or TLS.
 *
 * One chunk is read ahead and the rest stays in the socket, which stops reading from the kernel
 * when its own buffer is full: a stream holds about 128 KiB that nobody asked for, never more.
 */
export class SocketStream implements StreamConnection {
  readonly remote: Endpoint
  readonly #socket: Socket
  readonly #onClosed: (stream: SocketStream) => void
  readonly #reader = new Waiter<Uint8Array | undefined>()
  readonly #writer = new Waiter<void>()
  readonly #flusher = new Waiter<void>()
  #ahead: Uint8Array | undefined
  #isEnded = false
  #failure: MemberlistError | undefined
  #closing: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(
    socket: Socket,
    remote: Endpoint,
    deadlineMs: number,
    onClosed: (stream: SocketStream) => void,
  ) {
    this.#socket = socket
    this.remote = remote
    this.#onClosed = onClosed
    socket.on('readable', () => this.#readable())
    socket.on('end', () => this.#ended())
    socket.on('drain', () => this.#writer.resolve())
    socket.on('finish', () => this.#flushed())
    socket.on('error', (error) => this.#broke(error))
    socket.on('close', () => this.#gone())
    this.deadline(deadlineMs)
  }

  read(): Promise<Uint8Array | undefined> {
    if (this.#closing !== undefined) return Promise.reject(this.#failure ?? this.#abandoned())
    const bytes = this.#ahead
    if (bytes !== undefined) {
      this.#ahead = undefined
      this.#readAhead()
      return Promise.resolve(bytes)
    }
    if (this.#isEnded) return Promise.resolve(undefined)
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    return this.#reader.wait()
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure)
    if (this.#closing !== undefined) return Promise.reject(this.#abandoned())
    return this.#socket.write(bytes) ? Promise.resolve() : this.#writer.wait()
  }

  deadline(timeoutMs: number): void {
    if (this.#failure !== undefined || this.#socket.destroyed) return
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.fail(
        new MemberlistError('ERR_TIMEOUT', `The stream with ${this.#peer} was too slow.`, {
          data: { ...this.remote, timeoutMs },
        }),
      )
    }, timeoutMs)
  }

  close(): Promise<void> {
    if (this.#closing === undefined) {
      this.#closing = this.#finish()
      // Who does not wait for the end of a stream need not hear that it broke.
      this.#closing.catch(() => undefined)
    }
    return this.#closing
  }

  destroy(): void {
    this.#ahead = undefined
    this.fail(this.#abandoned())
  }

  /** Breaks the stream: what waits on it, now and later, fails with this error. */
  fail(error: MemberlistError): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#reader.reject(error)
    this.#writer.reject(error)
    this.#flusher.reject(error)
    this.#socket.destroy()
  }

  get #peer(): string {
    return endpointText(this.remote.host, this.remote.port)
  }

  #abandoned(): MemberlistError {
    return new MemberlistError('ERR_ABORTED', `We closed the stream with ${this.#peer}.`, {
      data: { ...this.remote },
    })
  }

  #readable(): void {
    if (this.#closing === undefined) this.#readAhead()
    else while (this.#socket.read() !== null);
  }

  #readAhead(): void {
    if (this.#ahead !== undefined || this.#socket.destroyed) return
    const bytes = this.#socket.read() as Uint8Array | null
    if (bytes !== null && !this.#reader.resolve(bytes)) this.#ahead = bytes
  }

  #ended(): void {
    this.#isEnded = true
    this.#reader.resolve(undefined)
  }

  #finish(): Promise<void> {
    if (this.#failure !== undefined || this.#socket.destroyed) return Promise.resolve()
    this.#ahead = undefined
    this.#reader.reject(this.#abandoned())
    this.#socket.end()
    this.#readable()
    return this.#flusher.wait()
  }

  /** All that we wrote is with the kernel, and so is our end. */
  #flushed(): void {
    this.#writer.resolve()
    this.#flusher.resolve()
    if (!this.#socket.destroyed) this.deadline(LINGER_MS)
  }

  #broke(cause: Error): void {
    const reason = systemCode(cause)
    this.fail(
      new MemberlistError('ERR_UNREACHABLE', `The stream with ${this.#peer} broke: ${reason}.`, {
        data: { ...this.remote, reason },
        cause,
      }),
    )
  }

  #gone(): void {
    clearTimeout(this.#timer)
    // In good order on both sides, unless it failed before.
    this.fail(this.#abandoned())
    this.#onClosed(this)
  }
}
