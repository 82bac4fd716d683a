import { describe, expect, it } from 'vitest'
import type { Memberlist, MemberlistEvent } from '../../src/index.ts'
import { bytes, text } from './bytes.ts'
import { failure } from './errors.ts'
import { addressOf, settle, VirtualCluster, view } from './virtual-cluster.ts'

describe('a cluster', () => {
  it('forms when each member joins one that is in it', async () => {
    await using cluster = new VirtualCluster()
    const lists = await cluster.startAll(['a', 'b', 'c', 'd'])
    for (const list of lists) {
      expect(list.members.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd'])
      expect(list.members.filter(({ local }) => local)).toEqual([list.local])
    }
  })

  it('forms on IPv6 as well', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { at: { host: 'fd00::1', port: 7946 } })
    const b = await cluster.start('b', { at: { host: 'fd00::2', port: 7946 } })
    await cluster.finish(b.join(['[fd00::1]:7946']))
    await cluster.until(() => a.members.length === 2)
    expect(a.member('b')).toMatchObject({ host: 'fd00::2', port: 7946 })
    expect((await cluster.finish(a.ping('b'))).payload).toHaveLength(0)
  })

  it('tells a member that stopped without a word as failed, everywhere', async () => {
    await using cluster = new VirtualCluster()
    const [a, b, c] = await cluster.startAll(['a', 'b', 'c'])
    await c.shutdown()
    await cluster.until(() => view(a).c === 'failed' && view(b).c === 'failed')
    expect(a.members).toHaveLength(2)
  })

  it('does without failure detection where the probe interval is 0', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'], {
      probeIntervalMs: 0,
      reconnectIntervalMs: 0,
    })
    await b.shutdown()
    await cluster.elapse(10_000)
    expect(view(a).b).toBe('alive')
  })

  it('learns by push/pulls alone what either side knows, and then has nothing more to tell', async () => {
    await using cluster = new VirtualCluster()
    const silent = { probeIntervalMs: 0, gossipIntervalMs: 0, reconnectIntervalMs: 0 }
    const passive = { ...silent, pushPullIntervalMs: 0 }
    const a = await cluster.start('a', { ...silent, pushPullIntervalMs: 1_000 })
    const b = await cluster.start('b', passive)
    await cluster.join(a, b)
    // Who joins tells of itself only whom it joins.
    await cluster.join(await cluster.start('with a', passive), a)
    await cluster.join(await cluster.start('with b', passive), b)
    expect([a.members.length, b.members.length]).toEqual([3, 3])
    await cluster.until(() => cluster.members.every(({ members }) => members.length === 4))
    const spent = a.stats().streams
    await cluster.elapse(20_000)
    const { streams } = a.stats()
    expect(streams.opened - spent.opened).toBe(20)
    expect((streams.bytesSent - spent.bytesSent) / 20).toBeLessThan(100)
    expect((streams.bytesReceived - spent.bytesReceived) / 20).toBeLessThan(100)
  })

  it('finds together by itself when a partition heals, also long after', async () => {
    await using cluster = new VirtualCluster()
    const lists = await cluster.startAll(['a', 'b', 'c', 'd'])
    const [a, b, c, d] = lists
    cluster.network.partition([a.local, b.local], [c.local, d.local])
    await cluster.until(() => lists.every((list) => list.members.length === 2))
    await cluster.elapse(60_000)
    cluster.network.heal()
    await cluster.until(() => lists.every((list) => list.members.length === 4), 20_000)
  })

  it('does not heal by itself where reconnecting is turned off, as in Go', async () => {
    await using cluster = new VirtualCluster()
    const off = { reconnectIntervalMs: 0, gossipToTheDeadMs: 0 }
    const [a, b] = await cluster.startAll(['a', 'b'], off)
    cluster.network.partition([a.local], [b.local])
    await cluster.until(() => a.members.length === 1 && b.members.length === 1)
    cluster.network.heal()
    await cluster.elapse(60_000)
    expect([a.members.length, b.members.length]).toEqual([1, 1])
  })

  it('finds a seed again that came back under another address of the same name', async () => {
    await using cluster = new VirtualCluster()
    let seed = '10.0.0.1'
    const resolver = { addresses: async () => [seed], services: async () => [] }
    const a = await cluster.start('a')
    const b = await cluster.start('b', { resolver })
    await cluster.finish(b.join(['seed.example']))
    await a.shutdown()
    await cluster.until(() => b.members.length === 1)
    seed = '10.0.0.99'
    await cluster.start('a2', { at: { host: seed, port: 7946 } })
    await cluster.until(() => b.members.length === 2, 20_000)
    expect(b.members.map(({ name }) => name)).toEqual(['a2', 'b'])
  })
})

