import { createSocket, type RemoteInfo } from 'node:dgram'
import { setImmediate } from 'node:timers'
import { MemberlistError } from '../errors.ts'
import { systemCode } from './aborted.ts'
import { isIPv6Host, unmappedHost } from './address.ts'
import { bindError } from './bind.ts'
import { countSendFailure, type TransportCounters } from './counters.ts'
import type { Endpoint, TransportHandler } from './transport.ts'
import { UnreachableHosts } from './unreachable-hosts.ts'

/** 65,535 less the headers of IPv4 and UDP. IPv6 would take 20 more, which nobody needs. */
export const MAX_UDP_PACKET_BYTES = 65_507

/** What Go asks for; halved until the kernel takes it. */
export const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024

/** Bytes that wait because the network card is behind; while there are more, packets are dropped. */
const MAX_QUEUED_BYTES = 4 * 1024 * 1024

/** Receive errors without a packet between, after which the socket is given up. */
const MAX_RECEIVE_ERRORS = 100

/** One in so many sends asks for its outcome in any case, and looks at the queue. */
const SAMPLE = 64

/**
 * Turns of the event loop that `drain` takes at the most. One turn reads up to 32 packets, and a
 * receive buffer of 2 MiB (4 MiB as the kernel counts) holds about 5,500 small ones.
 */
const MAX_DRAIN_TURNS = 256

