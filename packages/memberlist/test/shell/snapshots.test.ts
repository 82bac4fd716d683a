import { describe, expect, it } from 'vitest'
import type { Member } from '../../src/index.ts'
import { bytes, text } from './bytes.ts'
import { VirtualCluster, view } from './virtual-cluster.ts'

describe('a snapshot of a member', () => {
  it('says all that is known of it', async () => {
    await using cluster = new VirtualCluster()
    cluster.network.packetFate = () => 5
    const before = Date.now()
    const versions = { delegateProtocolMin: 2, delegateProtocolVersion: 3, delegateProtocolMax: 4 }
    const [a] = await cluster.startAll(['a'], versions)
    const b = await cluster.start('b', { meta: bytes('db'), ...versions })
    await cluster.join(b, a)
    await cluster.until(() => a.member('b')?.roundTripMs !== undefined)
    expect(a.member('b')).toEqual({
      name: 'b',
      host: '10.0.0.2',
      port: 7946,
      state: 'alive',
      incarnation: b.local.incarnation,
      meta: bytes('db'),
      protocol: { min: 1, max: 5, current: 2 },
      delegate: { min: 2, max: 4, current: 3 },
      local: false,
      since: a.member('b')?.since,
      roundTripMs: 10,
      suspicion: undefined,
    })
    expect(a.member('b')?.since).toBeGreaterThanOrEqual(before)
    expect(a.member('b')?.since).toBeLessThanOrEqual(Date.now())
    expect(b.local).toMatchObject({ name: 'b', local: true, state: 'alive' })
    expect(a.member('nobody')).toBeUndefined()
  })

  it('says who suspects it and until when', async () => {
    await using cluster = new VirtualCluster()
    const [a, b, c] = await cluster.startAll(['a', 'b', 'c'])
    await c.shutdown()
    await cluster.until(() => a.member('c')?.suspicion !== undefined)
    const suspicion = a.member('c')?.suspicion
    expect(['a', 'b']).toContain(suspicion?.from[0])
    expect(suspicion?.deadline).toBeGreaterThan(Date.now())
    await cluster.until(() => view(a).c === 'failed')
    expect(a.member('c')?.suspicion).toBeUndefined()
    expect(b.local.suspicion).toBeUndefined()
  })

  it('is frozen, and never changes afterwards', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    const member = a.member('b') as Member
    const copy = structuredClone(member)
    await cluster.finish(b.updateMeta(bytes('new')))
    await b.shutdown()
    await cluster.until(() => view(a).b === 'suspect')
    const suspicion = a.member('b')?.suspicion
    await cluster.until(() => view(a).b === 'failed')
    expect(member).toEqual(copy)
    const { protocol, delegate } = member
    for (const each of [member, protocol, delegate, suspicion, a.members, a.allMembers]) {
      expect(Object.isFrozen(each)).toBe(true)
    }
  })

  it('has metadata of its own: writing to it changes nothing here', async () => {
    await using cluster = new VirtualCluster()
    const meta = bytes('mine')
    const [a] = await cluster.startAll(['a'], { meta })
    meta.fill(0)
    a.local.meta.fill(0)
    a.members[0].meta.fill(0)
    const update = bytes('next')
    expect(text(a.local.meta)).toBe('mine')
    await a.updateMeta(update)
    update.fill(0)
    expect(text(a.local.meta)).toBe('next')
    expect(text(a.members[0].meta)).toBe('next')
  })
})

describe('the list of members', () => {
  it('is the same array until something changes, and then another', async () => {
    await using cluster = new VirtualCluster()
    const [a, b] = await cluster.startAll(['a', 'b'])
    await cluster.elapse(1_000)
    const before = a.members
    expect(a.members).toBe(before)
    const names = before.map(({ name }) => name)
    await b.shutdown()
    await cluster.until(() => a.members.length === 1)
    expect(a.members).not.toBe(before)
    expect(before.map(({ name }) => name)).toEqual(names)
  })

  it('shows a new confirmation of a suspicion', async () => {
    await using cluster = new VirtualCluster()
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const lists = await cluster.startAll(names, { suspicionMultiplier: 6 })
    const [a] = lists
    await lists[5].shutdown()
    const accusers = (): number =>
      a.members.find(({ name }) => name === 'f')?.suspicion?.from.length ?? 0
    await cluster.until(() => accusers() > 1)
    expect(accusers()).toBe(a.member('f')?.suspicion?.from.length)
  })

  it('has alive and suspect members by name; all of them also failed and left ones', async () => {
    await using cluster = new VirtualCluster()
    const [c, a, b, d] = await cluster.startAll(['c', 'a', 'b', 'd'])
    await cluster.finish(b.leave())
    await b.shutdown()
    await d.shutdown()
    await cluster.until(() => view(a).d === 'suspect')
    expect(a.members.map(({ name }) => name)).toEqual(['a', 'c', 'd'])
    await cluster.until(() => view(c).d === 'failed' && view(a).d === 'failed')
    expect(c.members.map(({ name }) => name)).toEqual(['a', 'c'])
    expect(view(c)).toEqual({ a: 'alive', b: 'left', c: 'alive', d: 'failed' })
    expect(c.stats().members).toEqual({ alive: 2, suspect: 0, failed: 1, left: 1 })
  })

  it('forgets who is gone for longer than gossip reaches the dead', async () => {
    await using cluster = new VirtualCluster()
    const [a, , c] = await cluster.startAll(['a', 'b', 'c'])
    await c.shutdown()
    await cluster.until(() => view(a).c === 'failed')
    await cluster.elapse(a.settings.gossipToTheDeadMs - 100)
    expect(view(a).c).toBe('failed')
    await cluster.until(() => view(a).c === undefined)
  })

  it('is after shutdown what it was before', async () => {
    await using cluster = new VirtualCluster()
    const [a] = await cluster.startAll(['a', 'b'])
    const { members, local } = a
    await a.shutdown()
    expect(a.members).toEqual(members)
    expect(a.allMembers).toEqual(members)
    expect(a.local).toEqual(local)
    expect(a.member('b')).toEqual(members[1])
    expect(a.health).toBe(0)
  })
})
