import { networkInterfaces } from 'node:os'
import { afterEach, describe, expect, it } from 'vitest'
import {
  Memberlist,
  type MemberlistEvent,
  type MemberlistOptions,
  UdpTcpTransport,
} from '../../src/index.ts'
import { bytes, noise, text } from './bytes.ts'
import { quick } from './quick.ts'

const started: Memberlist[] = []

afterEach(async () => {
  await Promise.all(started.splice(0).map((list) => list.shutdown()))
})

async function start(name: string, options: MemberlistOptions = {}): Promise<Memberlist> {
  const bind = { host: '127.0.0.1', port: 0 }
  const list = await Memberlist.create({
    name,
    ...quick,
    ...(options.transport ? {} : { bind }),
    ...options,
  })
  started.push(list)
  return list
}

/** Members that know each other, the first of them the seed. */
async function cluster(
  names: readonly string[],
  options: MemberlistOptions = {},
): Promise<Memberlist[]> {
  const lists: Memberlist[] = []
  for (const name of names) {
    const list = await start(name, options)
    const [seed] = lists
    if (seed !== undefined) await list.join([addressOf(seed)])
    lists.push(list)
  }
  await Promise.all(lists.map((list) => until(list, () => list.members.length === names.length)))
  return lists
}

function addressOf({ bound }: Memberlist): string {
  return bound.host.includes(':') ? `[${bound.host}]:${bound.port}` : `${bound.host}:${bound.port}`
}

/** Waits for events of this member until it holds. */
async function until(list: Memberlist, holds: (event?: MemberlistEvent) => boolean): Promise<void> {
  if (holds()) return
  for await (const event of list.events()) if (holds(event)) return
  throw new Error(`${list.local.name} was shut down before it came about`)
}

const hasIPv6 = Object.values(networkInterfaces()).some((each) =>
  each?.some(({ address }) => address === '::1'),
)

describe.each([
  ['in the clear', {}],
  ['encrypted, with a label', { secretKey: noise(32), label: 'blue' }],
  ['uncompressed', { enableCompression: false }],
] as const)('on real sockets, %s', (_what, options) => {
  it('a cluster forms, talks in packets and streams, and tells a crash from a leave', async () => {
    const [a, b, c] = await cluster(['a', 'b', 'c'], options)
    const heard: string[] = []
    a.on('message', (event) =>
      heard.push(`${text(event.bytes.slice(0, 5))} ${event.bytes.length} ${event.via}`),
    )
    const large = noise(5_000_000)
    large.set(bytes('large'))
    const all = until(a, () => new Set(heard).size === 2)
    b.broadcast(bytes('small'))
    await c.send('a', bytes('small'))
    await c.send('a', large)
    await all
    expect(new Set(heard)).toEqual(new Set(['small 5 packet', 'large 5000000 stream']))
    expect((await b.ping('c')).roundTripMs).toBeGreaterThan(0)

    const gone: string[] = []
    a.on('leave', ({ member }) => gone.push(`${member.name} left`))
    a.on('fail', ({ member }) => gone.push(`${member.name} failed`))
    const both = until(a, () => gone.length === 2)
    await b.leave()
    await b.shutdown()
    await c.shutdown()
    await both
    expect(gone.sort()).toEqual(['b left', 'c failed'])
    // An ack that comes too late on a busy machine is nothing wrong.
    const { 'unexpected-ack': _, ...rejected } = a.stats().rejected
    expect(Object.values(rejected).every((count) => count === 0)).toBe(true)
  })
})

describe('on real sockets', () => {
  it.runIf(hasIPv6)('members on IPv6 form a cluster', async () => {
    const [a, b] = await cluster(['a', 'b'], { bind: { host: '::1', port: 0 } })
    expect(a.member('b')).toMatchObject({ host: '::1', port: b.bound.port })
    expect((await a.ping('b')).roundTripMs).toBeGreaterThan(0)
  })

  it.runIf(hasIPv6)('a member bound to :: is reached by IPv4, too', async () => {
    const advertise = { host: '127.0.0.1' }
    const a = await start('a', { bind: { host: '::', port: 0 }, advertise })
    const b = await start('b')
    await b.join([`127.0.0.1:${a.bound.port}`])
    await until(a, () => a.members.length === 2)
    expect((await b.ping('a')).roundTripMs).toBeGreaterThan(0)
    expect((await a.ping('b')).roundTripMs).toBeGreaterThan(0)
  })

  it('names with several addresses are joined at all of them', async () => {
    const a = await start('a')
    const resolver = {
      addresses: async () => ['127.0.0.2', '127.0.0.1'],
      services: async () => [],
    }
    const b = await start('b', { resolver })
    const { outcomes } = await b.join([`seeds.example:${a.bound.port}`])
    expect(outcomes.map(({ resolved, error }) => [resolved?.host, error?.code])).toEqual([
      ['127.0.0.2', 'ERR_UNREACHABLE'],
      ['127.0.0.1', undefined],
    ])
  })

  it('localhost resolves by the system', async () => {
    const a = await start('a')
    const b = await start('b')
    expect((await b.join([`localhost:${a.bound.port}`])).joined).toBe(1)
  })

  it('a member whose UDP is blocked is still told as alive, and named', async () => {
    const [a] = await cluster(['a'])
    const transport = await UdpTcpTransport.open({ host: '127.0.0.1', port: 0 })
    transport.sendPacket = () => true
    const mute = await start('mute', { transport })
    const warned = until(a, (event) => event?.type === 'warning' && event.code === 'udp-blocked')
    await mute.join([addressOf(a)])
    await warned
    expect(a.member('mute')?.state).toBe('alive')
  })

  it('a member is found under its old port by the same name after a restart', async () => {
    const [a, b] = await cluster(['a', 'b'])
    const { bound } = b
    const seen = until(a, (event) => event?.type === 'fail')
    await b.shutdown()
    await seen
    const back = until(a, () => a.member('b')?.state === 'alive')
    const again = await start('b', { bind: bound })
    await again.join([addressOf(a)])
    await back
    expect(again.members).toHaveLength(2)
  })
})
