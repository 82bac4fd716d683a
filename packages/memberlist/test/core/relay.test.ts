import { describe, expect, it } from 'vitest'
import { limits } from '../../src/limits.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import { ack, alive, indirectPing, nack, ping, user } from './messages.ts'
import { solo } from './solo.ts'
import type { NodeOptions, WorldNode } from './world-node.ts'

const A = '10.0.0.11'
const B = '10.0.0.12'
const STRANGER = '10.0.0.66'

/** `me`, who knows `a` and `b`, and has a long message of the application to pass on. */
function knowing(options: NodeOptions = {}, { gossip = true } = {}) {
  const result = solo({ ...options, settings: { gossipIntervalMs: 0, ...options.settings } })
  const { me, world } = result
  me.hear([alive('a', { host: A }), alive('b', { host: B })])
  me.engine.core.membership.clear()
  me.told()
  if (gossip) {
    const payload = Buffer.from('g'.repeat(500))
    me.engine.broadcast(world.now, payload, undefined, () => undefined)
  }
  return result
}

/** What was sent, as `type sequence to address`, with a + where gossip was on top. */
function answers(me: WorldNode): string[] {
  return me.sent().map(({ to, messages: [first, ...more] }) => {
    const sequence = 'sequence' in first ? first.sequence : ''
    return `${first.type} ${sequence} to ${to}${more.length > 0 ? ' +' : ''}`
  })
}

describe('a ping', () => {
  it('is answered with its number to where it came from, with gossip on top', () => {
    const { me } = knowing()
    me.hear([ping(7, 'me')], STRANGER, 1_234)
    expect(answers(me)).toEqual([`ack 7 to ${STRANGER}:1234 +`])
  })

  it('without a name is for whoever gets it', () => {
    const { me } = knowing()
    me.hear([ping(7, '')], STRANGER)
    expect(answers(me)).toHaveLength(1)
  })

  it('for another name is not answered, and counted', () => {
    const { me } = knowing()
    me.hear([ping(7, 'you')], STRANGER)
    expect(answers(me)).toEqual([])
    expect(me.rejectedFor('wrong-name')).toBe(1)
  })

  it('is answered with the payload that the application gives', () => {
    const { me } = knowing({ hooks: { ackPayload: () => Buffer.from('here') } })
    me.hear([ping(7, 'me')], A)
    expect(me.said()[0]).toEqual({ type: 'ack', sequence: 7, payload: 'here' })
  })

  it('is answered to the address that it names when a member is there by the name it gives', () => {
    const { me } = knowing()
    me.hear([ping(7, 'me', { sourceHost: A, sourcePort: 7_946, sourceNode: 'a' })], STRANGER, 55)
    expect(answers(me)).toEqual([`ack 7 to ${A}:7946 +`])
  })

  it('is answered to the address that it names when it came from there', () => {
    const { me } = knowing()
    const source = { sourceHost: STRANGER, sourcePort: 7_946, sourceNode: 'new' }
    me.hear([ping(7, 'me', source)], STRANGER)
    expect(answers(me)).toEqual([`ack 7 to ${STRANGER}:7946 +`])
  })

  it.each([
    ['only the address', { sourceHost: A }],
    ['only the port', { sourcePort: 7_946 }],
    ['only the name', { sourceNode: 'a' }],
  ])('that names %s is answered to where it came from', (_what, source) => {
    const { me } = knowing()
    me.hear([ping(7, 'me', source)], STRANGER, 55)
    expect(answers(me)).toEqual([`ack 7 to ${STRANGER}:55 +`])
  })
})

