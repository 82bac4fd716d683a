import { describe, expect, it } from 'vitest'
import type { JoinResult, Resolver } from '../../src/index.ts'
import { Recorder } from '../transport/recorder.ts'
import { failure } from './errors.ts'
import { addressOf, VirtualCluster } from './virtual-cluster.ts'

/** A resolver that answers from a table, and counts how often it was asked. */
function tableResolver(table: Record<string, readonly string[]>): Resolver & { asked: string[] } {
  const asked: string[] = []
  return {
    asked,
    addresses: async (name) => {
      asked.push(name)
      return table[name] ?? []
    },
    services: async (name) => {
      asked.push(name)
      return (table[name] ?? []).map((each) => {
        const [target, port] = each.split(':')
        return { name: target, port: Number(port), priority: 1, weight: 1 }
      })
    },
  }
}

function summary({ outcomes }: JoinResult): [string, string | undefined, string | undefined][] {
  return outcomes.map(({ address, resolved, error }) => [address, resolved?.host, error?.code])
}

describe('joining', () => {
  it('tries every address and tells what became of each, in the order given', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    const b = await cluster.start('b')
    const c = await cluster.start('c')
    const addresses = [
      '10.0.0.1',
      'b/10.0.0.2:7946',
      '10.0.0.9:7946',
      'not an address:x',
      '10.0.0.3',
    ]
    const result = await cluster.finish(c.join(addresses))
    expect(summary(result)).toEqual([
      ['10.0.0.1', '10.0.0.1', undefined],
      ['b/10.0.0.2:7946', '10.0.0.2', undefined],
      ['10.0.0.9:7946', '10.0.0.9', 'ERR_UNREACHABLE'],
      ['not an address:x', undefined, 'ERR_ADDRESS'],
      ['10.0.0.3', '10.0.0.3', undefined],
    ])
    expect(result.joined).toBe(3)
    expect(result.errors).toEqual([result.outcomes[2], result.outcomes[3]])
    expect(result.outcomes[1].name).toBe('b')
    await cluster.until(() => [a, b, c].every((list) => list.members.length === 3))
  })

  it('does not wait for an address that does not answer before it tries the next', async () => {
    await using cluster = new VirtualCluster()
    await cluster.start('a')
    const b = await cluster.start('b', { tcpTimeoutMs: 5_000 })
    cluster.network.partition([{ host: '10.0.0.9', port: 7946 }], [b.local])
    const joining = b.join(['10.0.0.9', '10.0.0.1'])
    await cluster.until(() => b.members.length === 2, 500)
    const result = await cluster.finish(joining)
    expect(summary(result)).toEqual([
      ['10.0.0.9', '10.0.0.9', 'ERR_TIMEOUT'],
      ['10.0.0.1', '10.0.0.1', undefined],
    ])
  })

  it('has at most 16 addresses under way at a time', async () => {
    await using cluster = new VirtualCluster()
    let underWay = 0
    let most = 0
    const resolver: Resolver = {
      addresses: async () => {
        underWay++
        most = Math.max(most, underWay)
        await new Promise((resolve) => setTimeout(resolve, 50))
        underWay--
        return ['10.0.0.1']
      },
      services: async () => [],
    }
    const a = await cluster.start('a', { resolver, reconnectIntervalMs: 0 })
    const names = Array.from({ length: 40 }, (_, index) => `seed-${index}`)
    const result = await cluster.finish(a.join(names))
    expect(most).toBe(16)
    expect(result.outcomes.map(({ address }) => address)).toEqual(names)
  })

  it('fails with each outcome when nobody was reached', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    const error = await failure('ERR_JOIN', cluster.finish(a.join(['10.0.0.8', '10.0.0.9:1'])))
    expect(error.message).toContain('Nobody listens on 10.0.0.8:7946.')
    expect(error.data.outcomes).toMatchObject([
      { address: '10.0.0.8', error: { code: 'ERR_UNREACHABLE' } },
      { address: '10.0.0.9:1', error: { code: 'ERR_UNREACHABLE' } },
    ])
  })

  it('takes its own address in the list as reached, without a stream', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    const result = await cluster.finish(a.join(['10.0.0.1:7946']))
    expect(result.joined).toBe(1)
    expect(a.stats().streams.opened).toBe(0)
  })

  it.each([[[]], [[7]], ['10.0.0.1'], [undefined]])(
    'refuses %j as addresses',
    async (given: unknown) => {
      await using cluster = new VirtualCluster()
      const a = await cluster.start('a')
      const error = await failure('ERR_CONFIG', () => a.join(given as string[]))
      expect(error.data.name).toBe('addresses')
    },
  )

  it.each([-1, 0.5, Number.NaN, 2 ** 31, '5'])('refuses a time-out of %s', async (given) => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    const timeoutMs = given as number
    const error = await failure('ERR_CONFIG', () => a.join(['10.0.0.9'], { timeoutMs }))
    expect(error.data).toMatchObject({ name: 'timeoutMs', value: given })
  })

  it('insists on names where they are required', async () => {
    await using cluster = new VirtualCluster()
    await cluster.start('a')
    const b = await cluster.start('b', { requireNodeNames: true })
    const result = await cluster.finish(b.join(['10.0.0.1', 'a/10.0.0.1']))
    expect(summary(result)).toEqual([
      ['10.0.0.1', undefined, 'ERR_ADDRESS'],
      ['a/10.0.0.1', '10.0.0.1', undefined],
    ])
    expect(result.errors[0].error?.message).toContain('as in db-3/10.0.0.2:7946.')
  })
})

