import { describe, expect, it } from 'vitest'
import { limits, type MemberlistEvent } from '../../src/index.ts'
import { bytes, text } from './bytes.ts'
import { settle, VirtualCluster } from './virtual-cluster.ts'

function metaOf(event: MemberlistEvent | undefined): string | undefined {
  return event?.type === 'update' ? text(event.member.meta) : undefined
}

describe('events', () => {
  it('tell a life from join to forget, in order, each with the member as it was then', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const seen: string[] = []
    a.on('event', (event) => {
      if ('member' in event && event.member.name === 'b') {
        seen.push(`${event.type} ${event.member.state} ${text(event.member.meta)}`)
      }
    })
    const b = await cluster.start('b', { meta: bytes('one') })
    await cluster.join(b, a)
    await cluster.finish(b.updateMeta(bytes('two')))
    await cluster.until(() => seen.length === 2)
    await b.shutdown()
    await cluster.until(() => seen.length === 4)
    await cluster.join(await cluster.start('c'), a)
    await cluster.until(() => seen.length === 5, 120_000)
    expect(seen).toEqual([
      'join alive one',
      'update alive two',
      'suspect suspect two',
      'fail failed two',
      'forget failed two',
    ])
  })

  it('tell a member that left apart from one that failed', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const seen: string[] = []
    a.on('event', ({ type }) => seen.push(type))
    await cluster.finish(b.leave())
    await cluster.until(() => seen.length > 0)
    await b.shutdown()
    await cluster.elapse(3_000)
    expect(seen.filter((type) => type !== 'forget')).toEqual(['leave'])
  })

  it('carry what was before an update', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const updates: string[][] = []
    a.on('update', ({ previous, member }) => updates.push([text(previous.meta), text(member.meta)]))
    await cluster.finish(b.updateMeta(bytes('new')))
    await cluster.until(() => updates.length > 0)
    expect(updates).toEqual([['', 'new']])
  })

  it('tell suspicion and its refutation', async () => {
    await using cluster = new VirtualCluster()
    const [a, b, c] = await cluster.startAll(['a', 'b', 'c'])
    const seen: string[] = []
    a.on('suspect', ({ member, from }) => {
      if (member.name === 'b') seen.push(`suspected by ${from}, as ${member.suspicion?.from[0]}`)
    })
    a.on('alive', ({ member }) => member.name === 'b' && seen.push('alive'))
    cluster.network.partition([b.local], [a.local, c.local])
    await cluster.until(() => seen.length > 0)
    cluster.network.heal()
    await cluster.until(() => seen.length > 1)
    expect(seen[0]).toMatch(/^suspected by ([ac]), as \1$/)
    expect(seen[1]).toBe('alive')
  })

  it('come after the call that brought them about, when the members already show it', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const sizes: number[] = []
    a.on('join', () => sizes.push(a.members.length))
    let inCall = true
    let wasInCall: boolean | undefined
    a.on('update', () => {
      wasInCall = inCall
    })
    const told = a.updateMeta(bytes('x'))
    inCall = false
    await told
    expect(wasInCall).toBe(false)
    await cluster.join(await cluster.start('b'), a)
    await cluster.until(() => sizes.length > 0)
    expect(sizes).toEqual([2])
  })

  it('stop for a listener that is taken off, or that asked for one only', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    let once = 0
    let never = 0
    let always = 0
    const taken = (): void => void never++
    a.once('update', () => once++)
    a.on('update', taken).off('update', taken)
    a.on('update', () => always++)
    await a.updateMeta(bytes('1'))
    await a.updateMeta(bytes('2'))
    expect([once, never, always]).toEqual([1, 0, 2])
  })
})

