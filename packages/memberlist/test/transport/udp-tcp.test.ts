import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isConnectedToItself } from '../../src/transport/dial.ts'
import { RECEIVE_BUFFER_BYTES } from '../../src/transport/udp.ts'
import { UdpTcpTransport } from '../../src/transport/udp-tcp.ts'
import { describeTransport } from './conformance.ts'
import { bytes, codeOf, eventually, Recorder, readAll, text } from './recorder.ts'

const hasIPv6 = Object.values(networkInterfaces())
  .flat()
  .some((address) => address?.address === '::1')

/** The kernel may give less than the 2 MiB that we ask for, and counts 1,280 bytes at the most. */
async function countRoomForPackets(): Promise<number> {
  const socket = createSocket('udp4')
  await once(socket.bind(0, '127.0.0.1'), 'listening')
  socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
  const bytesOfRoom = socket.getRecvBufferSize()
  socket.close()
  return Math.floor(bytesOfRoom / 1_280)
}

const roomForPackets = await countRoomForPackets()

for (const host of hasIPv6 ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
  describeTransport(`UDP and TCP on ${host}`, () => ({
    host,
    roomForPackets,
    open: ({ port = 0, ...options }) => UdpTcpTransport.open({ host, port, ...options }),
  }))
}

if (!hasIPv6) {
  describe('UDP and TCP on ::1 and ::', () => {
    it.skip('are not tested: this machine has no ::1', () => undefined)
  })
}

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close()
})

async function open(host: string, options = {}): Promise<UdpTcpTransport> {
  const transport = await UdpTcpTransport.open({ host, port: 0, ...options })
  opened.push(transport)
  return transport
}

/** A bare TCP server on a free loopback port. */
async function serve(serving: (socket: Socket) => void): Promise<{ server: Server; port: number }> {
  const server = createServer({ allowHalfOpen: true }, serving)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  opened.push(server)
  return { server, port: (server.address() as AddressInfo).port }
}

const soon = { timeoutMs: 10_000 }