describe('names in addresses to join', () => {
  it('stand for every address that they resolve to, each with its outcome', async () => {
    await using cluster = new VirtualCluster()
    const resolver = tableResolver({ seeds: ['10.0.0.1', '10.0.0.9', '10.0.0.2'] })
    await cluster.start('a')
    await cluster.start('b')
    const c = await cluster.start('c', { resolver })
    const result = await cluster.finish(c.join(['seeds:7946']))
    expect(summary(result)).toEqual([
      ['seeds:7946', '10.0.0.1', undefined],
      ['seeds:7946', '10.0.0.9', 'ERR_UNREACHABLE'],
      ['seeds:7946', '10.0.0.2', undefined],
    ])
    expect(c.members).toHaveLength(3)
  })

  it('may be services, whose records have the port', async () => {
    await using cluster = new VirtualCluster()
    await cluster.start('a', { at: { host: '10.0.0.50', port: 9_000 } })
    const resolver = tableResolver({ '_gossip._tcp.x': ['host-1:9000'], 'host-1': ['10.0.0.50'] })
    const b = await cluster.start('b', { resolver })
    const result = await cluster.finish(b.join(['_gossip._tcp.x']))
    expect(result.outcomes[0].resolved).toEqual({ host: '10.0.0.50', port: 9_000 })
  })

  it('that do not resolve are an outcome among the others', async () => {
    await using cluster = new VirtualCluster()
    await cluster.start('a')
    const resolver = tableResolver({ seed: ['10.0.0.1'] })
    const b = await cluster.start('b', { resolver })
    const result = await cluster.finish(b.join(['nobody', 'seed']))
    expect(summary(result)).toEqual([
      ['nobody', undefined, 'ERR_ADDRESS'],
      ['seed', '10.0.0.1', undefined],
    ])
  })

  it('are resolved anew for each attempt', async () => {
    await using cluster = new VirtualCluster()
    const table: Record<string, string[]> = { seed: ['10.0.0.9'] }
    const resolver = tableResolver(table)
    const a = await cluster.start('a', { reconnectIntervalMs: 0, resolver })
    await failure('ERR_JOIN', cluster.finish(a.join(['seed'], { retry: true })))
    const b = await cluster.start('b', { at: { host: '10.0.0.77', port: 7946 } })
    table.seed = ['10.0.0.77']
    await cluster.until(() => b.members.length === 2, 10_000)
    expect(resolver.asked.length).toBeGreaterThan(1)
  })
})

