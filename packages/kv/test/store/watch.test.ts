import { describe, expect, it } from 'vitest'
import { kvLimits } from '../../src/limits.ts'
import { openNativeStore } from '../../src/open.ts'
import type { Change } from '../../src/store.ts'

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)

async function take(watch: AsyncIterator<Change, undefined>, count: number): Promise<Change[]> {
  const changes: Change[] = []
  while (changes.length < count) {
    const { value } = await watch.next()
    if (value === undefined) break
    changes.push(value)
  }
  return changes
}

const brief = (change: Change): string =>
  change.type === 'reset' ? 'reset' : `${change.type} ${change.key}`

describe('watching', () => {
  it('tells what happens to a key or a prefix from now on, and nothing else', async () => {
    await using store = await openNativeStore()
    await store.put('a/0', bytes('before'))
    const prefix = store.watch({ prefix: 'a/' })
    const key = store.watch({ key: 'a/1' })
    for (const name of ['a/1', 'b', 'a/2']) await store.put(name, bytes('v'))
    await store.delete('a/1')
    await store.delete('never there')
    expect((await take(prefix, 3)).map(brief)).toEqual(['put a/1', 'put a/2', 'delete a/1'])
    expect((await take(key, 2)).map(brief)).toEqual(['put a/1', 'delete a/1'])
  })

  it('goes on waiting where what happens is not for it', async () => {
    await using store = await openNativeStore()
    const waiting = store.watch({ key: 'a' }).next()
    await store.put('b', bytes('v'))
    await store.put('c', bytes('v'))
    await store.put('a', bytes('v'))
    expect((await waiting).value).toMatchObject({ type: 'put', key: 'a' })
  })

  it('is resumed from a cursor without a gap', async () => {
    await using store = await openNativeStore()
    const first = store.watch()
    for (const name of ['a', 'b', 'c']) await store.put(name, bytes('v'))
    const [, { cursor }] = await take(first, 2)
    await first.return?.()
    await store.put('d', bytes('v'))
    const again = await take(store.watch({ since: cursor }), 2)
    expect(again.map(brief)).toEqual(['put c', 'put d'])
  })

  it('begins anew with the whole state where it cannot be resumed', async () => {
    await using store = await openNativeStore()
    for (let index = 0; index < 600; index++) await store.put(`k${index}`, bytes('v'))
    const watch = store.watch({ since: 'of-another-life' })
    const changes = await take(watch, 601)
    expect(brief(changes[0])).toBe('reset')
    expect(new Set(changes.slice(1).map(brief)).size).toBe(600)
    await store.delete('k0')
    expect((await take(watch, 1)).map(brief)).toEqual(['delete k0'])
    const half = store.watch({ since: changes[300].cursor })
    expect((await take(half, 1)).map(brief)).toEqual(['reset'])
    const whole = store.watch({ since: changes[600].cursor })
    expect((await take(whole, 1)).map(brief)).toEqual(['delete k0'])
  })

  it('of a slow one costs nothing, and begins anew when it falls too far behind', async () => {
    await using store = await openNativeStore()
    const slow = store.watch()
    for (let turn = 0; turn < kvLimits.changes + 10; turn++) void store.put('k', bytes(`${turn}`))
    await store.put('last', bytes('v'))
    expect((await take(slow, 3)).map(brief)).toEqual(['reset', 'put k', 'put last'])
    expect(store.stats().watcherResets).toBe(1)
  })

  it('ends with its signal, and with the store', async () => {
    const store = await openNativeStore()
    const controller = new AbortController()
    const signalled = store.watch({ signal: controller.signal })
    const other = store.watch()
    const waiting = [signalled.next(), other.next()]
    controller.abort()
    expect(store.stats().watchers).toBe(1)
    await store[Symbol.asyncDispose]()
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ])
    expect(await store.watch().next()).toEqual({ done: true, value: undefined })
  })
})
