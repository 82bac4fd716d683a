import { Buffer } from 'node:buffer'
import { describe, expect, onTestFinished, test } from 'vitest'
import { KvError } from '../../src/errors.ts'
import { type GoExampleStoreOptions, openGoExampleStore } from '../../src/go-example/open.ts'
import { MemoryStorage } from '../../src/storage/memory-storage.ts'
import type { KeyValueStore, KvEventMap } from '../../src/store.ts'
import { FakeList } from './fake-list.ts'

async function open(options: GoExampleStoreOptions = {}): Promise<KeyValueStore> {
  const store = await openGoExampleStore(options)
  onTestFinished(() => store[Symbol.asyncDispose]())
  return store
}

/** Members that know each other, each with a store. */
async function cluster(...names: string[]) {
  const lists = FakeList.connected(...names)
  const stores = await Promise.all(lists.map(() => open()))
  for (const [index, list] of lists.entries()) stores[index]?.attach(list.asMemberlist)
  const [one, two] = stores
  const [oneList, twoList] = lists
  if (one === undefined || oneList === undefined) throw new Error('no member')
  return { lists, stores, one, oneList, two: two ?? one, twoList: twoList ?? oneList }
}

const put = (store: KeyValueStore, key: string, text: string) => store.put(key, Buffer.from(text))

function text(store: KeyValueStore, key: string): string | undefined {
  const entry = store.get(key)
  return entry && Buffer.from(entry.value).toString()
}

/** Both sides of a join, as a push/pull has it: each reads what the other had before. */
function join(one: KeyValueStore, two: KeyValueStore): void {
  const states = [one, two].map(({ delegate }) => delegate.localState?.(true) as Uint8Array)
  void one.delegate.mergeRemoteState?.(states[1] ?? Buffer.of(), true)
  void two.delegate.mergeRemoteState?.(states[0] ?? Buffer.of(), true)
}

describe('a write', () => {
  test('is gossiped under its key, and sent to everybody', async () => {
    const { one, oneList, stores } = await cluster('one', 'two', 'three')
    await put(one, 'foo', 'bar')
    const message = 'd[{"Action":"add","Data":{"foo":"bar"}}]'
    expect(oneList.sent).toEqual([
      { by: 'gossip', to: 'go-example/foo', text: message },
      { by: 'packet', to: 'two', text: message },
      { by: 'packet', to: 'three', text: message },
    ])
    for (const store of stores) expect(text(store, 'foo')).toBe('bar')
    expect(stores[2]?.get('foo')).toMatchObject({ key: 'foo', origin: 'one' })
    await one.delete('foo')
    for (const store of stores) expect(store.get('foo')).toBeUndefined()
    expect(oneList.sent.at(-1)?.text).toBe('d[{"Action":"del","Data":{"foo":""}}]')
  })

  test('is for nobody while there is nobody', async () => {
    const { one, oneList } = await cluster('one')
    await put(one, 'foo', 'bar')
    expect(oneList.sent).toEqual([])
  })

  test('that fits no packet goes by stream, and what follows on its key waits behind it', async () => {
    const { one, two, oneList } = await cluster('one', 'two')
    let openGate = (): void => undefined
    oneList.gate = new Promise((resolve) => {
      openGate = resolve
    })
    await put(one, 'key', 'x'.repeat(5_000))
    await put(one, 'key', 'second')
    await put(one, 'key', 'third')
    expect(two.get('key')).toBeUndefined()
    openGate()
    await expect.poll(() => text(two, 'key')).toBe('third')
    expect(oneList.sent.map(({ by, text: { length } }) => [by, length > 1_000])).toEqual([
      ['stream', true],
      ['stream', false],
    ])
    await put(one, 'key', 'fourth')
    expect(oneList.sent.at(-1)?.by).toBe('packet')
  })

  test('is refused while gossip does not get away', async () => {
    const { one, oneList } = await cluster('one', 'two')
    oneList.isGossiping = false
    for (let index = 0; index < 2_048; index++) await put(one, `key-${index}`, 'x')
    await expect(put(one, 'one more', 'x')).rejects.toMatchObject({ code: 'ERR_KV_OVERLOAD' })
    expect(one.get('one more')).toBeUndefined()
  })

  test.each([
    [{ acks: 1 }, 'acks'],
    [{ ttlMs: 1_000 }, 'ttlMs'],
    [{ trace: true }, 'trace'],
  ])('with what this wire cannot do is refused: %j', async (options, option) => {
    const store = await open()
    await expect(store.put('key', Buffer.from('x'), options)).rejects.toMatchObject({
      code: 'ERR_KV_UNSUPPORTED',
      data: { option },
    })
    expect(store.get('key')).toBeUndefined()
    expect(store.stats().writesRefused).toEqual({ ERR_KV_UNSUPPORTED: 1 })
  })

  test('of what is not text is refused', async () => {
    const store = await open()
    await expect(store.put('key', Buffer.of(0x66, 0xff))).rejects.toMatchObject({
      code: 'ERR_KV_UNSUPPORTED',
    })
    const mark = Buffer.from('\ufeffmarked')
    await store.put('key', mark)
    expect(store.get('key')?.value).toEqual(new Uint8Array(mark))
  })

  test('compares with what is here, where that is asked for', async () => {
    const store = await open()
    const { version } = await store.put('key', Buffer.from('1'), { ifAbsent: true })
    const condition = { code: 'ERR_KV_CONDITION', data: { version } }
    await expect(store.put('key', Buffer.from('2'), { ifAbsent: true })).rejects.toMatchObject(
      condition,
    )
    await expect(store.delete('key', { ifVersion: 'other' })).rejects.toMatchObject(condition)
    const second = await store.put('key', Buffer.from('2'), { ifVersion: version })
    expect(second.version > version).toBe(true)
    expect(await store.delete('key', { ifVersion: second.version })).toMatchObject({
      existed: true,
    })
    expect(await store.delete('key')).toMatchObject({ existed: false })
  })

  test('under the empty key is one like any other, as in the example', async () => {
    const { one, two } = await cluster('one', 'two')
    await put(one, '', 'x')
    expect(text(two, '')).toBe('x')
    await expect(put(one, 'k'.repeat(513), 'x')).rejects.toMatchObject({ code: 'ERR_KV_KEY' })
  })
})