describe('trying again in the background', () => {
  it('goes on until somebody was reached, when it was asked for', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    await failure('ERR_JOIN', cluster.finish(a.join(['10.0.0.9'], { retry: true })))
    await cluster.elapse(5_000)
    const b = await cluster.start('b', { at: { host: '10.0.0.9', port: 7946 } })
    await cluster.until(() => a.members.length === 2 && b.members.length === 2, 10_000)
  })

  it('does not happen by itself where reconnecting is turned off', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { reconnectIntervalMs: 0 })
    await failure('ERR_JOIN', cluster.finish(a.join(['10.0.0.9'])))
    const opened = a.stats().streams.opened
    await cluster.elapse(30_000)
    expect(a.stats().streams.opened).toBe(opened)
  })

  it('ends with the member', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    await failure('ERR_JOIN', cluster.finish(a.join(['10.0.0.9'], { retry: true })))
    await a.shutdown()
    const opened = a.stats().streams.opened
    await cluster.elapse(10_000)
    expect(a.stats().streams.opened).toBe(opened)
  })
})

describe('giving up on joining', () => {
  it('does nothing when the signal has fired already', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    const signal = AbortSignal.abort(new Error('changed my mind'))
    const error = await failure('ERR_ABORTED', () => a.join(['10.0.0.9'], { signal }))
    expect(error.cause).toEqual(new Error('changed my mind'))
    expect(a.stats().streams.opened).toBe(0)
  })

  it('ends the wait for a connection at once', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    cluster.network.partition([{ host: '10.0.0.9', port: 7946 }], [a.local])
    const stop = new AbortController()
    const joining = failure('ERR_ABORTED', a.join(['10.0.0.9'], { signal: stop.signal }))
    await cluster.elapse(100)
    stop.abort()
    await joining
  })

  it('ends the wait for a reply at once', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a', { reconnectIntervalMs: 0 })
    const silent = await cluster.network.transport({ host: '10.0.0.9', port: 7946 })
    silent.start(new Recorder())
    const stop = new AbortController()
    const joining = failure('ERR_ABORTED', a.join(['10.0.0.9'], { signal: stop.signal }))
    await cluster.elapse(100)
    expect(silent.counters.streamsIn).toBe(1)
    stop.abort()
    await joining
    await cluster.elapse(100)
    expect(a.stats().transport.streamsOpen).toBe(0)
    await silent.close()
  })

  it('keeps what was reached until then', async () => {
    await using cluster = new VirtualCluster()
    await cluster.start('a')
    const b = await cluster.start('b')
    cluster.network.partition([{ host: '10.0.0.9', port: 7946 }], [b.local])
    const stop = new AbortController()
    const joining = b.join(['10.0.0.1', '10.0.0.9'], { signal: stop.signal })
    await cluster.elapse(100)
    stop.abort()
    expect(summary(await joining)).toEqual([
      ['10.0.0.1', '10.0.0.1', undefined],
      ['10.0.0.9', '10.0.0.9', 'ERR_ABORTED'],
    ])
  })

  it('happens by itself after the time given', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    cluster.network.partition([{ host: '10.0.0.9', port: 7946 }], [a.local])
    const error = await failure('ERR_JOIN', a.join(['10.0.0.9'], { timeoutMs: 20 }))
    expect(error.data.outcomes).toMatchObject([{ error: { code: 'ERR_TIMEOUT' } }])
  })

  it('happens when the member is shut down', async () => {
    await using cluster = new VirtualCluster()
    const a = await cluster.start('a')
    cluster.network.partition([{ host: '10.0.0.9', port: 7946 }], [a.local])
    const joining = failure('ERR_CLOSED', a.join(['10.0.0.9']))
    await cluster.elapse(100)
    await a.shutdown()
    await joining
    await failure('ERR_CLOSED', () => a.join(['10.0.0.9']))
  })

  it('is all that there is to do for a member that has left', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    await cluster.finish(a.leave())
    await failure('ERR_CLOSED', () => a.join([addressOf(b)]))
  })
})
