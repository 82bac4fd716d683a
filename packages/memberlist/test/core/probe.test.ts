import { describe, expect, it } from 'vitest'
import { isOutdated } from '../../src/core/effects.ts'
import { CHECKSUM_LENGTH } from '../../src/wire/checksum.ts'
import { HAS_CRC } from '../../src/wire/message-type.ts'
import { ack, alive, dead, suspect } from './messages.ts'
import { at, type BenchOptions, bench, pingOf, pingsIn } from './probe-bench.ts'
import type { WorldNode } from './world-node.ts'

const state = (me: WorldNode): string[] => ['a', 'b', 'c', 'd'].map((name) => me.state(name))

describe('a probe', () => {
  it('pings one member in each interval, by its name, with our address to answer to', () => {
    const { me, advance } = bench()
    advance(1_000)
    const [{ to, messages }, ...more] = me.sent()
    expect(more).toEqual([])
    expect(to).toBe('10.0.0.11:7946')
    expect(messages).toMatchObject([
      {
        type: 'ping',
        node: 'a',
        sourceHost: '10.0.0.1',
        sourcePort: 7_946,
        sourceNode: 'me',
      },
    ])
  })

  it('is round robin: every member once, and never ourselves', () => {
    const { me, advance } = bench()
    const order: string[] = []
    for (let round = 1; round <= 8; round++) {
      advance(round * 1_000)
      const { node, sequence } = pingOf(me)
      order.push(node)
      me.hear([ack(sequence)], at(node))
    }
    expect(order).toEqual(['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'])
  })

  it('passes over the dead and those that left', () => {
    const { me, advance } = bench()
    me.hear([dead('a', 5, 'b'), dead('c', 5, 'c')])
    me.engine.core.membership.clear()
    advance(1_000)
    const { node, sequence } = pingOf(me)
    me.hear([ack(sequence)], at(node))
    advance(2_000)
    expect([node, pingOf(me).node]).toEqual(['b', 'd'])
  })

  it('is good when the ack comes in time: nobody else is asked', () => {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(1_499)
    me.hear([ack(sequence)], at('a'))
    advance(1_999)
    expect(me.sent()).toEqual([])
    expect(me.streams).toEqual([])
    expect(state(me)).toEqual(['alive', 'alive', 'alive', 'alive'])
  })

  it('has timers that are outdated once it is over, and not before', () => {
    const { me, advance } = bench()
    const outdated = (): string[] =>
      [...me.timers.keys()].filter(isOutdated).map(({ kind }) => kind)
    advance(1_000)
    const { sequence } = pingOf(me)
    expect(outdated()).toEqual([])
    me.hear([ack(sequence)], at('a'))
    expect(outdated()).toEqual(['probe-timeout'])
    advance(2_500)
    expect([...me.timers.keys()].map(({ kind }) => kind)).toContain('probe-end')
    expect(outdated()).toEqual([])
    me.engine.stalled(2_500, 5_000)
    expect(outdated()).toEqual(['probe-end'])
  })

  it('tells the round trip and the payload of the ack', () => {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(1_040)
    me.hear([ack(sequence, 'coordinates')], at('a'))
    expect(me.told()).toEqual(['ping-complete a 40 coordinates'])
    expect(me.engine.core.members.roundTripMs(me.slot('a'))).toBe(40)
  })

  it('carries gossip on its ping, but not when it accuses', () => {
    const { me, advance } = bench({ names: ['a'] })
    me.hear([alive('z', { incarnation: 1, host: '10.0.0.99' }), dead('z', 1, 'b')])
    advance(1_000)
    expect(me.said().map(({ type }) => type)).toEqual(['ping', 'dead'])
    me.hear([suspect('a', 5, 'b')])
    advance(4_000)
    for (const { messages } of me.sent()) {
      if (messages[0].type === 'ping') {
        expect(messages).toMatchObject([
          { type: 'ping', node: 'a' },
          { type: 'suspect', node: 'a', incarnation: 5, from: 'me' },
        ])
      }
    }
  })

  it('accuses a suspect to its face, with a checksum for those that read one', () => {
    for (const [versions, first] of [
      [[1, 5, 2, 0, 0, 0], HAS_CRC],
      [[1, 4, 2, 0, 0, 0], 7],
    ] as const) {
      const { me, advance } = bench({ names: ['a'], versions })
      me.hear([suspect('a', 5, 'b')])
      me.engine.core.membership.clear()
      advance(1_000)
      const [{ bytes }] = me.packets
      expect(bytes[0]).toBe(first)
      const compound = bytes.subarray(first === HAS_CRC ? CHECKSUM_LENGTH : 0)
      expect([compound[0], compound[1]]).toEqual([7, 2])
    }
  })

  it('draws its sequence numbers, so that nobody can guess them', () => {
    const { me, advance } = bench()
    const sequences: number[] = []
    for (let round = 1; round <= 4; round++) {
      advance(round * 1_000)
      const { sequence, node } = pingOf(me)
      sequences.push(sequence)
      me.hear([ack(sequence)], at(node))
    }
    const steps = sequences.slice(1).map((each, index) => Math.abs(each - sequences[index]))
    expect(Math.min(...steps)).toBeGreaterThan(1_000)
  })
})