describe('a restarted member', () => {
  it('is believed at once, under the same name and address', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const at = { host: b.local.host, port: b.local.port }
    for (const _ of [1, 2, 3]) await cluster.finish(b.updateMeta(bytes('higher')))
    await b.shutdown()
    await cluster.until(() => view(a).b === 'failed')
    await cluster.elapse(1_000)
    const again = await cluster.start('b', { at, meta: bytes('new life') })
    await cluster.join(again, a)
    await cluster.until(() => text(a.member('b')?.meta ?? bytes('')) === 'new life', 200)
    expect(view(a)).toEqual({ a: 'alive', b: 'alive' })
  })

  it('is believed when all of them were restarted at once', async () => {
    await using cluster = new VirtualCluster()
    const names = ['a', 'b', 'c', 'd']
    const lists = await cluster.startAll(names)
    const places = lists.map(({ local }) => ({ host: local.host, port: local.port }))
    for (const list of lists) await list.shutdown()
    await cluster.elapse(1_000)
    const again: Memberlist[] = []
    for (const [index, name] of names.entries()) {
      again.push(await cluster.start(name, { at: places[index] }))
    }
    for (const list of again.slice(1)) await cluster.join(list, again[0])
    await cluster.until(() => again.every((list) => list.members.length === 4), 2_000)
    for (const list of again) expect(list.stats().members.failed).toBe(0)
  })

  it('may come back at another address after it left, but not while it is thought alive', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const conflicts: MemberlistEvent[] = []
    a.on('conflict', (event) => conflicts.push(event))
    const other = await cluster.start('b')
    await cluster.finish(other.join([addressOf(a)]).catch(() => undefined))
    await cluster.until(() => conflicts.length > 0)
    expect(conflicts[0]).toMatchObject({
      existing: { name: 'b', host: b.local.host },
      other: { name: 'b', host: other.local.host },
    })
    expect(a.member('b')?.host).toBe(b.local.host)
    expect(a.stats().rejected['name-conflict']).toBeGreaterThan(0)
    await other.shutdown()
    await cluster.finish(b.leave())
    await cluster.until(() => view(a).b === 'left')
    await b.shutdown()
    await cluster.elapse(1_000)
    const moved = await cluster.start('b')
    await cluster.join(moved, a)
    await cluster.until(() => a.member('b')?.host === moved.local.host, 1_000)
  })

  it('may come back at another address after it failed, where that is allowed', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'], { deadNodeReclaimMs: 60_000 })
    await b.shutdown()
    await cluster.until(() => view(a).b === 'failed')
    await cluster.elapse(1_000)
    const moved = await cluster.start('b', { deadNodeReclaimMs: 60_000 })
    await cluster.finish(moved.join([addressOf(a)]).catch(() => undefined))
    await cluster.until(() => a.member('b')?.host === moved.local.host, 5_000)
    expect(view(a).b).toBe('alive')
  })
})

describe('new metadata', () => {
  it('is told to all, and the call waits for that', async () => {
    await using cluster = new VirtualCluster()
    const lists = await cluster.startAll(['a', 'b', 'c'])
    const { incarnation } = lists[1].local
    await cluster.finish(lists[1].updateMeta(bytes('role=db')))
    await cluster.until(() =>
      lists.every((list) => text(list.member('b')?.meta ?? bytes('')) === 'role=db'),
    )
    expect(lists[1].local.incarnation).toBeGreaterThan(incarnation)
  })

  it('holds at once for a member that is alone', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    await a.updateMeta(bytes('alone'))
    expect(text(a.local.meta)).toBe('alone')
  })

  it('is refused over 512 bytes, and the former is kept', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'], { meta: bytes('former') })
    const error = await failure('ERR_TOO_LARGE', () => a.updateMeta(new Uint8Array(513)))
    expect(error.data).toEqual({ bytes: 513, limit: 512 })
    expect(text(a.local.meta)).toBe('former')
    await a.updateMeta(new Uint8Array(512))
    expect(a.local.meta).toHaveLength(512)
  })

  it('holds also where it could not be told to all in time', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], { gossipIntervalMs: 0, probeIntervalMs: 0 })
    const told = a.updateMeta(bytes('slow'), { timeoutMs: 100 })
    await failure('ERR_TIMEOUT', cluster.finish(told))
    expect(text(a.local.meta)).toBe('slow')
    await failure('ERR_CONFIG', () => a.updateMeta(bytes(''), { timeoutMs: -1 }))
  })

  it('is no longer waited for once the signal fires, and goes on being told', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], { gossipIntervalMs: 0, probeIntervalMs: 0 })
    const stop = new AbortController()
    const told = failure('ERR_ABORTED', a.updateMeta(bytes('slow'), { signal: stop.signal }))
    stop.abort()
    await told
    expect(text(a.local.meta)).toBe('slow')
    expect(a.stats().queue.membership).toBeGreaterThan(0)
    await failure('ERR_ABORTED', () => a.updateMeta(bytes('no'), { signal: stop.signal }))
    expect(text(a.local.meta)).toBe('slow')
  })

  it('is refused from one that has left or was shut down, also while it waits', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const waiting = failure('ERR_CLOSED', a.updateMeta(bytes('1')))
    await a.shutdown()
    await waiting
    await failure('ERR_CLOSED', () => a.updateMeta(bytes('2')))
    await cluster.finish(b.leave())
    await failure('ERR_CLOSED', () => b.updateMeta(bytes('3')))
  })
})

