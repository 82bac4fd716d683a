import { MemberlistError } from '../errors.ts'
import { bindSamePort, checkBindAddress } from './bind.ts'
import { createCounters, type TransportCounters } from './counters.ts'
import { openStreamChannel, type StreamChannel } from './tcp.ts'
import type {
  DialOptions,
  Endpoint,
  StreamConnection,
  Transport,
  TransportHandler,
} from './transport.ts'
import { MAX_UDP_PACKET_BYTES, openPacketSocket, type PacketSocket } from './udp.ts'

export interface UdpTcpOptions {
  /** An IP address of this machine, `0.0.0.0`, or `::` for IPv6 and IPv4. */
  readonly host: string
  /** 0 takes any port that is free on both channels. */
  readonly port: number
  /** Streams that peers may have open at a time. Default 256. */
  readonly maxStreams?: number
  /** The deadline that every stream begins with. Default 10,000 (Go's LAN `TCPTimeout`). */
  readonly streamTimeoutMs?: number
}

/**
 * The transport of every memberlist: packets on UDP, streams on TCP, one port number for both.
 *
 *     sendPacket ──> PacketSocket  ──> UDP ──> handler.packet
 *     dial ────────> StreamChannel ──> TCP ──> handler.stream
 */
export class UdpTcpTransport implements Transport {
  readonly local: Endpoint
  readonly maxPacketBytes = MAX_UDP_PACKET_BYTES
  readonly counters: TransportCounters
  readonly #streams: StreamChannel
  readonly #packets: PacketSocket
  #isStarted = false
  #closed: Promise<void> | undefined

  private constructor(streams: StreamChannel, packets: PacketSocket, counters: TransportCounters) {
    this.local = packets.local
    this.counters = counters
    this.#streams = streams
    this.#packets = packets
  }

  /**
   * Binds both channels. When one cannot be bound, the other is closed again.
   * @throws MemberlistError ERR_ADDRESS_IN_USE, ERR_BIND, ERR_ADDRESS, ERR_CONFIG
   */
  static async open(options: UdpTcpOptions): Promise<UdpTcpTransport> {
    const { host, port } = checkBindAddress(options.host, options.port)
    const { maxStreams = 256, streamTimeoutMs = 10_000 } = options
    checkPositive('maxStreams', maxStreams)
    checkPositive('streamTimeoutMs', streamTimeoutMs)
    const counters = createCounters()
    const [streams, packets] = await bindSamePort(
      port,
      (first) => openStreamChannel(host, first, { maxStreams, streamTimeoutMs }, counters),
      (second) => openPacketSocket(host, second, counters),
    )
    return new UdpTcpTransport(streams, packets, counters)
  }

  start(handler: TransportHandler): void {
    if (this.#isStarted) throw new Error('A transport is started once.')
    this.#isStarted = true
    this.#streams.start(handler)
    this.#packets.start(handler, (error) => {
      void this.close()
      handler.failed(error)
    })
  }

  sendPacket(bytes: Uint8Array, host: string, port: number): boolean {
    return this.#packets.send(bytes, host, port)
  }

  dial(to: Endpoint, options: DialOptions): Promise<StreamConnection> {
    return this.#streams.dial(to, options)
  }

  drain(): Promise<void> {
    return this.#packets.drain()
  }

  /** Releases in the reverse order of binding; what waits on a stream fails with ERR_CLOSED. */
  close(): Promise<void> {
    this.#closed ??= this.#release()
    return this.#closed
  }

  async #release(): Promise<void> {
    const packets = this.#packets.close()
    await Promise.all([packets, this.#streams.close()])
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function checkPositive(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return
  throw new MemberlistError(
    'ERR_CONFIG',
    `${name} is ${value}; it must be a whole number above 0.`,
    {
      data: { name, value, expected: 'a whole number above 0' },
    },
  )
}
