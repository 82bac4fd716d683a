import { createServer, type Server, type Socket } from 'node:net'
import type { MemberlistError } from '../errors.ts'
import { unmappedHost } from './address.ts'
import { bindError } from './bind.ts'
import type { TransportCounters } from './counters.ts'
import { closedError, dialSocket } from './dial.ts'
import { SocketStream } from './socket-stream.ts'
import type { DialOptions, Endpoint, StreamConnection, TransportHandler } from './transport.ts'
import { Waiter } from './waiter.ts'

/** Connections that the kernel keeps for us while we are busy; it may have a lower bound. */
export const LISTEN_BACKLOG = 511

export interface StreamSettings {
  /** Streams that peers may have open at a time; a further one is closed at once and counted. */
  readonly maxStreams: number
  /** The deadline that a stream begins with, in milliseconds. */
  readonly streamTimeoutMs: number
}

/**
 * The stream channel on TCP: a listener and what was dialled. Open streams are bounded by
 * `maxStreams` for those of peers, and by the callers for our own; every one of them has a
 * deadline, so that none outlives a peer that went silent or a handler that forgot it.
 */
export class StreamChannel {
  readonly local: Endpoint
  readonly #server: Server
  readonly #settings: StreamSettings
  readonly #counters: TransportCounters
  readonly #streams = new Set<SocketStream>()
  readonly #dialling = new Set<(error: MemberlistError) => void>()
  readonly #emptied = new Waiter<void>()
  #handler: Pick<TransportHandler, 'stream'> | undefined
  #closed: Promise<void> | undefined

  constructor(
    server: Server,
    local: Endpoint,
    settings: StreamSettings,
    counters: TransportCounters,
  ) {
    this.#server = server
    this.local = local
    this.#settings = settings
    this.#counters = counters
    server.maxConnections = settings.maxStreams
    server.on('connection', (socket) => this.#accepted(socket))
    server.on('drop', () => counters.streamsRefused++)
    // Accepting fails for want of file descriptors or memory; the listener itself stays.
    server.on('error', () => counters.acceptErrors++)
  }

  get port(): number {
    return this.local.port
  }

  start(handler: Pick<TransportHandler, 'stream'>): void {
    this.#handler = handler
  }

  #accepted(socket: Socket): void {
    const { remoteAddress, remotePort } = socket
    // A connection that is gone by the time it is accepted has no address any more.
    if (this.#handler === undefined || remoteAddress === undefined || remotePort === undefined) {
      this.#counters.streamsRefused++
      socket.on('error', () => undefined)
      socket.destroy()
      return
    }
    this.#counters.streamsIn++
    this.#handler.stream(this.#adopt(socket, unmappedHost(remoteAddress), remotePort))
  }

  dial(to: Endpoint, options: DialOptions): Promise<StreamConnection> {
    if (this.#closed !== undefined) return Promise.reject(closedError('Dialling'))
    return dialSocket(to, options, this.#dialling, (socket) => {
      this.#counters.streamsOut++
      return this.#adopt(socket, to.host, to.port)
    })
  }

  #adopt(socket: Socket, host: string, port: number): SocketStream {
    const { streamTimeoutMs } = this.#settings
    const stream = new SocketStream(socket, { host, port }, streamTimeoutMs, (closed) => {
      this.#streams.delete(closed)
      this.#counters.streamsOpen--
      if (this.#streams.size === 0) this.#emptied.resolve()
    })
    this.#streams.add(stream)
    this.#counters.streamsOpen++
    return stream
  }

  close(): Promise<void> {
    this.#closed ??= this.#release()
    return this.#closed
  }

  async #release(): Promise<void> {
    const stopped = new Promise((resolve) => this.#server.close(resolve))
    for (const fail of this.#dialling) fail(closedError('Dialling'))
    for (const stream of this.#streams) stream.fail(closedError('The stream broke off'))
    if (this.#streams.size > 0) await this.#emptied.wait()
    await stopped
  }
}

/**
 * Listens on TCP; port 0 takes any free one.
 * @throws MemberlistError ERR_ADDRESS_IN_USE, ERR_BIND, ERR_ADDRESS
 */
export function openStreamChannel(
  host: string,
  port: number,
  settings: StreamSettings,
  counters: TransportCounters,
): Promise<StreamChannel> {
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  return new Promise((resolve, reject) => {
    const refused = (error: Error) => reject(bindError(error, 'TCP', host, port))
    server.once('error', refused)
    server.listen({ host, port, backlog: LISTEN_BACKLOG, exclusive: true }, () => {
      server.removeListener('error', refused)
      const address = server.address()
      // A TCP listener has an address with a port; only a pipe has a name instead.
      const bound = typeof address === 'object' && address !== null ? address.port : port
      resolve(new StreamChannel(server, { host, port: bound }, settings, counters))
    })
  })
}
