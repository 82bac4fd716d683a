import type { TransportCounters } from './counters.ts'

/**
 * What the shell needs of a network: packets that may be lost, and streams that carry one request
 * and at most one reply. `udp-tcp.ts` and `memory.ts` implement it, and one conformance suite
 * holds both to the same behaviour.
 *
 * A transport is bound when one gets it, and silent until `start`: the node is built in between,
 * because what it tells the others depends on the port that it was given.
 */
export interface Transport extends AsyncDisposable {
  /** The bound address and port; both channels have the same port, also when 0 was asked for. */
  readonly local: Endpoint
  /** Bytes that packets take at the most, whatever the settings say (65,507 for UDP over IPv4). */
  readonly maxPacketBytes: number
  /** What went in and out since the transport was bound. A live object: copy what is to be kept. */
  readonly counters: Readonly<TransportCounters>

  /**
   * From now on packets and streams go to this handler. Called once. What came before is dropped
   * and refused, as if we had come up a moment later.
   */
  start(handler: TransportHandler): void

  /**
   * Sends one packet, now or never; it does not wait and does not throw. False when it is known at
   * once that it does not arrive: the transport is closed, the packet too large, the host no
   * address that we can reach from here, or the kernel found no way for the last packet to this
   * host (this one is tried all the same). The bytes must not be written to afterwards.
   */
  sendPacket(bytes: Uint8Array, host: string, port: number): boolean

  /**
   * Opens a stream.
   * @throws MemberlistError ERR_UNREACHABLE, ERR_TIMEOUT, ERR_ABORTED, ERR_CLOSED, or ERR_ADDRESS
   * when `to` is no IP address and port
   */
  dial(to: Endpoint, options: DialOptions): Promise<StreamConnection>

  /**
   * Reads what already waits in the packet socket, before timers that fired late are believed.
   * Resolves when all packets that had come before the call were handed to the handler.
   */
  drain(): Promise<void>
}

/** An IP address as text (IPv4 never in its IPv6-mapped form) and a port. */
export interface Endpoint {
  readonly host: string
  readonly port: number
}

export interface DialOptions {
  /** Milliseconds until the connection stands. */
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** What a transport tells. All are called synchronously and do not throw. */
export interface TransportHandler {
  /** One packet. The bytes belong to the handler: the transport does not use them again. */
  packet(bytes: Uint8Array, host: string, port: number): void
  /** A peer opened a stream. The handler reads, answers and closes it. */
  stream(stream: StreamConnection): void
  /** The transport broke in a way that it cannot mend; it is closed already. */
  failed(error: Error): void
}

/**
 * One stream. Whoever got it closes it (`close` or `destroy`, both idempotent).
 * Reading and writing each wait: that is the backpressure. One read and one write at a time.
 */
export interface StreamConnection {
  readonly remote: Endpoint
  /**
   * The next bytes, or undefined when the peer ended its side. What came before a stream broke is
   * still read before the error is thrown: a peer that refuses a request says why, and then
   * breaks off while we are still writing.
   * @throws MemberlistError ERR_TIMEOUT (deadline), ERR_UNREACHABLE (broken), ERR_ABORTED
   * (destroyed or closed by us), ERR_CLOSED (the transport was closed)
   */
  read(): Promise<Uint8Array | undefined>
  /**
   * Resolves when the bytes are handed over and there is room for more. They must not be written
   * to afterwards. Throws as `read`.
   */
  write(bytes: Uint8Array): Promise<void>
  /**
   * From now on this many milliseconds until everything on this stream fails; replaces the former.
   * A stream begins with the deadline that is the transport's default, counted from its opening.
   */
  deadline(timeoutMs: number): void
  /**
   * Ends our side after what was written, and drops what the peer still sends; resolves when all
   * is flushed. Throws as `read` when the stream breaks meanwhile; on one that broke before or was
   * destroyed it does nothing.
   */
  close(): Promise<void>
  /** Gives up at once, dropping what waits. */
  destroy(): void
}
