import { Buffer } from 'node:buffer'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { MemoryStorage } from '../../src/storage/memory-storage.ts'
import { openStorage } from '../../src/storage/open-storage.ts'
import type { Storage } from '../../src/storage/storage.ts'
import { batchOf, contents, temporaryDirectory } from './contents.ts'

/** A storage, and how to have what the next process finds. */
type Opened = { storage: Storage; reopen: () => Promise<Opened> }

function onMemory(storage = new MemoryStorage()): Promise<Opened> {
  return Promise.resolve({ storage, reopen: () => onMemory(storage.reopen()) })
}

async function onDisk(directory = temporaryDirectory()): Promise<Opened> {
  const storage = await openStorage(directory)
  onTestFinished(() => storage.close())
  const reopen = async () => {
    await storage.close()
    return onDisk(directory)
  }
  return { storage, reopen }
}

describe.each([
  ['memory', () => onMemory()],
  ['disk', () => onDisk()],
])('a storage in %s', (_, open) => {
  test('is empty at first', async () => {
    const { storage } = await open()
    expect(await contents(storage)).toEqual({})
    expect(storage.readMeta('clock')).toBeUndefined()
    expect(storage.damage).toBeUndefined()
  })

  test('gives back in the order of the keys what was written before', async () => {
    const { storage, reopen } = await open()
    await storage.write(batchOf({ b: '2', a: '1', 'a\u{10000}': '4', 'a\uffff': '3', c: '' }))
    await storage.write(batchOf({ b: 'two', c: undefined, d: undefined }))
    const after = await reopen()
    expect(Object.entries(await contents(after.storage))).toEqual([
      ['a', '1'],
      ['a\uffff', '3'],
      ['a\u{10000}', '4'],
      ['b', 'two'],
    ])
  })

  test('keeps meta with the entries of its batch', async () => {
    const { storage, reopen } = await open()
    await storage.write({ ...batchOf({ a: '1' }), meta: [['clock', Buffer.from('1')]] })
    await storage.write({
      meta: [
        ['clock', Buffer.from('2')],
        ['origin', Buffer.from('x')],
        ['gone', undefined],
      ],
    })
    expect(storage.readMeta('clock')).toEqual(Buffer.from('2'))
    const { storage: after } = await reopen()
    expect(Buffer.from(after.readMeta('clock') ?? []).toString()).toBe('2')
    expect(Buffer.from(after.readMeta('origin') ?? []).toString()).toBe('x')
    expect(after.readMeta('gone')).toBeUndefined()
    expect(await contents(after)).toEqual({ a: '1' })
  })

  test('takes writes in the order of the calls, whoever waits for what', async () => {
    const { storage, reopen } = await open()
    const writes = Array.from({ length: 300 }, (_item, index) =>
      storage.write(batchOf({ same: `${index}`, [`key-${index}`]: `${index}` })),
    )
    await Promise.all(writes)
    expect(storage.pending).toEqual({ writes: 0, bytes: 0 })
    const found = await contents((await reopen()).storage)
    expect(found.same).toBe('299')
    expect(Object.keys(found)).toHaveLength(301)
  })

  test('keeps any bytes, and large ones', async () => {
    const { storage, reopen } = await open()
    const key = Buffer.from([0, 255, 128, 10, 101])
    const record = Buffer.alloc(9_000_000, 'large')
    await storage.write({ entries: [{ key, record }] })
    const { storage: after } = await reopen()
    for await (const entries of after.load()) {
      expect(entries).toHaveLength(1)
      expect(key.equals(entries[0]?.key ?? Buffer.alloc(0))).toBe(true)
      expect(record.equals(entries[0]?.record ?? Buffer.alloc(0))).toBe(true)
    }
  })

  test('refuses what comes after the close, which may be asked for twice', async () => {
    const { storage } = await open()
    const last = storage.write(batchOf({ a: '1' }))
    await storage.close()
    await storage.close()
    await last
    await expect(storage.write(batchOf({ a: '2' }))).rejects.toMatchObject({
      code: 'ERR_KV_CLOSED',
    })
  })

  test('refuses to hold more meta than fits in memory by the way', async () => {
    const { storage } = await open()
    const meta = Array.from(
      { length: 65 },
      (_item, index) => [`${index}`, Buffer.alloc(1)] as const,
    )
    await expect((async () => storage.write({ meta }))()).rejects.toThrow(RangeError)
  })
})

test('holds what a map would hold, over any course of writes and restarts', async () => {
  const word = fc.constantFrom('a', 'b', 'c', 'd', 'e')
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.dictionary(word, fc.option(fc.string(), { nil: undefined })) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      let { storage, reopen } = await onDisk()
      const expected = new Map<string, string>()
      for (const entries of steps) {
        if (entries === 'restart') {
          const next = await reopen()
          storage = next.storage
          reopen = next.reopen
          continue
        }
        void storage.write(batchOf(entries))
        for (const [key, value] of Object.entries(entries)) {
          if (value === undefined) expected.delete(key)
          else expected.set(key, Buffer.from(value).toString())
        }
      }
      const { storage: last } = await reopen()
      expect(last.damage).toBeUndefined()
      expect(new Map(Object.entries(await contents(last)))).toEqual(expected)
    }),
    { numRuns: 15 },
  )
})

describe('a directory', () => {
  test('is for one at a time, and says so', async () => {
    const directory = temporaryDirectory()
    const { storage, reopen } = await onDisk(directory)
    await storage.write(batchOf({ a: '1' }))
    await expect(openStorage(directory)).rejects.toMatchObject({
      code: 'ERR_KV_STORAGE',
      message: `${join(directory, 'entries')} is in use by another process; each agent takes a data directory of its own.`,
      data: { reason: 'in-use' },
    })
    await storage.write(batchOf({ b: '2' }))
    expect(await contents((await reopen()).storage)).toEqual({ a: '1', b: '2' })
    expect(readdirSync(directory).sort()).toEqual(['confirmed', 'entries'])
  })

  test('that is a file, or stands in one, cannot be used', async () => {
    const file = join(temporaryDirectory(), 'file')
    writeFileSync(file, '')
    for (const path of [file, join(file, 'below')]) {
      await expect(openStorage(path)).rejects.toMatchObject({
        code: 'ERR_KV_STORAGE',
        data: { reason: 'unusable' },
      })
    }
  })
})
