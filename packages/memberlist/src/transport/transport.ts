/**
 * What the shell needs of a network: packets that may be lost, and streams that carry one request
 * and at most one reply. `udp-tcp.ts` and `memory.ts` implement it, and one conformance suite
 * holds both to the same behaviour.
 */
export interface Transport extends AsyncDisposable {
  /** The bound address and port; both channels have the same port, also when 0 was asked for. */
  readonly local: Endpoint
  /** Bytes that packets take at the most, whatever the settings say (65,507 for UDP over IPv4). */
  readonly maxPacketBytes: number

  /**
   * Sends one packet, now or never; it does not wait and does not throw. False when it is known
   * at once that it cannot arrive (unreachable, no route). The bytes must not be written to
   * afterwards.
   */
  sendPacket(bytes: Uint8Array, host: string, port: number): boolean

  /**
   * Opens a stream.
   * @throws MemberlistError ERR_UNREACHABLE, ERR_TIMEOUT, ERR_ABORTED or ERR_CLOSED
   */
  dial(to: Endpoint, options: DialOptions): Promise<StreamConnection>

  /**
   * Reads what already waits in the packet socket, before timers that fired late are believed.
   * Resolves when the event loop had its chance to deliver those packets.
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

/** What a transport tells. Both are called synchronously and do not throw. */
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
 * Reading and writing each wait: that is the backpressure.
 */
export interface StreamConnection {
  readonly remote: Endpoint
  /**
   * The next bytes, or undefined when the peer ended its side.
   * @throws MemberlistError ERR_TIMEOUT (deadline), ERR_UNREACHABLE (broken), ERR_ABORTED (destroyed)
   */
  read(): Promise<Uint8Array | undefined>
  /** Resolves when the bytes are handed over and there is room for more. Throws as `read`. */
  write(bytes: Uint8Array): Promise<void>
  /** From now on this many milliseconds until everything on this stream fails; replaces the former. */
  deadline(timeoutMs: number): void
  /** Ends our side after what was written; resolves when all is flushed. */
  close(): Promise<void>
  /** Gives up at once, dropping what waits. */
  destroy(): void
}