describe('a join', () => {
  test('gives each side what the other has', async () => {
    const { one, two } = await cluster('one', 'two')
    const apart = await open()
    await put(one, 'a', '1')
    await put(apart, 'b', '2')
    join(one, apart)
    for (const store of [one, apart]) {
      expect(store.list().entries.map(({ key }) => key)).toEqual(['a', 'b'])
    }
    expect(two.get('b')).toBeUndefined()
  })

  test('ends with one value where both had one, and tells a member of the example', async () => {
    const { one, oneList } = await cluster('one', 'two')
    const apart = await open()
    await put(one, 'greater here', 'b')
    await put(apart, 'greater here', 'a')
    await put(one, 'greater there', 'a')
    await put(apart, 'greater there', 'b')
    oneList.sent.length = 0
    join(one, apart)
    for (const store of [one, apart]) {
      expect(text(store, 'greater here')).toBe('b')
      expect(text(store, 'greater there')).toBe('b')
    }
    const gossiped = oneList.sent.filter(({ by }) => by === 'gossip')
    expect(gossiped.map(({ text: each }) => each).sort()).toEqual([
      'd[{"Action":"add","Data":{"greater here":"b"}}]',
      'd[{"Action":"add","Data":{"greater there":"b"}}]',
    ])
  })

  test('alone carries the state: the periodic push/pulls neither give nor take', async () => {
    const store = await open()
    await put(store, 'a', '1')
    expect(store.delegate.localState?.(false)).toHaveLength(0)
    void store.delegate.mergeRemoteState?.(Buffer.from('{"b":"2"}'), false)
    expect(store.get('b')).toBeUndefined()
  })
})

describe('what others send', () => {
  test('is dropped and counted when it is not of the grammar', async () => {
    const { one, oneList } = await cluster('one', 'two')
    const warnings: KvEventMap['warning'][] = []
    one.on('warning', (warning) => warnings.push(warning))
    oneList.receive('d[{"Action":"add","Data":{"k":1}}]')
    oneList.receive('d[')
    void one.delegate.mergeRemoteState?.(Buffer.from('nonsense'), true)
    oneList.receive(`d[{"Action":"add","Data":{${JSON.stringify('k'.repeat(513))}:"x"}}]`)
    oneList.receive('a message of the application')
    expect(one.stats()).toMatchObject({ keys: 0, refused: { malformed: 4 } })
    await Promise.resolve()
    expect(warnings.map(({ code }) => code)).toEqual(['malformed'])
  })

  test('is known already most of the time, and then is no change', async () => {
    const { one, oneList, twoList } = await cluster('one', 'two')
    const update = 'd[{"Action":"add","Data":{"k":"v"}}]'
    for (let copy = 0; copy < 4; copy++) oneList.receive(update, twoList)
    oneList.receive('d[{"Action":"del","Data":{"other":""}}]', twoList)
    expect(one.stats()).toMatchObject({ replicated: 1, superseded: 4, keys: 1 })
    expect(one.get('k')).toMatchObject({ origin: 'two' })
  })

  test('finds no room in a store that is full, until something is deleted', async () => {
    const lists = FakeList.connected('one')
    const store = await open({ maxBytes: 65_536 })
    const told: KvEventMap['full'][] = []
    store.on('full', (event) => told.push(event))
    store.attach(lists[0].asMemberlist)
    await put(store, 'large', 'x'.repeat(60_000))
    await expect(put(store, 'more', 'x'.repeat(6_000))).rejects.toMatchObject({
      code: 'ERR_KV_FULL',
    })
    lists[0]?.receive(`d[{"Action":"add","Data":{"theirs":"${'x'.repeat(6_000)}"}}]`)
    expect(store.stats()).toMatchObject({ full: true, keys: 1, refused: { full: 1 } })
    await store.delete('large')
    lists[0]?.receive(`d[{"Action":"add","Data":{"theirs":"${'x'.repeat(6_000)}"}}]`)
    expect(store.stats()).toMatchObject({ full: false, keys: 1 })
    await Promise.resolve()
    expect(told.map(({ full }) => full)).toEqual([true, false])
  })
})

