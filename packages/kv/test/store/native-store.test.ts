import { describe, expect, it } from 'vitest'
import { KvError } from '../../src/errors.ts'
import { kvLimits } from '../../src/limits.ts'
import { openNativeStore } from '../../src/open.ts'
import { MemoryStorage } from '../../src/storage/memory-storage.ts'
import type { KvWarning, Spread } from '../../src/store.ts'
import { StoreCluster } from './cluster.ts'

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)
const text = (value: Uint8Array | undefined): string | undefined =>
  value === undefined ? undefined : new TextDecoder().decode(value)

async function failure(write: Promise<unknown>): Promise<KvError> {
  try {
    await write
  } catch (error) {
    if (error instanceof KvError) return error
    throw error
  }
  throw new Error('It was expected to fail.')
}

describe('a store by itself', () => {
  it('reads what was written, with its version, writer and time', async () => {
    await using store = await openNativeStore()
    const value = bytes('v')
    const { version, existed, holders } = await store.put('k', value)
    value[0] = 0
    expect(store.get('k')).toMatchObject({ key: 'k', version })
    expect(text(store.get('k')?.value)).toBe('v')
    expect({ existed, holders }).toEqual({ existed: false, holders: [] })
    expect(version).toMatch(/^[0-9a-f]{12}-[0-9a-f]{4}-[0-9a-f]{16}$/)
    const next = await store.put('k', bytes('w'))
    expect(next.existed).toBe(true)
    expect(next.version > version).toBe(true)
  })

  it('deletes, also what is not there', async () => {
    await using store = await openNativeStore()
    await store.put('k', bytes('v'))
    expect((await store.delete('k')).existed).toBe(true)
    expect((await store.delete('k')).existed).toBe(false)
    expect(store.get('k')).toBeUndefined()
    expect(store.stats()).toMatchObject({ keys: 0, tombstones: 1, writes: 3 })
  })

  it('refuses bad keys, values and options, and changes nothing', async () => {
    await using store = await openNativeStore()
    const codes = async (...writes: Promise<unknown>[]) =>
      await Promise.all(writes.map(async (write) => (await failure(write)).code))
    const large = new Uint8Array(kvLimits.valueBytes + 1)
    expect(
      await codes(
        store.put('', bytes('v')),
        store.put('ä'.repeat(257), bytes('v')),
        store.put('\ud800', bytes('v')),
        store.put('k', large),
        store.put('k', bytes('v'), { ttlMs: 0 }),
        store.put('k', bytes('v'), { acks: -1 }),
        store.put('k', bytes('v'), { acks: 1.5 }),
        store.put('k', bytes('v'), { timeoutMs: Number.NaN }),
        store.put('k', bytes('v'), { ifAbsent: true, ifVersion: 'x' }),
      ),
    ).toEqual([
      'ERR_KV_KEY',
      'ERR_KV_KEY',
      'ERR_KV_KEY',
      'ERR_KV_TOO_LARGE',
      'ERR_KV_OPTION',
      'ERR_KV_OPTION',
      'ERR_KV_OPTION',
      'ERR_KV_OPTION',
      'ERR_KV_OPTION',
    ])
    expect(() => store.list({ limit: 0 })).toThrow(KvError)
    expect(store.stats()).toMatchObject({ keys: 0, writes: 0, writesRefused: { ERR_KV_KEY: 3 } })
  })

  it('takes a key of 512 bytes and a value of 16 MiB', async () => {
    await using store = await openNativeStore()
    const key = 'ä'.repeat(256)
    await store.put(key, new Uint8Array(kvLimits.valueBytes))
    expect(store.get(key)?.value.length).toBe(kvLimits.valueBytes)
  })

  it('compares and sets: of many at once, one wins', async () => {
    await using store = await openNativeStore()
    const tries = await Promise.allSettled(
      [...'abc'].map((value) => store.put('k', bytes(value), { ifAbsent: true })),
    )
    expect(tries.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
    const version = store.get('k')?.version ?? ''
    await store.put('k', bytes('next'), { ifVersion: version })
    const lost = await failure(store.put('k', bytes('late'), { ifVersion: version }))
    expect(lost.code).toBe('ERR_KV_CONDITION')
    expect(lost.data['version']).toBe(store.get('k')?.version)
    expect((await failure(store.delete('k', { ifVersion: version }))).code).toBe('ERR_KV_CONDITION')
    expect(text(store.get('k')?.value)).toBe('next')
  })

  it('lists by prefix, a page at a time, in the order of the bytes', async () => {
    await using store = await openNativeStore()
    const keys = ['a', 'b/1', 'b/2', 'b/\u{ffff}', 'b/\u{1f600}', 'c']
    for (const key of [...keys].reverse()) await store.put(key, bytes('v'))
    await store.delete('b/2')
    const first = store.list({ prefix: 'b/', limit: 2 })
    expect(first.entries.map(({ key }) => key)).toEqual(['b/1', 'b/\u{ffff}'])
    const second = store.list({ prefix: 'b/', limit: 2, after: first.next ?? '' })
    expect(second.entries.map(({ key }) => key)).toEqual(['b/\u{1f600}'])
    expect(second.next).toBeUndefined()
    expect(store.list().entries).toHaveLength(5)
    expect(store.list({ prefix: 'b/', after: 'c' }).entries).toEqual([])
    expect(store.list({ limit: 1 }).entries[0]).toMatchObject({ key: 'a', bytes: 1 })
  })

  it('lists a page of many keys without going through them all', async () => {
    await using store = await openNativeStore()
    const writes: Promise<unknown>[] = []
    for (let index = 0; index < 30_000; index++) {
      writes.push(store.put(`key-${index}`, bytes('v')))
      if (writes.length === 10_000) await Promise.all(writes.splice(0))
    }
    store.list({ limit: 1 })
    const before = process.cpuUsage()
    for (let turn = 0; turn < 1_000; turn++) store.list({ prefix: 'key-5', limit: 10 })
    const { user } = process.cpuUsage(before)
    expect(user / 1_000, 'milliseconds for a thousand pages').toBeLessThan(2_000)
  })

  it('refuses more than can wait to be stored, and loses none that it took', async () => {
    await using store = await openNativeStore({ storage: new MemoryStorage() })
    const count = kvLimits.waitingWrites + 100
    const writes = Array.from({ length: count }, (_none, index) =>
      store.put(`k${index}`, bytes('v')),
    )
    const outcomes = await Promise.allSettled(writes)
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(100)
    expect(refused[0]).toMatchObject({ reason: { code: 'ERR_KV_OVERLOAD' } })
    expect(store.stats()).toMatchObject({ keys: kvLimits.waitingWrites, waitingWrites: 0 })
  })

  it('has all that it acknowledged after a restart on the same storage', async () => {
    const storage = new MemoryStorage()
    await using store = await openNativeStore({ storage })
    await store.put('k', bytes('v'))
    await store.put('gone', bytes('v'))
    const { version } = await store.delete('gone')
    const copy = storage.reopen()
    await using again = await openNativeStore({ storage: copy })
    expect(text(again.get('k')?.value)).toBe('v')
    expect(again.get('gone')).toBeUndefined()
    const next = await again.put('gone', bytes('new'))
    expect(next.version > version).toBe(true)
  })

  it('takes nothing more once storing failed, but can still be read', async () => {
    const storage = new MemoryStorage()
    await using store = await openNativeStore({ storage })
    const warnings: KvWarning[] = []
    store.on('warning', (warning) => warnings.push(warning))
    await store.put('k', bytes('v'))
    await storage.close()
    expect((await failure(store.put('k', bytes('w')))).code).toBe('ERR_KV_STORAGE')
    expect((await failure(store.put('other', bytes('w')))).code).toBe('ERR_KV_STORAGE')
    expect(store.list().entries.length).toBeGreaterThan(0)
    expect(warnings.map(({ code }) => code)).toEqual(['storage'])
  })

  it('takes nothing more once it is closed', async () => {
    const store = await openNativeStore()
    await store[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    expect((await failure(store.put('k', bytes('v')))).code).toBe('ERR_KV_CLOSED')
  })

  it('tells when it is full, and when it has room again', async () => {
    await using store = await openNativeStore({ maxBytes: 65_536 })
    const told: boolean[] = []
    store.on('full', ({ full }) => told.push(full))
    await store.put('a', new Uint8Array(60_000))
    const refused = await failure(store.put('b', new Uint8Array(10_000)))
    expect(refused.code).toBe('ERR_KV_FULL')
    expect(store.stats().full).toBe(true)
    await store.delete('a')
    await store.put('b', new Uint8Array(10_000))
    expect(told).toEqual([true, false])
  })
})

describe('stores on members', () => {
  it('share what is written anywhere, large and small, within some tens of milliseconds', async () => {
    await using cluster = await StoreCluster.of(3)
    const [one, two, three] = cluster.members
    await cluster.virtual.finish(one.store.put('small', bytes('v')))
    await cluster.virtual.finish(two.store.put('large', new Uint8Array(1_000_000).fill(7)))
    await cluster.virtual.elapse(100)
    expect(text(three.store.get('small')?.value)).toBe('v')
    expect(three.store.get('small')?.origin).toBe('n0')
    expect(one.store.get('large')?.value.every((byte) => byte === 7)).toBe(true)
  })

  it('wait for acknowledgements, and say who holds it when there are too few', async () => {
    await using cluster = await StoreCluster.of(3)
    const [{ store }] = cluster.members
    const { finish } = { finish: cluster.virtual.finish.bind(cluster.virtual) }
    const { holders } = await finish(store.put('k', bytes('v'), { acks: 2 }))
    expect([...holders].sort()).toEqual(['n1', 'n2'])
    const short = await failure(finish(store.put('k', bytes('w'), { acks: 3, timeoutMs: 300 })))
    expect(short.code).toBe('ERR_KV_ACKS')
    expect([...(short.data['holders'] as string[])].sort()).toEqual(['n1', 'n2'])
    expect(short.data['version']).toBe(store.get('k')?.version)
    const controller = new AbortController()
    const given = store.put('k', bytes('x'), { acks: 9, signal: controller.signal })
    controller.abort()
    expect((await failure(finish(given))).code).toBe('ERR_KV_ABORTED')
    expect(text(store.get('k')?.value)).toBe('x')
  })

  it('follow a traced write as it spreads', async () => {
    await using cluster = await StoreCluster.of(4)
    const [{ store }] = cluster.members
    const told: Spread[] = []
    store.on('spread', (spread) => told.push(spread))
    const { version } = await cluster.virtual.finish(store.put('k', bytes('v'), { trace: true }))
    await cluster.virtual.elapse(500)
    const spread = store.spread(version)
    expect(spread?.members.map(({ name }) => name).sort()).toEqual(['n1', 'n2', 'n3'])
    expect(spread).toMatchObject({ key: 'k', expected: 3 })
    expect(told).toHaveLength(3)
    expect(store.spread('unknown')).toBeUndefined()
  })

  it('give a joining member what is there', async () => {
    await using cluster = await StoreCluster.of(2)
    const [one] = cluster.members
    for (let index = 0; index < 500; index++) {
      void one.store.put(`k${index}`, new Uint8Array(1_000))
    }
    await cluster.virtual.elapse(500)
    const late = await cluster.start('late')
    await cluster.virtual.until(() => late.store.stats().keys === 500, 2_000)
  })

  it('go on when a member without a store is among them', async () => {
    await using cluster = await StoreCluster.of(2)
    const [one, two] = cluster.members
    const received: number[] = []
    const plain = await cluster.virtual.start('plain')
    plain.on('message', ({ bytes: message }) => received.push(message.length))
    await cluster.virtual.join(plain, one.list)
    await cluster.virtual.elapse(1_000)
    const { holders } = await cluster.virtual.finish(one.store.put('k', bytes('v'), { acks: 1 }))
    expect(holders).toEqual(['n1'])
    await cluster.virtual.elapse(5_000)
    expect(text(two.store.get('k')?.value)).toBe('v')
    expect(received.length, 'greetings alone').toBeLessThanOrEqual(8)
    for (const length of received) expect(length).toBeLessThan(60)
  })
})
