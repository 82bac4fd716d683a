import { afterEach, describe, expect, it } from 'vitest'
import { resolveJoinAddress } from '../../src/transport/resolve.ts'
import { systemResolver } from '../../src/transport/system-resolver.ts'
import { startNameServer, type Zone } from './dns-server.ts'
import { codeOf } from './recorder.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function create(zone: Zone, lookup?: (name: string) => Promise<string[]>) {
  const server = await startNameServer(zone)
  closing.push(server.close)
  const resolver = systemResolver({
    servers: [server.address],
    timeoutMs: 1_000,
    tries: 1,
    ...(lookup === undefined ? {} : { lookup }),
  })
  const resolve = (text: string, signal?: AbortSignal) =>
    resolveJoinAddress(text, { defaultPort: 7946, resolver, signal })
  return { server, resolve }
}

describe('the resolver of this machine', () => {
  it('has the IPv4 and the IPv6 addresses of a name', async () => {
    const { resolve } = await create({
      hosts: { 'db.example': ['10.0.0.1', '10.0.0.2', 'fd00::1'] },
    })
    expect((await resolve('db.example')).endpoints).toEqual([
      { host: '10.0.0.1', port: 7946 },
      { host: '10.0.0.2', port: 7946 },
      { host: 'fd00::1', port: 7946 },
    ])
  })

  it.each([
    ['IPv4', '10.0.0.1'],
    ['IPv6', 'fd00::1'],
  ])('has the addresses of a name with %s alone', async (_family, host) => {
    const { resolve } = await create({ hosts: { 'db.example': [host] } })
    expect((await resolve('db.example:80')).endpoints).toEqual([{ host, port: 80 }])
  })

  it('asks over TCP for an answer that fits no packet', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `10.0.${index >> 8}.${index & 255}`)
    const { server, resolve } = await create({
      hosts: { 'many.example': many },
      large: ['many.example'],
    })
    const { endpoints } = await resolve('many.example')
    expect(endpoints.map(({ host }) => host)).toEqual(many)
    expect(server.asked).toContain('tcp 1 many.example')
  })

  it('follows the SRV records of a service', async () => {
    const { resolve } = await create({
      hosts: { 'a.example': ['10.0.0.1'], 'b.example': ['10.0.0.2', 'fd00::2'] },
      services: {
        '_gossip._tcp.example': [
          [20, 0, 82, 'b.example'],
          [10, 0, 81, 'a.example'],
        ],
      },
    })
    expect(await resolve('db-1/_gossip._tcp.example')).toEqual({
      name: 'db-1',
      endpoints: [
        { host: '10.0.0.1', port: 81 },
        { host: '10.0.0.2', port: 82 },
        { host: 'fd00::2', port: 82 },
      ],
    })
  })

  it('asks the name server anew each time', async () => {
    const { server, resolve } = await create({ hosts: { 'db.example': ['10.0.0.1'] } })
    await resolve('db.example')
    const before = server.asked.length
    await resolve('db.example')
    expect(server.asked.length).toBe(before * 2)
  })

  it('leaves names without a dot to the system', async () => {
    const { server, resolve } = await create({ hosts: {} })
    const { endpoints } = await resolve('localhost')
    expect(endpoints.map(({ host }) => host)).toContain('127.0.0.1')
    expect(server.asked).toEqual([])
  })

  it('asks the system for a name with a dot that the name server does not know', async () => {
    const { server, resolve } = await create({ hosts: {} }, () => Promise.resolve(['10.9.9.9']))
    expect((await resolve('db.cluster')).endpoints).toEqual([{ host: '10.9.9.9', port: 7946 }])
    expect(server.asked.sort()).toEqual(['udp 1 db.cluster', 'udp 28 db.cluster'])
  })

  it('does not ask the system for a name that the name server knows', async () => {
    const { resolve } = await create({ hosts: { 'db.example': ['10.0.0.1'] } }, () =>
      Promise.resolve(['10.9.9.9']),
    )
    expect((await resolve('db.example')).endpoints).toEqual([{ host: '10.0.0.1', port: 7946 }])
  })

  it('names the reason when nobody knows the service', async () => {
    const { resolve } = await create({ hosts: {} })
    await expect(resolve('_gossip._tcp.example')).rejects.toMatchObject({
      code: 'ERR_ADDRESS',
      data: { reason: 'ENOTFOUND' },
    })
  })

  it('gives up a question when the signal fires', async () => {
    const { resolve } = await create({ hosts: {} })
    const controller = new AbortController()
    const resolving = codeOf(resolve('_gossip._tcp.example', controller.signal))
    controller.abort()
    expect(await resolving).toBe('ERR_ABORTED')
  })
})