/** The part of `dgram.Socket` that is used. */
export interface DatagramSocket {
  send(bytes: Uint8Array, port: number, host: string, sent?: (error: Error | null) => void): void
  getSendQueueSize(): number
  close(closed: () => void): unknown
  on(event: 'message', listener: (bytes: Uint8Array, from: RemoteInfo) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * The packet channel on a UDP socket.
 *
 * Speed is decided here. Node's `dgram` looks every destination up, unless it is given a lookup
 * that answers at once; and it tells what became of a packet only to a callback, a turn later,
 * which costs 8 % of the whole way of a packet. So the packet that answers the host that we last
 * heard from, as most do, goes without one: there is a way to that host. The others have a shared
 * callback, and so has one in `SAMPLE` of the answers, so that no failure stays unseen for long.
 */
export class PacketSocket {
  readonly local: Endpoint
  readonly #socket: DatagramSocket
  readonly #counters: TransportCounters
  /** Bound to `::`, which takes IPv4 too, in mapped form. */
  readonly #isDual: boolean
  readonly #isIPv6: boolean
  readonly #unreachable = new UnreachableHosts()
  #handler: Pick<TransportHandler, 'packet'> | undefined
  #failed: ((error: Error) => void) | undefined
  #lastSource = ''
  #isCongested = false
  #receiveErrors = 0
  #closed: Promise<void> | undefined

  constructor(socket: DatagramSocket, local: Endpoint, counters: TransportCounters) {
    this.#socket = socket
    this.local = local
    this.#counters = counters
    this.#isIPv6 = isIPv6Host(local.host)
    this.#isDual = local.host === '::'
    socket.on('message', (bytes, from) => this.#received(bytes, from))
    socket.on('error', (error) => this.#receiveFailed(error))
  }

  get port(): number {
    return this.local.port
  }

  start(handler: Pick<TransportHandler, 'packet'>, failed: (error: Error) => void): void {
    this.#handler = handler
    this.#failed = failed
  }

  send(bytes: Uint8Array, host: string, port: number): boolean {
    if (this.#closed !== undefined) return false
    const refusal = this.#refusal(bytes, host, port)
    if (refusal !== undefined) {
      countSendFailure(this.#counters, refusal)
      return false
    }
    const counters = this.#counters
    const isSample = counters.packetsOut++ % SAMPLE === 0
    counters.packetBytesOut += bytes.length
    if ((isSample || this.#isCongested) && this.#congested()) {
      countSendFailure(counters, 'ENOBUFS')
      return false
    }
    const address = this.#isDual && !isIPv6Host(host) ? `::ffff:${host}` : host
    if (!this.#unreachable.isEmpty) return this.#sendWatched(bytes, address, host, port)
    if (host === this.#lastSource && !isSample) this.#socket.send(bytes, port, address)
    else this.#socket.send(bytes, port, address, this.#sent)
    return true
  }

  /** The system's code for what `dgram` would throw at, or send to somebody else. */
  #refusal(bytes: Uint8Array, host: string, port: number): string | undefined {
    if (bytes.length > MAX_UDP_PACKET_BYTES) return 'EMSGSIZE'
    if (host === '' || port === 0 || (port & 0xffff) !== port) return 'EINVAL'
    if (!this.#isDual && isIPv6Host(host) !== this.#isIPv6) return 'EAFNOSUPPORT'
    return undefined
  }

  #congested(): boolean {
    this.#isCongested = this.#socket.getSendQueueSize() > MAX_QUEUED_BYTES
    return this.#isCongested
  }

  readonly #sent = (error: Error | null): void => {
    if (error !== null) this.#sendFailed(error)
  }

  /** While some hosts are known as unreachable, every packet is watched, and may prove them back. */
  #sendWatched(bytes: Uint8Array, address: string, host: string, port: number): boolean {
    if (!this.#unreachable.has(host)) {
      this.#socket.send(bytes, port, address, this.#sent)
      return true
    }
    this.#socket.send(bytes, port, address, (error) => {
      if (error === null) this.#unreachable.delete(host)
      else this.#sendFailed(error)
    })
    return false
  }

  #sendFailed(error: Error): void {
    countSendFailure(this.#counters, systemCode(error))
    this.#unreachable.learn(error)
  }

  #received(bytes: Uint8Array, from: RemoteInfo): void {
    if (this.#closed !== undefined) return
    this.#receiveErrors = 0
    if (this.#handler === undefined) {
      this.#counters.packetsEarly++
      return
    }
    this.#counters.packetsIn++
    this.#counters.packetBytesIn += bytes.length
    const host = this.#isDual ? unmappedHost(from.address) : from.address
    this.#lastSource = host
    this.#handler.packet(bytes, host, from.port)
  }

  /** Errors of earlier packets that the kernel reports on reading come and go; a flood does not. */
  #receiveFailed(error: Error): void {
    if (this.#closed !== undefined) return
    this.#counters.receiveErrors++
    this.#receiveErrors++
    if (this.#receiveErrors < MAX_RECEIVE_ERRORS) return
    this.#failed?.(
      new MemberlistError('ERR_UNREACHABLE', `The UDP socket does not read: ${error.message}.`, {
        cause: error,
      }),
    )
  }

  /**
   * Takes turns of the event loop until one brought no packet. The first does not count: it may
   * have begun when the loop was already past this socket.
   */
  async drain(): Promise<void> {
    for (let turn = 0; turn < MAX_DRAIN_TURNS; turn++) {
      const before = this.#counters.packetsIn + this.#counters.packetsEarly
      await new Promise((resolve) => setImmediate(resolve))
      const came = this.#counters.packetsIn + this.#counters.packetsEarly - before
      if (this.#closed !== undefined || (turn > 0 && came === 0)) return
    }
  }

  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => this.#socket.close(resolve))
    return this.#closed
  }
}

/**
 * Binds a UDP socket; port 0 takes any free one.
 * @throws MemberlistError ERR_ADDRESS_IN_USE, ERR_BIND, ERR_ADDRESS
 */
export function openPacketSocket(
  host: string,
  port: number,
  counters: TransportCounters,
): Promise<PacketSocket> {
  const family = isIPv6Host(host) ? 6 : 4
  const socket = createSocket({
    type: family === 6 ? 'udp6' : 'udp4',
    lookup: (address, _options, found) => found(null, address, family),
  })
  return new Promise((resolve, reject) => {
    const refused = (error: Error) => {
      socket.close()
      reject(bindError(error, 'UDP', host, port))
    }
    socket.once('error', refused)
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.removeListener('error', refused)
      growReceiveBuffer(socket)
      resolve(new PacketSocket(socket, { host, port: socket.address().port }, counters))
    })
  })
}

function growReceiveBuffer(socket: { setRecvBufferSize(bytes: number): void }): void {
  for (let bytes = RECEIVE_BUFFER_BYTES; bytes >= 1_024; bytes /= 2) {
    try {
      socket.setRecvBufferSize(bytes)
      return
    } catch {
      // Too much for this kernel: half of it then. What it has by default will do in the end.
    }
  }
}
