import { describe, expect, it } from 'vitest'
import { Keyring } from '../../src/wire/keyring.ts'
import { ack, alive, nack, packetOf, plain } from './messages.ts'
import { at, bench, pingOf } from './probe-bench.ts'
import { solo } from './solo.ts'

describe('an ack', () => {
  it('is believed from where the ping went', () => {
    const { me, advance } = bench()
    advance(1_000)
    me.hear([ack(pingOf(me).sequence)], at('a'))
    expect(me.told()).toEqual(['ping-complete a 0 '])
    expect(me.rejections.size).toBe(0)
  })

  it.each([
    ['another host', '10.0.0.66', 7_946],
    ['another port', at('a'), 7_000],
    ['a member that was not asked', at('b'), 7_946],
  ])('is not believed from %s, and the probe goes on', (_what, host, port) => {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    me.hear([ack(sequence)], host, port)
    expect(me.rejectedFor('unexpected-ack')).toBe(1)
    expect(me.told()).toEqual([])
    me.hear([ack(sequence)], at('a'))
    expect(me.told()).toEqual(['ping-complete a 0 '])
  })

  it('is believed from a member once that was asked, and from those that were asked only', () => {
    const { me, advance } = bench({ settings: { indirectChecks: 1 } })
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(1_500)
    const [{ to }] = me.sent()
    for (const name of ['b', 'c', 'd']) {
      if (!to.startsWith(`${at(name)}:`)) me.hear([ack(sequence)], at(name))
    }
    expect(me.rejectedFor('unexpected-ack')).toBe(2)
    me.hear([ack(sequence)], to.split(':')[0])
    advance(2_000)
    expect(me.state('a')).toBe('alive')
  })

  it('is dropped when nobody waits for its number, and when it comes again', () => {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    me.hear([ack((sequence + 1) >>> 0)], at('a'))
    me.hear([ack(sequence), ack(sequence)], at('a'))
    expect(me.rejectedFor('unexpected-ack')).toBe(2)
    expect(me.health).toBe(0)
  })

  it('is dropped after the end of its probe', () => {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(2_000)
    me.hear([ack(sequence)], at('a'))
    expect(me.rejectedFor('unexpected-ack')).toBe(1)
    expect(me.state('a')).toBe('suspect')
  })

  it('is believed from anywhere when it was encrypted with our key', () => {
    const keyring = new Keyring([new Uint8Array(16)])
    const { me, world } = solo({
      security: { keyring },
      settings: { probeIntervalMs: 1_000, gossipIntervalMs: 0 },
      decisions: { stagger: (below) => below },
    })
    me.hear([alive('a', { host: at('a') })])
    me.engine.core.membership.clear()
    me.told()
    world.run(1_000)
    const { sequence } = pingOf(me)
    me.hear([ack(sequence)], '10.9.9.9')
    expect(me.told()).toEqual(['ping-complete a 0 '])
  })

  it('in the clear is believed from where it belongs only, though there are keys', () => {
    const keyring = new Keyring([new Uint8Array(16)])
    const { me, world } = solo({
      security: { keyring, verifyIncoming: false },
      settings: { probeIntervalMs: 1_000, gossipIntervalMs: 0 },
      decisions: { stagger: (below) => below },
    })
    me.hear([alive('a', { host: at('a') })])
    me.engine.core.membership.clear()
    world.run(1_000)
    me.hearPacket(packetOf([ack(pingOf(me).sequence)], plain()), '10.9.9.9')
    expect(me.rejectedFor('unexpected-ack')).toBe(1)
  })
})

describe('a nack', () => {
  it('counts from those that were asked only', () => {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    me.hear([nack(sequence)], at('b'))
    advance(1_500)
    me.hear([nack(sequence)], '10.0.0.66')
    expect(me.rejectedFor('unexpected-ack')).toBe(2)
    for (const name of ['b', 'c', 'd']) me.hear([nack(sequence)], at(name))
    advance(2_000)
    expect(me.health).toBe(0)
  })

  it('leaves the wait open: the ack may still come', () => {
    const { me, advance } = bench()
    advance(1_000)
    const { sequence } = pingOf(me)
    advance(1_500)
    me.hear([nack(sequence)], at('b'))
    me.hear([ack(sequence)], at('c'))
    advance(2_000)
    expect(me.state('a')).toBe('alive')
    expect(me.rejections.size).toBe(0)
  })
})

describe('a ping that the application asks for', () => {
  const asking = () => {
    const result = solo()
    result.me.hear([alive('a', { host: at('a') })])
    result.me.engine.core.membership.clear()
    result.me.told()
    const record = result.me.engine.core.members.record(result.me.slot('a'))
    const ping = result.me.engine.ping(result.world.now, record)
    return { ...result, ping, sequence: pingOf(result.me).sequence }
  }

  it('tells the round trip and the payload', () => {
    const { me, world, sequence } = asking()
    world.run(30)
    me.hear([ack(sequence, 'payload')], at('a'))
    expect(me.told()).toEqual(['ping-done a 30 payload'])
  })

  it('tells that no ack came in time, once', () => {
    const { me, world, sequence } = asking()
    world.run(499)
    expect(me.told()).toEqual([])
    world.run(1)
    expect(me.told()).toEqual(['ping-done a lost '])
    me.hear([ack(sequence)], at('a'))
    expect(me.told()).toEqual([])
    expect(me.rejectedFor('unexpected-ack')).toBe(1)
  })

  it('is over with the ack: its timer finds nothing to do', () => {
    const { me, world, sequence } = asking()
    me.hear([ack(sequence)], at('a'))
    world.run(1_000)
    expect(me.told()).toEqual(['ping-done a 0 '])
  })

  it('believes only whom it asked', () => {
    const { me, sequence } = asking()
    me.hear([ack(sequence)], at('b'))
    expect(me.told()).toEqual([])
    expect(me.rejectedFor('unexpected-ack')).toBe(1)
  })

  it('says nothing of the health of either', () => {
    const { me, world } = asking()
    world.run(1_000)
    expect(me.health).toBe(0)
    expect(me.state('a')).toBe('alive')
  })

  it('is over when who waits for it has had enough', () => {
    const { me, world, ping } = asking()
    ping.finish(undefined)
    expect(me.told()).toEqual(['ping-done a lost '])
    world.run(1_000)
    expect(me.told()).toEqual([])
  })

  it('has another number than those that are under way', () => {
    let draws = 0
    const { me, world } = solo({ decisions: { sequence: () => (draws++ < 4 ? 0xffffffff : 5) } })
    me.hear([alive('a', { host: at('a') })])
    const record = me.engine.core.members.record(me.slot('a'))
    const sequences = [0, 1, 2].map(() => me.engine.ping(world.now, record).sequence)
    expect(sequences).toEqual([0xffffffff, 0, 1])
  })
})
