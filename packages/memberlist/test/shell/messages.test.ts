import { setMaxListeners } from 'node:events'
import { describe, expect, it } from 'vitest'
import { limits, type Memberlist } from '../../src/index.ts'
import { Recorder } from '../transport/recorder.ts'
import { bytes, noise, text } from './bytes.ts'
import { failure } from './errors.ts'
import { settle, VirtualCluster } from './virtual-cluster.ts'

interface Received {
  readonly word: string
  readonly length: number
  readonly via: string
  readonly from: string
}

/** What a member is sent from now on. */
function inbox(list: Memberlist): Received[] {
  const received: Received[] = []
  list.on('message', ({ bytes: payload, via, host }) => {
    received.push({ word: text(payload.slice(0, 8)), length: payload.length, via, from: host })
  })
  return received
}

describe('a broadcast', () => {
  it('reaches all where one round of gossip does, and tells when it was sent often enough', async () => {
    await using cluster = new VirtualCluster()
    const lists = await cluster.startAll(['a', 'b', 'c', 'd'], { probeIntervalMs: 0 })
    const inboxes = lists.map(inbox)
    const { finished } = lists[0].broadcast(bytes('hello'))
    expect(await cluster.finish(finished)).toBe('sent')
    await cluster.elapse(100)
    expect(inboxes[0]).toEqual([])
    for (const received of inboxes.slice(1)) {
      expect(received[0]).toEqual({ word: 'hello', length: 5, via: 'packet', from: '10.0.0.1' })
    }
  })

  it('is sent a number of times, by its origin alone: receivers do not pass it on', async () => {
    await using cluster = new VirtualCluster()
    const names = Array.from({ length: 9 }, (_, index) => `member-${index}`)
    const lists = await cluster.startAll(names)
    const inboxes = lists.map(inbox)
    await cluster.finish(lists[0].broadcast(bytes('hello')).finished)
    await cluster.elapse(1_000)
    const copies = inboxes.map((received) => received.length).reduce((sum, count) => sum + count)
    expect(copies).toBe(lists[0].settings.retransmitMultiplier)
  })

  it('that is shed by a full queue is warned of once in an interval, with how many there were', async () => {
    await using cluster = new VirtualCluster()
    const queueCheckIntervalMs = 5_000
    const [a] = await cluster.startAll(['a', 'b'], {
      maxQueuedBroadcasts: 16,
      gossipIntervalMs: 0,
      probeIntervalMs: 0,
      queueCheckIntervalMs,
    })
    const warnings: string[] = []
    a.on('warning', ({ code, text: warning }) => {
      if (code === 'overload') warnings.push(warning)
    })
    const outcomes: string[] = []
    for (let index = 0; index < 20; index++) {
      void a.broadcast(bytes(`${index}`)).finished.then((outcome) => outcomes.push(outcome))
    }
    await settle()
    expect(outcomes).toEqual(['shed', 'shed', 'shed', 'shed'])
    expect(warnings).toEqual([
      'The queue of broadcasts is full: 1 of the oldest were dropped. Broadcast less, ' +
        'or raise maxQueuedBroadcasts (16) and maxQueuedBytes (16777216).',
    ])
    await cluster.elapse(queueCheckIntervalMs)
    a.broadcast(bytes('one more'))
    await settle()
    expect(warnings[1]).toContain('4 of the oldest were dropped')
    expect(a.stats().queue.shed).toBe(5)
  })

  it('is replaced by a newer one of the same name', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const received = inbox(b)
    const old = a.broadcast(bytes('old'), { name: 'config' })
    const other = a.broadcast(bytes('other'), { name: 'motd' })
    const newer = a.broadcast(bytes('new'), { name: 'config' })
    expect(await old.finished).toBe('replaced')
    expect(await cluster.finish(newer.finished)).toBe('sent')
    expect(await cluster.finish(other.finished)).toBe('sent')
    await settle()
    expect(new Set(received.map(({ word }) => word))).toEqual(new Set(['new', 'other']))
  })

  it('is shed as the oldest when too many wait, and counted', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], { maxQueuedBroadcasts: 16 })
    const first = a.broadcast(bytes('first'))
    for (let index = 0; index < 16; index++) a.broadcast(bytes(`later ${index}`))
    expect(await first.finished).toBe('shed')
    expect(a.stats().queue).toMatchObject({ user: 16, shed: 1 })
  })

  it('is shed when the member is shut down', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const { finished } = a.broadcast(bytes('too late'))
    await a.shutdown()
    expect(await finished).toBe('shed')
  })

  it('has room for a whole packet and not a byte more', async () => {
    await using cluster = new VirtualCluster()
    for (const secretKey of [undefined, new Uint8Array(32)]) {
      const key = secretKey && { secretKey }
      const names = secretKey ? ['a', 'b'] : ['c', 'd']
      const [a, b] = await cluster.startAll(names, { label: 'blue', ...key })
      const received = inbox(b)
      let largest = 0
      cluster.network.packetFate = (from, _to, packet) => {
        if (from.host === a.local.host) largest = Math.max(largest, packet.length)
        return 0
      }
      await cluster.finish(a.broadcast(noise(a.packetBudget)).finished)
      await settle()
      expect(received[0]).toMatchObject({ length: a.packetBudget, via: 'packet' })
      expect(largest).toBe(a.settings.udpBufferSize)
      const error = await failure('ERR_TOO_LARGE', () => a.broadcast(noise(a.packetBudget + 1)))
      expect(error.data).toEqual({ bytes: a.packetBudget + 1, limit: a.packetBudget })
    }
  })

  it('may be written over by the caller at once', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const received = inbox(b)
    const payload = bytes('intact')
    const { finished } = a.broadcast(payload)
    payload.fill(0)
    await cluster.finish(finished)
    await settle()
    expect(received[0].word).toBe('intact')
  })
})

