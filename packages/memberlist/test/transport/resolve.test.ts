import { describe, expect, it, vi } from 'vitest'
import {
  type Resolver,
  resolveJoinAddress,
  type ServiceRecord,
} from '../../src/transport/resolve.ts'
import { codeOf } from './recorder.ts'

/** A resolver that knows what it is given, and fails as a name server does for the rest. */
function knowing(
  addresses: Record<string, string[]>,
  services: Record<string, ServiceRecord[]> = {},
): Resolver {
  const known = <Answer>(all: Record<string, Answer>, name: string) =>
    name in all
      ? Promise.resolve(all[name])
      : Promise.reject(Object.assign(new Error(`queryA ENOTFOUND ${name}`), { code: 'ENOTFOUND' }))
  return {
    addresses: vi.fn((name: string) => known(addresses, name)),
    services: vi.fn((name: string) => known(services, name)),
  }
}

const resolve = (text: string, resolver: Resolver, signal?: AbortSignal) =>
  resolveJoinAddress(text, { defaultPort: 7946, resolver, signal })

describe('resolving an address to join', () => {
  it('asks nobody about an IP address', async () => {
    const resolver = knowing({})
    expect(await resolve('db-3/[FD00::1]:80', resolver)).toEqual({
      name: 'db-3',
      endpoints: [{ host: 'fd00::1', port: 80 }],
    })
    expect(resolver.addresses).not.toHaveBeenCalled()
  })

  it('finds every address of a name in order, each once, in canonical form', async () => {
    const resolver = knowing({ db: ['10.0.0.2', 'FD00::2', '10.0.0.1', '::ffff:10.0.0.2', 'x'] })
    expect(await resolve('db:80', resolver)).toEqual({
      name: undefined,
      endpoints: [
        { host: '10.0.0.2', port: 80 },
        { host: 'fd00::2', port: 80 },
        { host: '10.0.0.1', port: 80 },
      ],
    })
  })

  it('asks anew each time', async () => {
    const addresses = { db: ['10.0.0.1'] }
    const resolver = knowing(addresses)
    await resolve('db', resolver)
    addresses.db = ['10.0.0.9']
    expect((await resolve('db', resolver)).endpoints).toEqual([{ host: '10.0.0.9', port: 7946 }])
  })

  it('finds every address of every target of a service, with the ports of the records', async () => {
    const record = (name: string, port: number, priority: number, weight: number) => ({
      name,
      port,
      priority,
      weight,
    })
    const resolver = knowing(
      { a: ['10.0.0.1', 'fd00::1'], b: ['10.0.0.2'], c: ['10.0.0.3'] },
      {
        '_gossip._tcp.example': [
          record('c', 83, 20, 0),
          record('gone', 84, 10, 99),
          record('b', 82, 10, 1),
          record('a', 81, 10, 50),
          record('.', 0, 0, 0),
        ],
      },
    )
    expect((await resolve('_gossip._tcp.example', resolver)).endpoints).toEqual([
      { host: '10.0.0.1', port: 81 },
      { host: 'fd00::1', port: 81 },
      { host: '10.0.0.2', port: 82 },
      { host: '10.0.0.3', port: 83 },
    ])
  })

  it('asks about the targets of a service few at a time', async () => {
    const records = Array.from({ length: 100 }, (_, index) => ({
      name: `host-${index}`,
      port: 80,
      priority: 0,
      weight: 0,
    }))
    let [asking, most] = [0, 0]
    const resolver: Resolver = {
      services: () => Promise.resolve(records),
      addresses: async (name) => {
        most = Math.max(most, ++asking)
        await Promise.resolve()
        asking--
        return [`10.0.0.${name.slice(5)}`]
      },
    }
    const { endpoints } = await resolve('_gossip._tcp.example', resolver)
    expect(endpoints.map(({ host }) => host)).toEqual(records.map((_, index) => `10.0.0.${index}`))
    expect(most).toBe(8)
  })

  it.each([
    ['unknown', 'ENOTFOUND'],
    ['empty', 'ENODATA'],
    ['_none._tcp.example', 'ENODATA'],
    ['_unknown._tcp.example', 'ENOTFOUND'],
    ['_dead._tcp.example', 'ENOTFOUND'],
  ])('fails for %s with ERR_ADDRESS and the reason %s', async (host, reason) => {
    const none = { name: '.', port: 0, priority: 0, weight: 0 }
    const dead = { name: 'dead', port: 80, priority: 0, weight: 0 }
    const resolver = knowing(
      { empty: [] },
      { '_none._tcp.example': [none], '_dead._tcp.example': [dead] },
    )
    await expect(resolve(host, resolver)).rejects.toMatchObject({
      code: 'ERR_ADDRESS',
      data: { address: host, host, reason },
    })
  })

  it('takes a bounded number of addresses', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`)
    expect((await resolve('db', knowing({ db: many }))).endpoints).toHaveLength(4_096)
  })

  describe('with a signal', () => {
    const stuck: Resolver = {
      addresses: () => new Promise(() => undefined),
      services: () => new Promise(() => undefined),
    }

    it('that has fired does not begin', async () => {
      const resolver = knowing({ db: ['10.0.0.1'] })
      expect(await codeOf(resolve('db', resolver, AbortSignal.abort()))).toBe('ERR_ABORTED')
      expect(resolver.addresses).not.toHaveBeenCalled()
    })

    it('that fires stops waiting, also for a resolver that does not listen', async () => {
      const controller = new AbortController()
      const resolving = codeOf(resolve('db', stuck, controller.signal))
      controller.abort()
      expect(await resolving).toBe('ERR_ABORTED')
    })

    it('of a time-out fails with ERR_TIMEOUT', async () => {
      expect(await codeOf(resolve('db', stuck, AbortSignal.timeout(5)))).toBe('ERR_TIMEOUT')
    })

    it('that never fires is left without a listener', async () => {
      const { signal } = new AbortController()
      const removed = vi.spyOn(signal, 'removeEventListener')
      await resolve('db', knowing({ db: ['10.0.0.1'] }), signal)
      expect(removed).toHaveBeenCalledTimes(1)
    })
  })
})