describe('the store', () => {
  test('takes nothing more once it is closed, and tells nobody', async () => {
    const { one, two, twoList } = await cluster('one', 'two')
    await put(one, 'a', 'x')
    await two[Symbol.asyncDispose]()
    await put(one, 'b', 'x')
    join(one, two)
    expect([text(two, 'a'), text(two, 'b')]).toEqual(['x', undefined])
    expect(twoList.sent).toEqual([])
  })

  test('keeps what it has, its own and others, where it has a storage', async () => {
    const storage = new MemoryStorage()
    const store = await openGoExampleStore({ storage })
    const [list] = FakeList.connected('one', 'two')
    store.attach(list.asMemberlist)
    await put(store, 'mine', '1')
    await put(store, 'gone', '1')
    await store.delete('gone')
    list?.receive('d[{"Action":"add","Data":{"theirs":"2"}}]', list.others[0])
    const { version } = await put(store, 'mine', '3')
    await store[Symbol.asyncDispose]()
    await expect(put(store, 'late', 'x')).rejects.toMatchObject({ code: 'ERR_KV_CLOSED' })

    const after = await open({ storage: storage.reopen() })
    expect(after.list().entries.map(({ key }) => key)).toEqual(['mine', 'theirs'])
    expect(after.get('mine')).toMatchObject({ version, origin: 'one' })
    expect(text(after, 'theirs')).toBe('2')
  })

  test('takes no more writes once storing failed, and still reads', async () => {
    const storage = new MemoryStorage()
    const store = await open({ storage })
    const warned = new Promise((resolve) => store.on('warning', resolve))
    await put(store, 'kept', '1')
    storage.write = () => Promise.reject(new KvError('ERR_KV_STORAGE', 'The disk is full.'))
    await expect(put(store, 'lost', '1')).rejects.toMatchObject({ code: 'ERR_KV_STORAGE' })
    expect(await warned).toMatchObject({ code: 'storage' })
    await expect(put(store, 'kept', '2')).rejects.toMatchObject({ code: 'ERR_KV_STORAGE' })
    expect(text(store, 'kept')).toBe('1')
  })

  test('leaves alone what another wire has stored', async () => {
    const storage = new MemoryStorage()
    await storage.write({ entries: [{ key: Buffer.from('k'), record: Buffer.of(1, 2, 3) }] })
    await expect(openGoExampleStore({ storage })).rejects.toMatchObject({
      code: 'ERR_KV_STORAGE',
      data: { reason: 'wire' },
    })
  })

  test('lists pages in the order of the bytes', async () => {
    const store = await open()
    for (const key of ['b/2', 'a', 'b/1', 'b/\u{10000}', 'b/\uffff', 'c'])
      await put(store, key, 'x')
    const first = store.list({ prefix: 'b/', limit: 3 })
    expect(first.entries.map(({ key, bytes }) => [key, bytes])).toEqual([
      ['b/1', 1],
      ['b/2', 1],
      ['b/\uffff', 1],
    ])
    const second = store.list({ prefix: 'b/', limit: 3, after: first.next ?? '' })
    expect(second.entries.map(({ key }) => key)).toEqual(['b/\u{10000}'])
    expect(second.next).toBeUndefined()
  })

  test('tells those who watch, and begins anew for one whose place is unknown', async () => {
    const { one, oneList } = await cluster('one', 'two')
    const watcher = one.watch({ prefix: 'k' })
    oneList.receive('d[{"Action":"add","Data":{"k":"1","other":"x"}}]')
    await one.delete('k')
    const put1 = await watcher.next()
    expect(put1.value).toMatchObject({ type: 'put', key: 'k' })
    expect((await watcher.next()).value).toMatchObject({ type: 'delete', key: 'k' })
    const resumed = one.watch({ key: 'k', since: put1.value?.cursor ?? '' })
    expect((await resumed.next()).value).toMatchObject({ type: 'delete' })
    const anew = one.watch({ key: 'other', since: 'of another life' })
    expect((await anew.next()).value).toMatchObject({ type: 'reset' })
    expect((await anew.next()).value).toMatchObject({ type: 'put', key: 'other' })
    expect(one.stats().watchers).toBe(3)
    await one[Symbol.asyncDispose]()
    expect(await watcher.next()).toEqual({ done: true, value: undefined })
  })
})
