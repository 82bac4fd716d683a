import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, isIPv6 } from 'node:net'
import { bindSamePort } from '../../src/transport/bind.ts'
import { bytesFromHost } from '../../src/wire/host.ts'

export interface Zone {
  /** Addresses by name. */
  readonly hosts: Readonly<Record<string, readonly string[]>>
  /** SRV records by name: priority, weight, port, target. */
  readonly services?: Readonly<
    Record<string, readonly (readonly [number, number, number, string])[]>
  >
  /** Names that a packet has no room for: the answer is cut off, and only TCP has it whole. */
  readonly large?: readonly string[]
}

const TYPE_A = 1
const TYPE_AAAA = 28
const TYPE_SRV = 33
const TRUNCATED = 0x0200
const NAME_ERROR = 3

/** A name server on a free loopback port, with as much of RFC 1035 as the tests need. */
export async function startNameServer(zone: Zone) {
  const asked: string[] = []
  const respond = (query: Buffer, protocol: 'udp' | 'tcp'): Buffer => {
    const { name, type, end } = readQuestion(query)
    asked.push(`${protocol} ${type} ${name}`)
    const isCut = protocol === 'udp' && (zone.large ?? []).includes(name)
    const answers = isCut ? [] : recordsFor(zone, name, type)
    const isKnown = name in zone.hosts || name in (zone.services ?? {})
    const header = Buffer.alloc(12)
    query.copy(header, 0, 0, 2)
    header.writeUInt16BE(0x8180 | (isCut ? TRUNCATED : 0) | (isKnown ? 0 : NAME_ERROR), 2)
    header.writeUInt16BE(1, 4)
    header.writeUInt16BE(answers.length, 6)
    return Buffer.concat([header, query.subarray(12, end), ...answers])
  }
  const udp = createSocket('udp4')
  udp.on('message', (query, from) => udp.send(respond(query, 'udp'), from.port, from.address))
  const tcp = createServer((socket) => {
    let query = Buffer.alloc(0)
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      query = Buffer.concat([query, chunk])
      while (query.length >= 2 && query.length >= 2 + query.readUInt16BE(0)) {
        const length = query.readUInt16BE(0)
        const response = respond(query.subarray(2, 2 + length), 'tcp')
        const size = Buffer.alloc(2)
        size.writeUInt16BE(response.length)
        socket.write(Buffer.concat([size, response]))
        query = query.subarray(2 + length)
      }
    })
  })
  const [first] = await bindSamePort(
    0,
    async () => {
      await once(tcp.listen(0, '127.0.0.1'), 'listening')
      const address = tcp.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      return { port, close: async () => void tcp.close() }
    },
    async (port) => {
      udp.bind(port, '127.0.0.1')
      await once(udp, 'listening')
      return { port, close: async () => void udp.close() }
    },
  )
  return {
    address: `127.0.0.1:${first.port}`,
    asked,
    close: () => {
      udp.close()
      tcp.close()
    },
  }
}

function readQuestion(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = []
  let at = 12
  for (let length = query[at]; length > 0; length = query[at]) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 }
}

function recordsFor(zone: Zone, name: string, type: number): Buffer[] {
  if (type === TYPE_SRV) {
    return (zone.services?.[name] ?? []).map(([priority, weight, port, target]) => {
      const head = Buffer.alloc(6)
      for (const [index, value] of [priority, weight, port].entries()) {
        head.writeUInt16BE(value, index * 2)
      }
      return record(type, Buffer.concat([head, encodeName(target)]))
    })
  }
  const hosts = (zone.hosts[name] ?? []).filter(
    (host) => type === (isIPv6(host) ? TYPE_AAAA : TYPE_A),
  )
  return hosts.map((host) => record(type, Buffer.from(bytesFromHost(host) ?? [])))
}

/** One answer, about the name in the question. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, 0])
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function encodeName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from([label.length, ...Buffer.from(label)]))
  return Buffer.concat([...labels, Buffer.from([0])])
}
