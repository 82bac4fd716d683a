import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, expect, it } from 'vitest'
import { channels } from '../../src/index.ts'
import { bytes } from './bytes.ts'
import { failure } from './errors.ts'
import { settle, VirtualCluster } from './virtual-cluster.ts'

/** What is published on a channel while the test runs. */
async function published(
  name: keyof typeof channels,
  run: () => Promise<void>,
): Promise<Record<string, unknown>[]> {
  const messages: Record<string, unknown>[] = []
  const listen = (message: unknown): void => {
    messages.push(message as Record<string, unknown>)
  }
  subscribe(channels[name].name, listen)
  try {
    await run()
  } finally {
    unsubscribe(channels[name].name, listen)
  }
  return messages
}

describe('the diagnostics channels', () => {
  it('have the names that are declared', () => {
    expect(Object.values(channels).map(({ name }) => name)).toEqual([
      'hearsay:memberlist:event',
      'hearsay:memberlist:rejected',
      'hearsay:memberlist:packet.in',
      'hearsay:memberlist:packet.out',
      'hearsay:memberlist:probe',
      'hearsay:memberlist:exchange',
    ])
  })

  it('tell every event of every member, also where nobody listens to that member', async () => {
    await using cluster = new VirtualCluster()
    const messages = await published('event', async () => {
      await cluster.startAll(['a', 'b'])
      await settle()
    })
    const joins = messages.filter(({ event }) => (event as { type: string }).type === 'join')
    expect(joins).toHaveLength(2)
    expect(joins).toContainEqual({
      member: 'a',
      event: expect.objectContaining({
        member: expect.objectContaining({ name: 'b' }) as object,
      }) as object,
    })
  })

  it('tell each packet, out and in, with its bytes and the other side', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], { probeIntervalMs: 0, gossipIntervalMs: 0 })
    const packet = Uint8Array.from([8, ...bytes('hi')])
    const send = async (): Promise<void> => {
      await a.send('b', bytes('hi'))
      await settle()
    }
    const [out] = await published('packetOut', send)
    const [into] = await published('packetIn', send)
    expect(out).toMatchObject({ member: 'a', host: '10.0.0.2', port: 7946, kind: 'gossip' })
    expect(into).toEqual({ member: 'b', bytes: out.bytes, host: '10.0.0.1', port: 7946 })
    expect((out.bytes as Uint8Array).slice(-packet.length)).toEqual(packet)
  })

  it('tell what a packet is for, and how many messages are in it', async () => {
    await using cluster = new VirtualCluster()
    const off = { probeIntervalMs: 0, gossipIntervalMs: 0, pushPullIntervalMs: 0 }
    const [a] = await cluster.startAll(['a', 'b'], off)
    const messages = await published('packetOut', async () => {
      a.broadcast(bytes('one'))
      a.broadcast(bytes('two'))
      await cluster.finish(a.ping('b'))
    })
    expect(messages.map(({ member, kind }) => [member, kind])).toEqual([
      ['a', 'ping'],
      ['b', 'ack'],
    ])
    expect(messages[0].messages).toBeGreaterThanOrEqual(3)
    expect(messages[1].messages).toBeGreaterThanOrEqual(1)
  })

  it('tell the ack of each probe, with its round trip', async () => {
    await using cluster = new VirtualCluster()
    await cluster.startAll(['a', 'b'])
    const messages = await published('probe', () => cluster.elapse(2_500))
    const mine = messages.filter(({ member }) => member === 'a')
    expect(mine.length).toBeGreaterThanOrEqual(2)
    for (const probe of mine) {
      expect(probe).toEqual({ member: 'a', to: 'b', roundTripMs: expect.any(Number) as number })
    }
  })

  it('tell each refusal with its reason', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const evil = await cluster.network.transport({ host: '10.6.6.6', port: 666 })
    const messages = await published('rejected', async () => {
      evil.sendPacket(Uint8Array.of(99), a.local.host, a.local.port)
      await settle()
    })
    expect(messages).toEqual([{ member: 'a', reason: 'unknown-type', host: '10.6.6.6', port: 666 }])
    await evil.close()
  })

  it('tell each stream that we open: its kind, how long it took, and how it failed', async () => {
    await using cluster = new VirtualCluster()
    const off = { pushPullIntervalMs: 0, reconnectIntervalMs: 0 }
    const a = await cluster.start('a', off)
    const b = await cluster.start('b', off)
    const messages = await published('exchange', async () => {
      await cluster.join(b, a)
      await cluster.finish(b.sendReliable('a', bytes('x')))
      await failure('ERR_JOIN', cluster.finish(b.join(['10.0.0.9'])))
      cluster.network.packetFate = () => 'lost'
      await cluster.until(() => b.stats().protocol.streamPings > 0)
      await cluster.elapse(100)
    })
    const mine = messages.filter(({ member }) => member === 'b')
    expect(mine.map(({ kind, role, host }) => [kind, role, host])).toEqual([
      ['push-pull', 'request', '10.0.0.1'],
      ['user', 'request', '10.0.0.1'],
      ['push-pull', 'request', '10.0.0.9'],
      ['ping', 'request', '10.0.0.1'],
    ])
    expect(mine.map(({ error }) => (error as { code: string } | undefined)?.code)).toEqual([
      undefined,
      undefined,
      'ERR_UNREACHABLE',
      undefined,
    ])
    for (const { durationMs } of mine) expect(durationMs).toBeGreaterThanOrEqual(0)
  })
})

describe('statistics', () => {
  it('are plain numbers, a copy that does not change, and JSON as they stand', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const before = a.stats()
    const text = JSON.stringify(before)
    expect(JSON.parse(text)).toEqual(before)
    await b.send('a', bytes('x'))
    await b.shutdown()
    await cluster.until(() => a.stats().members.failed === 1)
    expect(JSON.stringify(before)).toBe(text)
    expect(a.stats()).toMatchObject({
      members: { alive: 1, suspect: 0, failed: 1, left: 0 },
      queue: { user: 0, userBytes: 0, shed: 0 },
    })
    const { protocol, transport } = a.stats()
    expect(protocol.userMessages).toBe(1)
    expect(protocol.probesFailed).toBeGreaterThan(0)
    expect(protocol.deadMessages).toBe(1)
    expect(transport.packetsIn).toBe(protocol.packetsReceived)
  })
})