describe('binding UDP and TCP', () => {
  it('gives both channels one port', async () => {
    const { local } = await open('127.0.0.1')
    expect(local.port).toBeGreaterThan(0)
    const socket = connect(local.port, '127.0.0.1')
    await once(socket, 'connect')
    socket.destroy()
  })

  it('names the channel whose port is taken, and leaves the other free', async () => {
    // A port that was free on both a moment ago: one that UDP alone gives may be in use on TCP.
    const former = await UdpTcpTransport.open({ host: '127.0.0.1', port: 0 })
    const { port } = former.local
    await former.close()
    const socket = createSocket('udp4')
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    opened.push(socket)
    await expect(UdpTcpTransport.open({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'ERR_ADDRESS_IN_USE',
      message: expect.stringContaining(`UDP 127.0.0.1:${port} is taken`) as string,
      data: { host: '127.0.0.1', port, protocol: 'UDP', reason: 'EADDRINUSE' },
    })
    const server = createServer()
    await once(server.listen(port, '127.0.0.1'), 'listening')
    opened.push(server)
  })

  it('opens no UDP socket when TCP is taken', async () => {
    const { port } = await serve(() => undefined)
    await expect(UdpTcpTransport.open({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'ERR_ADDRESS_IN_USE',
      data: { protocol: 'TCP' },
    })
    const socket = createSocket('udp4')
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    opened.push(socket)
  })

  it.each([
    ['a name', 'localhost', 0, 'ERR_ADDRESS'],
    ['nothing', '', 0, 'ERR_ADDRESS'],
    ['a foreign address', '203.0.113.77', 0, 'ERR_BIND'],
    ['a port out of range', '127.0.0.1', 65_536, 'ERR_CONFIG'],
    ['half a port', '127.0.0.1', 0.5, 'ERR_CONFIG'],
  ])('to %s is refused', async (_what, host, port, code) => {
    expect(await codeOf(UdpTcpTransport.open({ host, port }))).toBe(code)
  })

  it.each([
    ['maxStreams', 0],
    ['maxStreams', 1.5],
    ['streamTimeoutMs', -1],
  ])('with %s = %d is refused', async (name, value) => {
    const opening = UdpTcpTransport.open({ host: '127.0.0.1', port: 0, [name]: value })
    await expect(opening).rejects.toMatchObject({ code: 'ERR_CONFIG', data: { name, value } })
  })

  it('takes an IPv4 address in mapped form for what it is', async () => {
    const { local } = await open('::ffff:127.0.0.1')
    expect(local.host).toBe('127.0.0.1')
  })

  it('lets go of everything with `await using`', async () => {
    const port = await (async () => {
      await using transport = await UdpTcpTransport.open({ host: '127.0.0.1', port: 0 })
      return transport.local.port
    })()
    const { local } = await open('127.0.0.1', { port })
    expect(local.port).toBe(port)
  })

  it('hosts many members in one process', async () => {
    const recorder = new Recorder()
    const many = await Promise.all(Array.from({ length: 100 }, () => open('127.0.0.1')))
    const [first] = many
    first?.start(recorder)
    for (const each of many) {
      each.sendPacket(bytes('x'), '127.0.0.1', first?.local.port ?? 0)
    }
    const packets = await recorder.received(100)
    expect(new Set(packets.map(({ port }) => port)).size).toBe(100)
  })
})

describe.runIf(hasIPv6)('a transport on ::', () => {
  it.each(['127.0.0.1', '::1'])('talks with %s, and never shows a mapped address', async (host) => {
    const [dual, other] = [await open('::'), await open(host)]
    const [dualRecorder, otherRecorder] = [new Recorder(), new Recorder()]
    dual.start(dualRecorder)
    other.start(otherRecorder)

    other.sendPacket(bytes('ping'), host, dual.local.port)
    const [ping] = await dualRecorder.received(1)
    expect(ping).toMatchObject(other.local)
    expect(dual.sendPacket(bytes('ack'), ping?.host ?? '', ping?.port ?? 0)).toBe(true)
    const [ack] = await otherRecorder.received(1)
    expect(ack).toMatchObject({ host, port: dual.local.port })

    const stream = await other.dial({ host, port: dual.local.port }, soon)
    const accepted = await dualRecorder.nextStream()
    expect(accepted.remote.host).toBe(host)
    await stream.close()
    await accepted.close()

    const back = await dual.dial(other.local, soon)
    expect(back.remote).toEqual(other.local)
    await back.close()
  })
})

describe('packets that the kernel refuses', () => {
  it('are counted under its code, and the next to that host is answered with false', async () => {
    const transport = await open('127.0.0.1')
    // Broadcasting is not allowed to this socket: the kernel says EACCES, and nothing leaves.
    const send = () => transport.sendPacket(bytes('x'), '255.255.255.255', 9)
    expect(send()).toBe(true)
    await eventually(() => transport.counters.sendFailures.EACCES === 1)
    expect(send()).toBe(false)
    await eventually(() => transport.counters.sendFailures.EACCES === 2)
  })

  it('as malformed addresses are counted too', async () => {
    const transport = await open('127.0.0.1')
    expect(transport.sendPacket(bytes('x'), 'no address', 9)).toBe(true)
    await eventually(() => transport.counters.sendFailures.EINVAL === 1)
  })
})

describe('streams on TCP', () => {
  it('give the reason of a refusal that is followed by a reset', async () => {
    const { port } = await serve((socket) => {
      socket.on('error', () => undefined)
      // Most of the request is left unread, so closing resets the connection.
      socket.once('readable', () => socket.write('refused', () => socket.destroy()))
    })
    const transport = await open('127.0.0.1')
    const stream = await transport.dial({ host: '127.0.0.1', port }, soon)
    expect(await codeOf(stream.write(new Uint8Array(50_000_000)))).toBe('ERR_UNREACHABLE')
    expect(text(await stream.read())).toBe('refused')
    stream.destroy()
  })

  it('are let go of when the peer never ends its side', async () => {
    const { port } = await serve((socket) => {
      opened.push({ close: () => socket.destroy() })
      socket.resume()
    })
    const transport = await open('127.0.0.1')
    const stream = await transport.dial({ host: '127.0.0.1', port }, soon)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      await stream.close()
      await eventually(() => vi.getTimerCount() === 1)
      expect(transport.counters.streamsOpen).toBe(1)
      vi.advanceTimersByTime(1_000)
      await eventually(() => transport.counters.streamsOpen === 0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('read no more than a little ahead of the reader', async () => {
    const transport = await open('127.0.0.1')
    const recorder = new Recorder()
    transport.start(recorder)
    const socket = connect(transport.local.port, '127.0.0.1')
    opened.push({ close: () => socket.destroy() })
    socket.write(new Uint8Array(8_000_000))
    const stream = await recorder.nextStream()
    await eventually(() => socket.bytesWritten > 0)
    const first = await stream.read()
    expect(first?.length).toBeLessThanOrEqual(256 * 1024)
    socket.end()
    expect((first?.length ?? 0) + (await readAll(stream)).length).toBe(8_000_000)
    await stream.close()
  })

  it('that the peer resets before we looked do no harm', async () => {
    const transport = await open('127.0.0.1')
    const recorder = new Recorder()
    transport.start(recorder)
    for (let count = 0; count < 20; count++) {
      const socket = connect(transport.local.port, '127.0.0.1', () => socket.resetAndDestroy())
      await once(socket, 'close')
    }
    const { counters } = transport
    await eventually(() => counters.streamsIn + counters.streamsRefused === 20)
    for (let count = counters.streamsIn; count > 0; count--) (await recorder.nextStream()).destroy()
    await eventually(() => counters.streamsOpen === 0)
  })

  it('are known for their own echo when TCP connects a port to itself', async () => {
    const { local } = await open('127.0.0.1')
    const connectToItself = async (): Promise<Socket> => {
      const proper = connect(local.port, local.host)
      await once(proper, 'connect')
      expect(isConnectedToItself(proper)).toBe(false)
      const { localPort = 0 } = proper
      proper.resetAndDestroy()
      await once(proper, 'close')
      const itself = { host: local.host, port: localPort, localAddress: local.host, localPort }
      const socket = connect(itself)
      await once(socket, 'connect')
      return socket
    }
    // The port was free a moment ago, but another process may have been quicker to take it.
    let echo: Socket | undefined
    for (let attempt = 0; echo === undefined && attempt < 10; attempt++) {
      echo = await connectToItself().catch(() => undefined)
    }
    expect(echo && isConnectedToItself(echo)).toBe(true)
    echo?.destroy()
  })
})