describe('a message to one member', () => {
  it('goes by packet to a member, its name, or an address', async () => {
    await using cluster = new VirtualCluster()
    const quiet = { pushPullIntervalMs: 0, reconnectIntervalMs: 0 }
    const [a, b, c] = await cluster.startAll(['a', 'b', 'c'], quiet)
    const received = inbox(b)
    const elsewhere = inbox(c)
    const member = a.member('b')
    if (member === undefined) throw new Error('b is not known')
    await a.send(member, bytes('one'))
    await a.send('b', bytes('two'))
    await a.send({ host: b.local.host, port: b.local.port }, bytes('three'))
    await settle()
    expect(received.map(({ word, via }) => `${word} ${via}`)).toEqual([
      'one packet',
      'two packet',
      'three packet',
    ])
    expect(elsewhere).toEqual([])
    expect(a.stats().streams.opened).toBe(0)
  })

  it('goes by stream as soon as it fits no packet', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'], { secretKey: new Uint8Array(16) })
    const received = inbox(b)
    await cluster.finish(a.send('b', noise(a.packetBudget)))
    await cluster.finish(a.send('b', noise(a.packetBudget + 1)))
    await cluster.finish(a.send('b', noise(5_000_000)))
    await cluster.until(() => received.length === 3)
    expect(received.map(({ length, via }) => [length, via])).toEqual([
      [a.packetBudget, 'packet'],
      [a.packetBudget + 1, 'stream'],
      [5_000_000, 'stream'],
    ])
  })

  it('goes to oneself, too', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const received = inbox(a)
    await a.send('a', bytes('packet'))
    await cluster.finish(a.sendReliable('a', bytes('stream')))
    await settle()
    expect(received.map(({ word }) => word).sort()).toEqual(['packet', 'stream'])
  })

  it('may be up to the limit by stream', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'], { enableCompression: false })
    const received = inbox(b)
    const most = new Uint8Array(limits.userMessageBytes)
    await cluster.finish(a.sendReliable('b', most))
    await cluster.until(() => received.length > 0)
    expect(received[0].length).toBe(limits.userMessageBytes)
    const more = new Uint8Array(limits.userMessageBytes + 1)
    const error = await failure('ERR_TOO_LARGE', () => a.sendReliable('b', more))
    expect(error.data).toEqual({ bytes: more.length, limit: limits.userMessageBytes })
  })

  it('is refused while as many as may be are under way', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    const to = { host: '10.0.0.99', port: 7946 }
    const stop = new AbortController()
    setMaxListeners(0, stop.signal)
    cluster.network.partition([to], [a.local])
    const sending = Array.from({ length: limits.userStreams }, () =>
      a.sendReliable(to, bytes('?'), { signal: stop.signal }).catch(() => 'ended'),
    )
    await failure('ERR_OVERLOAD', () => a.sendReliable(to, bytes('?')))
    stop.abort()
    expect(new Set(await cluster.finish(Promise.all(sending)))).toEqual(new Set(['ended']))
    await a.sendReliable('a', bytes('again'))
  })

  it('is refused for a name that nobody has', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    for (const act of [() => a.send('x', bytes('?')), () => a.sendReliable('x', bytes('?'))]) {
      const error = await failure('ERR_UNKNOWN_MEMBER', act)
      expect(error.message).toBe('No member named "x" is known.')
      expect(error.data).toEqual({ name: 'x' })
    }
  })

  it('is refused for a bare address where names are required', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { requireNodeNames: true })
    const to = { host: '10.0.0.9', port: 1 }
    await failure('ERR_ADDRESS', () => a.send(to, bytes('?')))
    await failure('ERR_ADDRESS', () => a.sendReliable(to, bytes('?')))
    await a.send('a', bytes('fine'))
  })

  it('fails where it is known at once that there is no way', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const error = await failure('ERR_UNREACHABLE', () =>
      a.send({ host: '::1', port: 1 }, bytes('?')),
    )
    expect(error.data).toEqual({ host: '::1', port: 1 })
  })

  it('fails by stream where nobody listens, or nobody answers in time', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { tcpTimeoutMs: 500 })
    const to = { host: '10.0.0.9', port: 7946 }
    await failure('ERR_UNREACHABLE', cluster.finish(a.sendReliable(to, bytes('?'))))
    cluster.network.partition([to], [a.local])
    await failure('ERR_TIMEOUT', cluster.finish(a.sendReliable(to, bytes('?'))))
  })

  it('is given up at once when the signal fires, while dialling or while writing', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'], { enableCompression: false })
    const silent = await cluster.network.transport({ host: '10.0.0.9', port: 7946 })
    silent.start(new Recorder())
    for (const cut of [true, false]) {
      if (cut) cluster.network.partition([silent.local], [a.local])
      else cluster.network.heal()
      const stop = new AbortController()
      const sending = a.sendReliable(silent.local, noise(5_000_000), { signal: stop.signal })
      const aborted = failure('ERR_ABORTED', sending)
      await cluster.elapse(100)
      stop.abort()
      await aborted
    }
    await failure('ERR_ABORTED', () =>
      a.sendReliable(silent.local, bytes('?'), { signal: AbortSignal.abort() }),
    )
    await silent.close()
  })

  it('is given up with the signal by `send`, too, however it goes', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const silent = await cluster.network.transport({ host: '10.0.0.9', port: 7946 })
    silent.start(new Recorder())
    const stop = new AbortController()
    const sending = a.send(silent.local, noise(5_000_000), { signal: stop.signal })
    const aborted = failure('ERR_ABORTED', sending)
    await cluster.elapse(100)
    stop.abort()
    await aborted
    const { packetsOut } = a.stats().transport
    await failure('ERR_ABORTED', () => a.send(silent.local, bytes('?'), { signal: stop.signal }))
    expect(a.stats().transport.packetsOut).toBe(packetsOut)
    await silent.close()
  })

  it('is refused unless it is bytes, and so is an address that is none', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const wrongs: unknown[] = ['text', new Uint16Array(2), new ArrayBuffer(2), undefined]
    for (const wrong of wrongs) {
      const given = wrong as Uint8Array
      const error = await failure('ERR_CONFIG', () => a.broadcast(given))
      expect(error.message).toContain('it must be a Uint8Array')
      await failure('ERR_CONFIG', () => a.send('a', given))
      await failure('ERR_CONFIG', () => a.sendReliable('a', given))
    }
    for (const to of [
      { host: 'db-3', port: 7946 },
      { host: '10.0.0.9', port: 0 },
    ]) {
      await failure('ERR_ADDRESS', () => a.send(to, bytes('?')))
      await failure('ERR_ADDRESS', () => a.sendReliable(to, bytes('?')))
    }
  })

  it('is not sent by a member that was shut down', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    await a.shutdown()
    await failure('ERR_CLOSED', () => a.send('a', bytes('?')))
    await failure('ERR_CLOSED', () => a.sendReliable('a', bytes('?')))
    await failure('ERR_CLOSED', () => a.broadcast(bytes('?')))
  })
})

