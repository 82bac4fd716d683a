import { describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { alive, dead, suspect } from './messages.ts'
import { solo } from './solo.ts'

const old = { host: '10.0.0.2', incarnation: 5 }
const moved = { host: '10.0.0.3', incarnation: 6 }
const mapped = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 0, 0, 2)

/** `me`, who knows `a` at 10.0.0.2, and what was said of it since. */
function knowing({ deadNodeReclaimMs = 0, said = [] as readonly Uint8Array[] } = {}) {
  const result = solo({ settings: { deadNodeReclaimMs } })
  result.me.hear([alive('a', old), ...said])
  result.me.told()
  result.me.engine.core.membership.clear()
  return result
}

const hostOf = ({ me }: ReturnType<typeof solo>): string =>
  me.engine.core.members.record(me.slot('a')).host

describe('a name that somebody else claims', () => {
  it.each([
    ['another address', { ...moved }],
    ['another port', { ...old, port: 7_947, incarnation: 6 }],
    ['the same address in sixteen bytes', { address: mapped, incarnation: 6 }],
  ])('at %s is a conflict: told, counted, and dropped', (_what, fields) => {
    const bench = knowing()
    bench.me.hear([alive('a', fields)])
    expect(bench.me.told()).toEqual([
      `conflict a with ${'host' in fields ? fields.host : '10.0.0.2'}:${'port' in fields ? fields.port : 7_946}`,
    ])
    expect(bench.me.rejectedFor('name-conflict')).toBe(1)
    expect(bench.me.engine.core.counters.conflicts).toBe(1)
    expect(bench.me.incarnation('a')).toBe(5)
    expect(hostOf(bench)).toBe('10.0.0.2')
    expect(bench.me.queued()).toEqual([])
  })

  it('is a conflict also with the same or an older incarnation', () => {
    const { me } = knowing()
    me.hear([alive('a', { ...moved, incarnation: 1 })])
    expect(me.told()).toEqual(['conflict a with 10.0.0.3:7946'])
  })

  it('is a conflict while the holder is only suspected', () => {
    const bench = knowing({ deadNodeReclaimMs: 1, said: [suspect('a', 5, 'b')] })
    bench.world.run(100)
    bench.me.hear([alive('a', moved)], '10.0.0.3')
    expect(bench.me.state('a')).toBe('suspect')
    expect(hostOf(bench)).toBe('10.0.0.2')
  })

  it('is taken over from one that left, whatever the incarnation', () => {
    const bench = knowing({ said: [dead('a', 5, 'a')] })
    bench.me.hear([alive('a', { ...moved, incarnation: 1 })])
    expect(bench.me.state('a')).toBe('alive')
    expect(bench.me.incarnation('a')).toBe(1)
    expect(hostOf(bench)).toBe('10.0.0.3')
    expect(bench.me.told()).toEqual(['join a'])
  })
})

describe('a dead member that comes back at another address', () => {
  it('is a conflict without a reclaim time, however long it is dead', () => {
    const bench = knowing({ said: [dead('a', 5, 'b')] })
    bench.world.run(1_000_000)
    bench.me.hear([alive('a', moved)], '10.0.0.3')
    expect(bench.me.state('a')).toBe('dead')
    expect(bench.me.rejectedFor('name-conflict')).toBe(1)
  })

  it('is taken over when it is dead for longer than the reclaim time', () => {
    const bench = knowing({ deadNodeReclaimMs: 10_000, said: [dead('a', 5, 'b')] })
    bench.world.run(10_000)
    bench.me.hear([alive('a', moved)])
    expect(bench.me.state('a')).toBe('dead')
    bench.world.run(1)
    bench.me.hear([alive('a', moved)])
    expect(bench.me.state('a')).toBe('alive')
    expect(hostOf(bench)).toBe('10.0.0.3')
  })

  it('is taken over at once when its next life speaks from the new address itself', () => {
    const bench = knowing({ deadNodeReclaimMs: 10_000, said: [dead('a', 5, 'b')] })
    bench.me.hear([alive('a', moved)], '10.0.0.3')
    expect(bench.me.state('a')).toBe('alive')
    expect(hostOf(bench)).toBe('10.0.0.3')
  })

  it('is taken over at once when it says so by a push/pull of its own', () => {
    const bench = knowing({ deadNodeReclaimMs: 10_000, said: [dead('a', 5, 'b')] })
    bench.me.merge([{ name: 'a', ...moved }], { host: '10.0.0.3' })
    expect(hostOf(bench)).toBe('10.0.0.3')
  })

  it.each([
    ['somebody else says so', moved, '10.0.0.4', 7_946],
    ['it comes from another port', moved, '10.0.0.3', 7_000],
    ['its incarnation is no newer', { ...moved, incarnation: 5 }, '10.0.0.3', 7_946],
  ])('has to wait when %s', (_what, fields, host, port) => {
    const bench = knowing({ deadNodeReclaimMs: 10_000, said: [dead('a', 5, 'b')] })
    bench.me.hear([alive('a', fields)], host, port)
    expect(bench.me.state('a')).toBe('dead')
    expect(bench.me.told()).toEqual(['conflict a with 10.0.0.3:7946'])
  })

  it('is passed on with its new address', () => {
    const bench = knowing({ deadNodeReclaimMs: 1, said: [dead('a', 5, 'b')] })
    bench.me.hear([alive('a', moved)], '10.0.0.3')
    expect(bench.me.queued()).toMatchObject([{ type: 'alive', host: '10.0.0.3', incarnation: 6 }])
  })
})

describe('the number of members', () => {
  it('is bounded: further ones are refused and counted, and the known go on', () => {
    const { me } = solo({ settings: { maxMembers: 4 } })
    for (const name of ['a', 'b', 'c', 'd', 'e']) me.hear([alive(name, { incarnation: 5 })])
    expect(me.engine.core.members.size).toBe(4)
    expect(me.rejectedFor('overload')).toBe(2)
    expect(me.engine.core.registry.size).toBe(4)
    me.hear([alive('a', { incarnation: 6 })])
    expect(me.incarnation('a')).toBe(6)
  })

  it('is bounded in names of the longest length too', () => {
    const { me } = solo()
    me.hear([alive('n'.repeat(limits.nameBytes), { meta: 'm'.repeat(limits.metaBytes) })])
    expect(me.engine.core.members.size).toBe(2)
    expect(me.queued()).toHaveLength(1)
  })
})