describe('a ping that names an address which is neither where it came from nor a member', () => {
  const forged = { sourceHost: '10.9.9.9', sourcePort: 53 }

  it.each([
    ['nobody', { ...forged }],
    ['a member that is elsewhere', { ...forged, sourceNode: 'a' }],
    ['a member at another port', { sourceHost: A, sourcePort: 53, sourceNode: 'a' }],
    ['a name that is not known', { ...forged, sourceNode: 'z' }],
  ])('as %s gets no gossip', (_what, source) => {
    const { me } = knowing()
    me.hear([ping(7, 'me', source)], STRANGER)
    const host = source.sourceHost
    expect(answers(me)).toEqual([`ack 7 to ${host}:53`])
  })

  it('gets no answer that is bigger than the question', () => {
    const { me } = knowing({ hooks: { ackPayload: () => new Uint8Array(300) } })
    const question = ping(7, 'me', forged)
    me.hear([question], STRANGER)
    const [{ bytes }] = me.packets
    expect(bytes.length).toBeLessThanOrEqual(question.length)
    expect(me.said()).toEqual([{ type: 'ack', sequence: 7, payload: '' }])
  })

  it('gets the payload where the answer stays the smaller', () => {
    const { me } = knowing({ hooks: { ackPayload: () => Buffer.from('p') } })
    me.hear([ping(7, 'me', forged)], STRANGER)
    expect(me.said()).toEqual([{ type: 'ack', sequence: 7, payload: 'p' }])
  })

  it('gets all of it when it was encrypted with our key', () => {
    const { me } = knowing({ security: { keyring: new Keyring([new Uint8Array(16)]) } })
    me.hear([ping(7, 'me', forged)], STRANGER)
    expect(answers(me)).toEqual(['ack 7 to 10.9.9.9:53 +'])
  })
})