describe('a ping', () => {
  it('gives the round trip and what the other puts into its acks', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'], {
      delegate: { ackPayload: () => bytes('load') },
    })
    cluster.network.packetFate = () => 5
    const { roundTripMs, payload } = await cluster.finish(a.ping('b'))
    expect(roundTripMs).toBe(10)
    expect(text(payload)).toBe('load')
    const b = a.member('b')
    if (b !== undefined) expect((await cluster.finish(a.ping(b))).roundTripMs).toBe(10)
  })

  it('has an empty payload where the other adds none', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'])
    expect((await cluster.finish(a.ping('b'))).payload).toEqual(new Uint8Array(0))
  })

  it('fails when no ack comes in time', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    await b.shutdown()
    const error = await failure('ERR_TIMEOUT', cluster.finish(a.ping('b')))
    expect(error.message).toBe('b did not answer within 100 ms.')
  })

  it('fails for a name that nobody has', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    await failure('ERR_UNKNOWN_MEMBER', () => a.ping('x'))
  })

  it('is given up when the signal fires or the member is shut down', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    await b.shutdown()
    const stop = new AbortController()
    const aborted = failure('ERR_ABORTED', a.ping('b', { signal: stop.signal }))
    stop.abort()
    await aborted
    await failure('ERR_ABORTED', () => a.ping('b', { signal: stop.signal }))
    const closed = failure('ERR_CLOSED', a.ping('b'))
    await a.shutdown()
    await closed
    await failure('ERR_CLOSED', () => a.ping('b'))
  })

  it('is refused while as many as may be wait for an answer', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    cluster.network.partition([a.local], [b.local])
    const stop = new AbortController()
    setMaxListeners(0, stop.signal)
    const waiting = Array.from({ length: limits.pingsUnderWay }, () =>
      failure('ERR_ABORTED', a.ping('b', { signal: stop.signal })),
    )
    const error = await failure('ERR_OVERLOAD', () => a.ping('b'))
    expect(error.message).toBe('4096 pings are under way; wait until some have ended.')
    stop.abort()
    await Promise.all(waiting)
    cluster.network.heal()
    expect((await cluster.finish(a.ping('b'))).roundTripMs).toBeGreaterThanOrEqual(0)
    // Takes their time-outs with it, which the clock of the test would take seconds to go through.
    await a.shutdown()
  })
})
