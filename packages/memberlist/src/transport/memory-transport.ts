import type { MemberlistError } from '../errors.ts'
import { abortedError } from './aborted.ts'
import { isIPv6Host } from './address.ts'
import { countSendFailure, createCounters, type TransportCounters } from './counters.ts'
import { addressError, closedError, isDialable, timeoutError, unreachableError } from './dial.ts'
import type { MemoryNetwork } from './memory.ts'
import { MemoryStream } from './memory-stream.ts'
import type {
  DialOptions,
  Endpoint,
  StreamConnection,
  Transport,
  TransportHandler,
} from './transport.ts'

export interface MemoryTransportOptions {
  /** Streams that peers may have open at a time. Default 256. */
  readonly maxStreams?: number
  /** The deadline that every stream begins with, in milliseconds. Default 10,000. */
  readonly streamTimeoutMs?: number
  /** Bytes of packets that may be on their way to here; what is over is lost. Default 2 MiB. */
  readonly receiveBufferBytes?: number
}

/** A transport on a `MemoryNetwork`. */
export class MemoryTransport implements Transport {
  readonly local: Endpoint
  readonly maxPacketBytes = 65_507
  readonly counters: TransportCounters = createCounters()
  readonly #network: MemoryNetwork
  readonly #maxStreams: number
  readonly #streamTimeoutMs: number
  readonly #receiveBufferBytes: number
  readonly #streams = new Set<MemoryStream>()
  readonly #dialling = new Set<(error: MemberlistError) => void>()
  #handler: TransportHandler | undefined
  #peersStreams = 0
  #waitingBytes = 0
  #isClosed = false

  constructor(network: MemoryNetwork, local: Endpoint, options: MemoryTransportOptions) {
    this.#network = network
    this.local = local
    this.#maxStreams = options.maxStreams ?? 256
    this.#streamTimeoutMs = options.streamTimeoutMs ?? 10_000
    this.#receiveBufferBytes = options.receiveBufferBytes ?? 2 * 1024 * 1024
  }

  start(handler: TransportHandler): void {
    if (this.#handler !== undefined) throw new Error('A transport is started once.')
    this.#handler = handler
  }

  sendPacket(bytes: Uint8Array, host: string, port: number): boolean {
    if (this.#isClosed) return false
    const refusal = this.#refusal(bytes, host, port)
    if (refusal !== undefined) {
      countSendFailure(this.counters, refusal)
      return false
    }
    this.counters.packetsOut++
    this.counters.packetBytesOut += bytes.length
    const to = { host, port }
    const fate = this.#network.packetFate(this.local, to, bytes)
    const receiver = this.#network.at(host, port)
    if (fate === 'lost' || receiver === undefined) return true
    if (!this.#network.reaches(this.local, to)) return true
    receiver.#expect(Uint8Array.from(bytes), this.local, fate)
    return true
  }

  #refusal(bytes: Uint8Array, host: string, port: number): string | undefined {
    if (bytes.length > this.maxPacketBytes) return 'EMSGSIZE'
    if (host === '' || port === 0 || (port & 0xffff) !== port) return 'EINVAL'
    if (isIPv6Host(host) !== isIPv6Host(this.local.host)) return 'EAFNOSUPPORT'
    return undefined
  }

  #expect(bytes: Uint8Array, from: Endpoint, delayMs: number): void {
    if (this.#waitingBytes + bytes.length > this.#receiveBufferBytes) return
    this.#waitingBytes += bytes.length
    this.#network.later(() => {
      this.#waitingBytes -= bytes.length
      this.#received(bytes, from)
    }, delayMs)
  }

  #received(bytes: Uint8Array, { host, port }: Endpoint): void {
    if (this.#isClosed) return
    if (this.#handler === undefined) {
      this.counters.packetsEarly++
      return
    }
    this.counters.packetsIn++
    this.counters.packetBytesIn += bytes.length
    this.#handler.packet(bytes, host, port)
  }

  dial(to: Endpoint, { timeoutMs, signal }: DialOptions): Promise<StreamConnection> {
    if (this.#isClosed) return Promise.reject(closedError('Dialling'))
    const doing = `Dialling ${to.host}`
    if (signal?.aborted) return Promise.reject(abortedError(signal, doing))
    if (!isDialable(to)) return Promise.reject(addressError(to))
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', aborted)
        return this.#dialling.delete(fail)
      }
      const fail = (error: MemberlistError) => {
        if (settle()) reject(error)
      }
      const aborted = () => {
        if (signal !== undefined) fail(abortedError(signal, doing))
      }
      const timer = setTimeout(() => fail(timeoutError(to, timeoutMs)), timeoutMs)
      signal?.addEventListener('abort', aborted)
      this.#dialling.add(fail)
      this.#network.later(() => {
        if (!this.#dialling.has(fail) || !this.#network.reaches(this.local, to)) return
        const peer = this.#network.at(to.host, to.port)
        if (peer === undefined) fail(unreachableError(to, 'ECONNREFUSED', undefined))
        else if (settle()) resolve(this.#connect(peer))
      })
    })
  }

  #connect(peer: MemoryTransport): MemoryStream {
    this.counters.streamsOut++
    const ours = this.#open(peer.local, () => undefined)
    const theirs = peer.#open(this.local, () => peer.#peersStreams--)
    ours.connect(theirs)
    peer.#accept(theirs)
    return ours
  }

  #open(remote: Endpoint, onClosed: () => void): MemoryStream {
    const link = {
      later: (task: () => void) => this.#network.later(task),
      isUp: () => this.#network.reaches(this.local, remote),
    }
    const stream = new MemoryStream(remote, link, this.#streamTimeoutMs, (closed) => {
      this.#streams.delete(closed)
      this.counters.streamsOpen--
      onClosed()
    })
    this.#streams.add(stream)
    this.counters.streamsOpen++
    return stream
  }

  #accept(stream: MemoryStream): void {
    this.#peersStreams++
    if (this.#handler === undefined || this.#peersStreams > this.#maxStreams) {
      this.counters.streamsRefused++
      stream.destroy()
      return
    }
    this.counters.streamsIn++
    this.#handler.stream(stream)
  }

  /** Deliveries run in order, so one that we ask for now comes after all that wait. */
  drain(): Promise<void> {
    return new Promise((resolve) => this.#network.later(resolve))
  }

  close(): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true
      this.#network.release(this)
      for (const fail of this.#dialling) fail(closedError('Dialling'))
      for (const stream of this.#streams) stream.fail(closedError('The stream broke off'))
    }
    return Promise.resolve()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