describe('a probe without an ack in time', () => {
  it('asks others that are alive, neither us nor the target, for an indirect ping', () => {
    const { me, advance } = bench({ settings: { indirectChecks: 3 } })
    me.hear([suspect('d', 5, 'b')])
    me.engine.core.membership.clear()
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(1_500)
    const asked = me.sent()
    expect(asked.map(({ to }) => to).sort()).toEqual(['10.0.0.12:7946', '10.0.0.13:7946'])
    for (const { messages } of asked) {
      expect(messages).toEqual([
        {
          type: 'indirect-ping',
          sequence,
          node: 'a',
          targetHost: '10.0.0.11',
          targetPort: 7_946,
          nack: true,
          sourceHost: '10.0.0.1',
          sourcePort: 7_946,
          sourceNode: 'me',
        },
      ])
    }
    expect(me.engine.core.counters.indirectProbes).toBe(2)
  })

  it('asks as many as are to be asked', () => {
    const { me, advance } = bench({ settings: { indirectChecks: 1 } })
    advance(1_000)
    me.sent()
    advance(1_500)
    expect(me.sent()).toHaveLength(1)
  })

  it('wants nacks of those that know protocol 4, and counts on no others', () => {
    const { me, advance } = bench({ versions: [1, 3, 2, 0, 0, 0] })
    advance(1_000)
    me.sent()
    advance(1_500)
    expect(me.said().map((message) => 'nack' in message && message.nack)).toEqual([
      false,
      false,
      false,
    ])
    advance(2_000)
    expect(me.health).toBe(1)
  })

  it('pings by stream at once, for as long as the probe lasts', () => {
    const { me, advance } = bench()
    advance(1_500)
    expect(me.streams.map(({ at, request }) => [at, request.kind])).toEqual([[1_500, 'ping']])
    expect(me.streams[0].request).toMatchObject({ timeoutMs: 500 })
    expect(me.engine.core.counters.streamPings).toBe(1)
  })

  it.each<[string, BenchOptions]>([
    ['to a member that knows protocol 2 only', { versions: [1, 2, 2, 0, 0, 0] }],
    ['when that is turned off', { settings: { disableTcpPings: true } }],
    ['when that is turned off for it', { hooks: { disableTcpPingsFor: (name) => name === 'a' } }],
  ])('does not ping by stream %s', (_what, options) => {
    const { me, advance } = bench(options)
    advance(2_000)
    expect(me.streams).toEqual([])
    expect(me.state('a')).toBe('suspect')
  })

  it('is good when the ack comes before the end, from the target or from who was asked', () => {
    for (const host of [at('a'), at('c')]) {
      const { me, advance } = bench()
      advance(1_000)
      const { sequence } = pingOf(me)
      advance(1_999)
      me.hear([ack(sequence)], host)
      advance(3_000)
      expect(me.state('a')).toBe('alive')
      expect(me.told().filter((text) => text.startsWith('ping-complete a'))).toEqual([])
    }
  })

  it('is good when the stream was answered, with a warning that UDP does not work', () => {
    const { me, world, advance } = bench()
    advance(1_500)
    const { request } = me.streams[0]
    if (request.kind !== 'ping') throw new Error('it is no ping')
    me.engine.streamPingAnswered(world.now, request.probe, true)
    expect(me.told()).toEqual([])
    advance(2_000)
    expect(me.told()).toEqual(['udp-blocked a'])
    expect(me.state('a')).toBe('alive')
  })

  it('does not believe a stream that failed, or that was answered too late', () => {
    const { me, world, advance } = bench()
    advance(1_500)
    const { request } = me.streams[0]
    if (request.kind !== 'ping') throw new Error('it is no ping')
    me.engine.streamPingAnswered(world.now, request.probe, false)
    advance(2_000)
    me.engine.streamPingAnswered(world.now, request.probe, true)
    advance(2_400)
    expect(me.state('a')).toBe('suspect')
  })

  it('ends in a suspicion at the end of the interval, not before', () => {
    const { me, advance } = bench()
    advance(1_999)
    expect(me.state('a')).toBe('alive')
    advance(2_000)
    expect(me.state('a')).toBe('suspect')
    expect(me.queued()).toEqual([{ type: 'suspect', node: 'a', incarnation: 5, from: 'me' }])
    expect(me.engine.core.counters.probesFailed).toBe(1)
  })

  it('accuses the life that it probed: a newer one that came meanwhile is not meant', () => {
    const { me, advance } = bench()
    advance(1_700)
    me.hear([alive('a', { host: at('a'), incarnation: 6 })])
    advance(2_000)
    expect(me.state('a')).toBe('alive')
  })

  it('confirms a suspicion that others have started', () => {
    const { me, advance } = bench()
    advance(1_000)
    me.hear([suspect('a', 5, 'b')])
    advance(2_000)
    const [suspicion] = me.engine.core.suspicions.values()
    expect(suspicion.from.map((name) => Buffer.from(name).toString())).toEqual(['b', 'me'])
  })
})

describe('a probe that could not be sent', () => {
  it('asks others and the stream at once', () => {
    const { me, advance } = bench()
    me.unreachable.add('10.0.0.11')
    advance(1_000)
    expect(me.said().map(({ type }) => type)).toEqual([
      'ping',
      'indirect-ping',
      'indirect-ping',
      'indirect-ping',
    ])
    expect(me.streams[0].request).toMatchObject({ kind: 'ping', timeoutMs: 1_000 })
  })

  it('ends in a suspicion at the end of the interval', () => {
    const { me, advance } = bench()
    me.unreachable.add('10.0.0.11')
    advance(1_999)
    expect(me.state('a')).toBe('alive')
    advance(2_000)
    expect(me.state('a')).toBe('suspect')
  })

  it('does not make our health better when others reach the target', () => {
    const { me, advance } = bench()
    me.engine.core.changeHealth(3)
    me.unreachable.add('10.0.0.11')
    advance(1_000)
    const { sequence } = pingsIn(me.said())[0]
    me.hear([ack(sequence)], at('b'))
    expect(me.health).toBe(3)
    expect(me.state('a')).toBe('alive')
  })
})