describe('an indirect ping', () => {
  const source = { sourceHost: A, sourcePort: 7_946, sourceNode: 'a' }
  const ask = (fields = {}) => indirectPing(7, 'b', { host: B, ...source, ...fields })

  /** The number of the ping that was made for it. */
  function relayed(me: WorldNode): number {
    const message = me
      .said()
      .toReversed()
      .find(({ type }) => type === 'ping')
    if (message?.type !== 'ping') throw new Error('no ping was made')
    return message.sequence
  }

  it('makes us ping the target, under our own number and in our own name', () => {
    const { me } = knowing({ decisions: { sequence: () => 99 } }, { gossip: false })
    me.hear([ask()], A)
    expect(me.sent()).toEqual([
      {
        to: `${B}:7946`,
        messages: [
          {
            type: 'ping',
            sequence: 99,
            node: 'b',
            sourceHost: '10.0.0.1',
            sourcePort: 7_946,
            sourceNode: 'me',
          },
        ],
      },
    ])
  })

  it('is answered with the number that the asker knows when the ack comes, without its payload', () => {
    const { me } = knowing({}, { gossip: false })
    me.hear([ask()], A)
    me.hear([ack(relayed(me), 'payload')], B)
    expect(me.sent()).toEqual([
      { to: `${A}:7946`, messages: [{ type: 'ack', sequence: 7, payload: '' }] },
    ])
  })

  it('is answered with a nack, if that is wanted, when no ack came in 0.8 of the probe time-out', () => {
    for (const wanted of [true, false]) {
      const { me, world } = knowing({}, { gossip: false })
      me.hear([ask({ nack: wanted })], A)
      world.run(399)
      me.sent()
      world.run(1)
      expect(answers(me)).toEqual(wanted ? [`nack 7 to ${A}:7946`] : [])
    }
  })

  it('is answered with an ack that comes after the nack, too', () => {
    const { me, world } = knowing({}, { gossip: false })
    me.hear([ask()], A)
    const sequence = relayed(me)
    world.run(800)
    me.sent()
    me.hear([ack(sequence)], B)
    expect(answers(me)).toEqual([`ack 7 to ${A}:7946`])
  })

  it('is answered with no nack once the ack was passed on', () => {
    const { me, world } = knowing({}, { gossip: false })
    me.hear([ask()], A)
    me.hear([ack(relayed(me))], B)
    me.sent()
    world.run(5_000)
    expect(me.sent()).toEqual([])
  })

  it('does not believe an ack from elsewhere, nor a nack', () => {
    const { me } = knowing({}, { gossip: false })
    me.hear([ask()], A)
    const sequence = relayed(me)
    me.hear([ack(sequence)], STRANGER)
    me.hear([nack(sequence)], B)
    expect(me.sent()).toEqual([])
    expect(me.rejectedFor('unexpected-ack')).toBe(1)
  })

  it('is over some time after the nack', () => {
    const { me, world } = knowing({ settings: { probeIntervalMs: 1_000 } }, { gossip: false })
    me.hear([ask({ host: STRANGER })], A)
    const sequence = relayed(me)
    world.run(1_499)
    me.hear([ack(sequence)], B)
    world.run(2)
    me.hear([ack(sequence)], STRANGER)
    expect(me.said().filter(({ type }) => type === 'ack')).toEqual([])
  })

  it('is answered to where it came from when it names no address', () => {
    const { me, world } = knowing({}, { gossip: false })
    me.hear([indirectPing(7, 'b', { host: B })], STRANGER, 55)
    world.run(500)
    expect(answers(me).at(-1)).toBe(`nack 7 to ${STRANGER}:55`)
  })

  it('names our own port where it leaves the port of the target out', () => {
    const { me } = knowing({ port: 7_777 }, { gossip: false })
    me.hear([ask({ port: 0 })], A)
    expect(me.sent()[0].to).toBe(`${B}:7777`)
  })

  it('names our own port in any case when we speak protocol 1', () => {
    const { me } = knowing({ port: 7_777, settings: { protocolVersion: 1 } }, { gossip: false })
    me.hear([ask({ port: 1_234 })], A)
    expect(me.sent()[0].to).toBe(`${B}:7777`)
  })

  it('without a usable target is refused', () => {
    const { me } = knowing()
    me.hear([ask({ host: '' })], A)
    expect(me.rejectedFor('bad-member')).toBe(1)
    expect(me.sent()).toEqual([])
  })

  it('carries gossip to members, and to nobody else', () => {
    const { me, world } = knowing()
    me.hear([ask()], A)
    world.run(500)
    expect(answers(me).map((text) => text.endsWith('+'))).toEqual([true, true])
    me.hear([indirectPing(8, 'z', { host: STRANGER, sourceHost: '10.9.9.9', sourcePort: 53 })], A)
    world.run(500)
    expect(answers(me).map((text) => text.endsWith('+'))).toEqual([false, false])
  })

  it('is not made for more than the stated number at a time; later ones are made again', () => {
    const { me, world } = knowing({ settings: { probeIntervalMs: 1_000 } }, { gossip: false })
    for (let index = 0; index < limits.relayedPings + 5; index++) {
      me.hear([indirectPing(index, 'z', { host: STRANGER, ...source })], A)
    }
    expect(me.rejectedFor('overload')).toBe(5)
    expect(me.packets).toHaveLength(limits.relayedPings)
    world.run(1_600)
    me.sent()
    me.hear([ask()], A)
    expect(me.sent()).toHaveLength(1)
    expect(me.rejectedFor('overload')).toBe(5)
  })

  it('gives its place back when it was answered', () => {
    const { me, world } = knowing({ settings: { probeIntervalMs: 1_000 } }, { gossip: false })
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < limits.relayedPings; index++) {
        me.hear([indirectPing(index, 'b', { host: B, ...source })], A)
        if (index % 1_024 === 0) me.hear([ack(relayed(me))], B)
      }
      world.run(1_600)
      me.sent()
    }
    expect(me.rejectedFor('overload')).toBe(0)
  })
})

describe('a ping by stream', () => {
  const bytes = (message: Uint8Array): [Uint8Array, number, number] => [message, 1, message.length]

  it('is answered with an ack', () => {
    const { me } = knowing()
    const answer = me.engine.answerStreamPing(...bytes(ping(7, 'me')), A, 1)
    expect(answer).toEqual(ack(7))
  })

  it('for another name gets no answer', () => {
    const { me } = knowing()
    expect(me.engine.answerStreamPing(...bytes(ping(7, 'you')), A, 1)).toBeUndefined()
    expect(me.rejectedFor('wrong-name')).toBe(1)
  })

  it('that cannot be read gets no answer', () => {
    const { me } = knowing()
    expect(me.engine.answerStreamPing(...bytes(user('nonsense')), A, 1)).toBeUndefined()
    expect(me.rejections.size).toBe(1)
  })
})