describe('a listener that misbehaves', () => {
  it('harms neither the next listener nor the engine, and is told of when it throws', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const warnings: string[] = []
    let next = 0
    a.on('warning', ({ code, text }) => warnings.push(`${code}: ${text}`))
    a.on('join', () => {
      throw new Error('no room')
    })
    a.on('join', () => next++)
    await cluster.join(await cluster.start('b'), a)
    await cluster.until(() => next === 1 && warnings.length === 1)
    expect(warnings).toEqual([
      'callback-failed: A listener for "join" failed: no room. The member goes on.',
    ])
    expect(a.members).toHaveLength(2)
  })

  it('is told of when its promise rejects', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const warnings: string[] = []
    a.on('warning', ({ text }) => warnings.push(text))
    a.on('update', async () => {
      throw new Error('later')
    })
    await a.updateMeta(bytes('1'))
    await settle()
    expect(warnings).toEqual(['A listener for "update" failed: later. The member goes on.'])
  })

  it('is told of once in an interval, not for each event', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const warnings: string[] = []
    a.on('warning', ({ text }) => warnings.push(text))
    a.on('update', () => {
      throw new Error('again')
    })
    for (const word of ['1', '2', '3']) await a.updateMeta(bytes(word))
    await settle()
    expect(warnings).toHaveLength(1)
    await cluster.elapse(30_000)
    await a.updateMeta(bytes('4'))
    await settle()
    expect(warnings).toHaveLength(2)
  })

  it('does not go round in circles when it fails over warnings', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    let calls = 0
    a.on('warning', () => {
      calls++
      throw new Error('over a warning')
    })
    a.on('update', () => {
      throw new Error('over an update')
    })
    await a.updateMeta(bytes('1'))
    await settle()
    expect(calls).toBe(1)
  })

  it('may take for ever without holding anything up', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    let calls = 0
    a.on('event', () => {
      calls++
      return new Promise(() => undefined)
    })
    await a.updateMeta(bytes('1'))
    await a.updateMeta(bytes('2'))
    await settle()
    expect(calls).toBe(2)
  })

  it('may shut the member down in the middle of what it is told', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    let stopped = false
    a.on('message', async () => {
      await a.shutdown()
      stopped = true
    })
    await b.send('a', bytes('stop'))
    await b.send('a', bytes('stop again'))
    await cluster.until(() => stopped)
  })
})

describe('iterating over events', () => {
  it('gives those from the call on, in order, and ends when the member is shut down', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    await a.updateMeta(bytes('before'))
    const events = a.events()
    for (const word of ['1', '2', '3']) await a.updateMeta(bytes(word))
    await a.shutdown()
    const metas: string[] = []
    for await (const event of events) {
      if (event.type === 'update') metas.push(text(event.member.meta))
    }
    expect(metas).toEqual(['1', '2', '3'])
  })

  it('gives each event to every iterator', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const iterators = [a.events(), a.events()]
    await a.updateMeta(bytes('1'))
    for (const events of iterators) {
      expect(await events.next()).toMatchObject({ done: false, value: { type: 'update' } })
    }
  })

  it('serves reads that wait in the order in which they were asked', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const events = a.events()
    const reads = [events.next(), events.next(), events.next()]
    await a.updateMeta(bytes('1'))
    await a.updateMeta(bytes('2'))
    await a.shutdown()
    const results = await Promise.all(reads)
    expect(results.map(({ value }) => metaOf(value))).toEqual(['1', '2', undefined])
    expect(results[2].done).toBe(true)
  })

  it('ends with the signal, after what had come before', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const stop = new AbortController()
    const events = a.events({ signal: stop.signal })
    await a.updateMeta(bytes('1'))
    await settle()
    stop.abort()
    await a.updateMeta(bytes('2'))
    const seen: string[] = []
    for await (const { type } of events) seen.push(type)
    expect(seen).toEqual(['update'])
    const ended = a.events({ signal: stop.signal })
    expect(await ended.next()).toEqual({ done: true, value: undefined })
  })

  it('ends with the loop that reads them', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const events = a.events()
    await a.updateMeta(bytes('1'))
    for await (const event of events) {
      expect(event.type).toBe('update')
      break
    }
    await a.updateMeta(bytes('2'))
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })

  it('drops the oldest for a reader that is too far behind, and tells it how many', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    const events = a.events()
    for (let index = 0; index < limits.bufferedEvents + 3; index++) {
      await a.updateMeta(bytes(String(index)))
    }
    await settle()
    const first = await events.next()
    expect(first.value).toEqual({
      type: 'warning',
      code: 'overload',
      text: 'This iterator was too slow: 3 older events were dropped.',
    })
    const second = await events.next()
    expect(metaOf(second.value)).toBe('3')
  })

  it('ends at once for a member that was shut down', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a'])
    await a.shutdown()
    expect(await a.events().next()).toEqual({ done: true, value: undefined })
  })
})