describe('leaving', () => {
  it('is told to all, and nobody takes it for a failure', async () => {
    await using cluster = new VirtualCluster()
    const [a, b, c] = await cluster.startAll(['a', 'b', 'c'])
    const events: string[] = []
    for (const list of [a, b]) list.on('event', ({ type }) => events.push(type))
    await cluster.finish(c.leave())
    await c.shutdown()
    await cluster.elapse(3_000)
    expect(events).toEqual(['leave', 'leave'])
    expect([view(a).c, view(b).c]).toEqual(['left', 'left'])
  })

  it('is done once, however often it is asked for, and the member runs on until shutdown', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const seen: string[] = []
    b.on('message', (event) => seen.push(text(event.bytes)))
    await cluster.finish(Promise.all([a.leave(), a.leave()]))
    await cluster.finish(a.leave())
    expect(a.local.state).toBe('left')
    await a.send('b', bytes('still here'))
    await settle()
    expect(seen).toEqual(['still here'])
    expect(b.stats().protocol.deadMessages).toBe(1)
  })

  it('does not wait to be heard by others that leave, too', async () => {
    await using cluster = new VirtualCluster()
    const lists = await cluster.startAll(['a', 'b', 'c'])
    await cluster.finish(Promise.all(lists.map((list) => list.leave())))
    expect(lists.map((list) => list.local.state)).toEqual(['left', 'left', 'left'])
  })

  it('takes no time where nobody else is there', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    await a.leave({ timeoutMs: 0 })
    expect(a.local.state).toBe('left')
  })

  it('fails when it could not be told in time, and has left all the same', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], { gossipIntervalMs: 0, probeIntervalMs: 0 })
    const error = await failure('ERR_TIMEOUT', cluster.finish(a.leave({ timeoutMs: 50 })))
    expect(error.data).toEqual({ timeoutMs: 50 })
    expect(a.local.state).toBe('left')
  })

  it('is no longer waited for once the signal fires, and has happened all the same', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    await failure('ERR_ABORTED', () => a.leave({ signal: AbortSignal.abort() }))
    expect(a.local.state).toBe('alive')
    const stop = new AbortController()
    const leaving = failure('ERR_ABORTED', a.leave({ signal: stop.signal }))
    stop.abort()
    await leaving
    expect(a.local.state).toBe('left')
    await cluster.finish(a.leave())
    expect(view(b).a).toBe('left')
  })

  it('waits for members that are only suspected', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    cluster.network.partition([a.local], [b.local])
    await cluster.until(() => view(a).b === 'suspect')
    cluster.network.heal()
    await cluster.finish(a.leave())
    await cluster.until(() => view(b).a === 'left', 100)
  })

  it('is refused with a time-out that is none, and after shutdown', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    await failure('ERR_CONFIG', () => a.leave({ timeoutMs: 1.5 }))
    expect(a.local.state).toBe('alive')
    await a.shutdown()
    await failure('ERR_CLOSED', () => a.leave())
  })
})

describe('shutdown', () => {
  it('is done once, and releases the network', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const { host, port } = a.bound
    await Promise.all([a.shutdown(), a.shutdown(), a[Symbol.asyncDispose]()])
    expect(cluster.network.at(host, port)).toBeUndefined()
  })

  it('ends everything that waits', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], { gossipIntervalMs: 0, probeIntervalMs: 0 })
    const waiting = [a.updateMeta(bytes('x')), a.leave(), a.ping('b')]
    const failed = waiting.map((promise) => failure('ERR_CLOSED', promise))
    await a.shutdown()
    await Promise.all(failed)
  })

  it('is the last that is heard of a member', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    let events = 0
    a.on('event', () => events++)
    void b.sendReliable('a', new Uint8Array(1_000_000)).catch(() => undefined)
    await cluster.elapse(10)
    await a.shutdown()
    const before = events
    await b.send({ host: '10.0.0.1', port: 7946 }, bytes('anybody there'))
    await cluster.elapse(5_000)
    expect(events).toBe(before)
  })
})
