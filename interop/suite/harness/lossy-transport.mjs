import { MemberlistError, UdpTcpTransport } from '@hearsay/memberlist'

/**
 * Real sockets with addresses that the member can be cut off from, as the Go peer's filter:
 * `host:port` stops packets both ways and streams that are opened from here, `host` also streams
 * that come in. `packetsOnly` lets streams through.
 */
export class LossyTransport {
  #inner
  #blocked = new Set()
  #packetsOnly = false

  static async open(options) {
    return new LossyTransport(await UdpTcpTransport.open(options))
  }

  constructor(inner) {
    this.#inner = inner
  }

  get local() {
    return this.#inner.local
  }

  get maxPacketBytes() {
    return this.#inner.maxPacketBytes
  }

  get counters() {
    return this.#inner.counters
  }

  block(addresses, { packetsOnly = false } = {}) {
    this.#blocked = new Set(addresses)
    this.#packetsOnly = packetsOnly
  }

  start(handler) {
    this.#inner.start({
      packet: (bytes, host, port) => {
        if (!this.#blocks(host, port)) handler.packet(bytes, host, port)
      },
      stream: (stream) => {
        const { host, port } = stream.remote
        if (this.#packetsOnly || !this.#blocks(host, port)) handler.stream(stream)
        else stream.destroy()
      },
      failed: (error) => handler.failed(error),
    })
  }

  sendPacket(bytes, host, port) {
    return this.#blocks(host, port) || this.#inner.sendPacket(bytes, host, port)
  }

  dial(to, options) {
    if (this.#packetsOnly || !this.#blocks(to.host, to.port)) return this.#inner.dial(to, options)
    const text = `${to.host}:${to.port} is cut off.`
    return Promise.reject(new MemberlistError('ERR_UNREACHABLE', text))
  }

  drain() {
    return this.#inner.drain()
  }

  [Symbol.asyncDispose]() {
    return this.#inner[Symbol.asyncDispose]()
  }

  #blocks(host, port) {
    return this.#blocked.has(host) || this.#blocked.has(`${host}:${port}`)
  }
}
