import type { RemoteInfo } from 'node:dgram'
import { describe, expect, it } from 'vitest'
import { createCounters } from '../../src/transport/counters.ts'
import { type DatagramSocket, PacketSocket } from '../../src/transport/udp.ts'
import { bytes } from './recorder.ts'

type Sent = (error: Error | null) => void

/** A socket of which a test decides what becomes of each packet. */
class FakeSocket implements DatagramSocket {
  readonly sent: { host: string; port: number; sent: Sent | undefined }[] = []
  queueBytes = 0
  readonly #listeners = new Map<string, (first: never, second: never) => void>()

  send(_bytes: Uint8Array, port: number, host: string, sent?: Sent): void {
    this.sent.push({ host, port, sent })
  }

  getSendQueueSize(): number {
    return this.queueBytes
  }

  close(closed: () => void): void {
    closed()
  }

  on(event: string, listener: (first: never, second: never) => void): void {
    this.#listeners.set(event, listener)
  }

  receive(address: string): void {
    const from: RemoteInfo = { address, port: 9, family: 'IPv4', size: 1 }
    this.#listeners.get('message')?.(bytes('x') as never, from as never)
  }

  failToReceive(): void {
    this.#listeners.get('error')?.(new Error('recvmsg ENOMEM') as never, undefined as never)
  }

  /** Lets the last packet end as said. */
  settle(code?: string): void {
    const last = this.sent.at(-1)
    if (last?.sent === undefined) throw new Error('the last packet does not tell how it ended')
    const { host: address } = last
    last.sent(code === undefined ? null : Object.assign(new Error(code), { code, address }))
  }
}

function create(host = '127.0.0.1') {
  const socket = new FakeSocket()
  const counters = createCounters()
  const packets = new PacketSocket(socket, { host, port: 7946 }, counters)
  const failures: Error[] = []
  packets.start({ packet: () => undefined }, (error) => failures.push(error))
  const send = (to: string) => packets.send(bytes('x'), to, 7946)
  return { socket, counters, packets, failures, send }
}

describe('a packet socket', () => {
  it('asks for the outcome of a packet to a host that it has not just heard from', () => {
    const { socket, send } = create()
    send('10.0.0.1')
    send('10.0.0.2')
    expect(socket.sent.map(({ sent }) => sent !== undefined)).toEqual([true, true])
  })

  it('asks for the outcome of one answer in 64', () => {
    const { socket, send } = create()
    socket.receive('10.0.0.1')
    for (let count = 0; count < 640; count++) send('10.0.0.1')
    expect(socket.sent.filter(({ sent }) => sent !== undefined)).toHaveLength(10)
  })

  it.each(['ENETUNREACH', 'EHOSTUNREACH', 'EPERM', 'EINVAL'])(
    'answers false for a host after %s, tries all the same, and true after one got through',
    (code) => {
      const { socket, counters, send } = create()
      expect(send('10.0.0.1')).toBe(true)
      socket.settle(code)
      expect(send('10.0.0.2')).toBe(true)
      socket.settle()
      expect(send('10.0.0.1')).toBe(false)
      socket.settle(code)
      expect(counters.sendFailures).toEqual({ [code]: 2 })
      expect(send('10.0.0.1')).toBe(false)
      socket.settle()
      expect(send('10.0.0.1')).toBe(true)
      expect(socket.sent).toHaveLength(5)
    },
  )

  it.each(['ECONNREFUSED', 'EMSGSIZE', 'ENOBUFS'])(
    'holds %s against the packet, not the host',
    (code) => {
      const { socket, counters, send } = create()
      send('10.0.0.1')
      socket.settle(code)
      expect(counters.sendFailures).toEqual({ [code]: 1 })
      expect(send('10.0.0.1')).toBe(true)
    },
  )

  it('remembers a bounded number of unreachable hosts, the latest', () => {
    const { socket, send } = create()
    for (let host = 0; host < 1_100; host++) {
      send(`10.0.${host >> 8}.${host & 255}`)
      socket.settle('EHOSTUNREACH')
    }
    expect(send('10.0.0.0')).toBe(true)
    expect(send('10.0.1.0')).toBe(false)
    expect(send('10.0.4.75')).toBe(false)
  })

  it('on :: remembers an IPv4 host by its own address, not the mapped one', () => {
    const { socket, send } = create('::')
    send('10.0.0.1')
    expect(socket.sent[0]?.host).toBe('::ffff:10.0.0.1')
    socket.settle('EHOSTUNREACH')
    expect(send('10.0.0.1')).toBe(false)
  })

  it('drops and counts packets while the network is behind, and goes on when it has caught up', () => {
    const { socket, counters, send } = create()
    socket.queueBytes = 5 * 1024 * 1024
    // The queue is looked at with the first packet of 64.
    expect(send('10.0.0.1')).toBe(false)
    expect(send('10.0.0.1')).toBe(false)
    expect(socket.sent).toHaveLength(0)
    expect(counters.sendFailures).toEqual({ ENOBUFS: 2 })
    socket.queueBytes = 0
    expect(send('10.0.0.1')).toBe(true)
  })

  it('lives through errors on reading', () => {
    const { socket, counters, failures } = create()
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 99; count++) socket.failToReceive()
      socket.receive('10.0.0.1')
    }
    expect(failures).toEqual([])
    expect(counters).toMatchObject({ receiveErrors: 297, packetsIn: 3 })
  })

  it('gives up when there is nothing but errors', () => {
    const { socket, failures } = create()
    for (let count = 0; count < 100; count++) socket.failToReceive()
    expect(failures).toMatchObject([{ code: 'ERR_UNREACHABLE' }])
  })

  it('is silent about what comes while it is closing', async () => {
    const { socket, packets, counters, failures } = create()
    await packets.close()
    socket.receive('10.0.0.1')
    for (let count = 0; count < 200; count++) socket.failToReceive()
    expect(counters).toMatchObject({ packetsIn: 0, receiveErrors: 0 })
    expect(failures).toEqual([])
  })
})
