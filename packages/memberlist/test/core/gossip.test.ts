import { describe, expect, it } from 'vitest'
import { CHECKSUM_LENGTH } from '../../src/wire/checksum.ts'
import { Keyring } from '../../src/wire/keyring.ts'
import { HAS_CRC } from '../../src/wire/message-type.ts'
import { alive, dead, ping, suspect } from './messages.ts'
import { solo } from './solo.ts'
import type { NodeOptions, WorldNode } from './world-node.ts'

const INTERVAL = 200
const host = (index: number): string => `10.0.1.${index}`

/** `me` and so many others at `host(0)` …, with nothing queued. Gossip begins at 199 ms. */
function among(count: number, options: NodeOptions = {}) {
  const result = solo(options)
  for (let index = 0; index < count; index++) {
    result.me.hear([alive(`m${index}`, { host: host(index), incarnation: 5 })])
  }
  result.me.engine.core.membership.clear()
  result.me.told()
  return result
}

const say = ({ me, world }: ReturnType<typeof among>, text: string, subject?: string): void => {
  me.engine.broadcast(world.now, Buffer.from(text), subject, () => undefined)
}

const targets = (me: WorldNode): string[] => me.sent().map(({ to }) => to.split(':')[0])

describe('a round of gossip', () => {
  it('goes to as many different members as the fan-out says', () => {
    const bench = among(10)
    say(bench, 'hello')
    bench.world.run(INTERVAL)
    const hosts = targets(bench.me)
    expect(hosts).toHaveLength(3)
    expect(new Set(hosts).size).toBe(3)
    expect(hosts).not.toContain('10.0.0.1')
  })

  it('goes to the alive and the suspected, and never to those that left', () => {
    const bench = among(3)
    bench.me.hear([suspect('m0', 5, 'm1'), dead('m2', 5, 'm2')])
    bench.me.sent()
    bench.world.run(INTERVAL)
    expect(targets(bench.me).sort()).toEqual([host(0), host(1)])
  })

  it('goes to the dead as long as they may still refute', () => {
    const bench = among(2, { settings: { gossipToTheDeadMs: 5_000 } })
    bench.me.hear([dead('m0', 5, 'm1')])
    bench.world.run(4_900)
    bench.me.sent()
    say(bench, 'soon')
    bench.world.run(100)
    expect(targets(bench.me)).toContain(host(0))
    bench.world.run(100)
    bench.me.sent()
    say(bench, 'late')
    bench.world.run(2_000)
    expect(new Set(targets(bench.me))).toEqual(new Set([host(1)]))
  })

  it('sends a message as often as the limit says, over rounds and members', () => {
    const bench = among(5)
    say(bench, 'hello')
    bench.world.run(60_000)
    const said = bench.me.said().filter((message) => message.type === 'user')
    // 4 x ceil(log10(6 + 1))
    expect(said).toHaveLength(4)
  })

  it('sends a message more often in a larger cluster', () => {
    const bench = among(120)
    say(bench, 'hello')
    bench.world.run(60_000)
    expect(bench.me.said()).toHaveLength(12)
  })

  it('goes on while there is nobody to gossip to, and ends when somebody is', () => {
    const bench = among(0)
    say(bench, 'hello')
    bench.world.run(1_000)
    expect(bench.me.sent()).toEqual([])
    bench.me.hear([alive('a', { host: host(1) })])
    bench.world.run(INTERVAL)
    expect(targets(bench.me)).toEqual([host(1)])
  })

  it('has a checksum for those that read one, and for nobody else', () => {
    const bench = among(1)
    bench.me.hear([alive('old', { host: host(9), versions: [1, 4, 2, 0, 0, 0] })])
    bench.me.engine.core.membership.clear()
    say(bench, 'hello')
    bench.world.run(INTERVAL)
    const firstBytes = new Map(bench.me.packets.map(({ to, bytes }) => [to, bytes[0]]))
    expect(firstBytes.get(`${host(0)}:7946`)).toBe(HAS_CRC)
    expect(firstBytes.get(`${host(9)}:7946`)).toBe(8)
  })

  it('does not happen when it is turned off', () => {
    for (const settings of [{ gossipIntervalMs: 0 }, { gossipNodes: 0 }]) {
      const bench = among(3, { settings })
      say(bench, 'hello')
      bench.world.run(10_000)
      expect(bench.me.sent()).toEqual([])
    }
  })
})

describe('the timer of gossip', () => {
  const gossipTimers = (me: WorldNode): number =>
    [...me.timers.keys()].filter(({ kind }) => kind === 'gossip').length

  it('runs only while something is queued', () => {
    const bench = among(3)
    bench.world.run(INTERVAL)
    expect(gossipTimers(bench.me)).toBe(0)
    const rounds = bench.me.engine.core.counters.gossipRounds
    bench.world.run(60_000)
    expect(bench.me.engine.core.counters.gossipRounds).toBe(rounds)
    say(bench, 'hello')
    say(bench, 'again')
    expect(gossipTimers(bench.me)).toBe(1)
    bench.world.run(60_000)
    expect(gossipTimers(bench.me)).toBe(0)
  })

  it('keeps its phase, as if it always ran', () => {
    const bench = among(3)
    for (const wait of [1_000, 1_057, 3_333, 7_199]) {
      bench.world.run(wait)
      say(bench, 'hello')
      const before = bench.me.packets.length
      bench.world.run(INTERVAL)
      const { at } = bench.me.packets[before]
      expect(at % INTERVAL).toBe(INTERVAL - 1)
      bench.world.run(5_000)
    }
  })

  it('is not followed by another at once when its timer was a little early', () => {
    const bench = among(3)
    const delays: number[] = []
    const { setTimer } = bench.me
    bench.me.setTimer = (timer, delayMs) => {
      if (timer.kind === 'gossip') delays.push(delayMs)
      else setTimer.call(bench.me, timer, delayMs)
    }
    bench.world.timeline.runTo(10 * INTERVAL)
    say(bench, 'hello')
    bench.world.run(INTERVAL - 3)
    bench.me.engine.timerFired(bench.world.now, { kind: 'gossip' })
    expect(delays).toEqual([INTERVAL - 1, INTERVAL + 2])
  })

  it('waits for the next round when something is said right at one', () => {
    const bench = among(3)
    bench.world.timeline.runTo(10 * INTERVAL - 1)
    say(bench, 'hello')
    bench.world.run(INTERVAL - 1)
    expect(bench.me.sent()).toEqual([])
    bench.world.run(1)
    expect(bench.me.sent()).not.toEqual([])
  })
})

describe('a packet', () => {
  const sizes = (me: WorldNode): number[] => me.packets.map(({ bytes }) => bytes.length)

  it.each<[string, NodeOptions]>([
    ['in the clear', {}],
    ['with a label', { security: { label: Buffer.from('a label of some length') } }],
    ['encrypted', { security: { keyring: new Keyring([new Uint8Array(32)]) } }],
    [
      'encrypted as protocol 1 has it, with a label',
      {
        security: {
          keyring: new Keyring([new Uint8Array(16)]),
          encryptionVersion: 0,
          label: Buffer.from('blue'),
        },
      },
    ],
  ])('%s is full, and never longer than it may be, checksum included', (_what, options) => {
    const bench = among(4, options)
    for (let index = 0; index < 300; index++)
      say(bench, `message ${index} ${'.'.repeat(index % 60)}`)
    bench.world.run(3_000)
    const lengths = sizes(bench.me)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1_400)
    expect(lengths[0]).toBeGreaterThan(1_340)
  })

  it('has at most 127 messages', () => {
    const bench = among(1)
    for (let index = 0; index < 400; index++) say(bench, String(index % 10))
    bench.world.run(INTERVAL)
    expect(bench.me.sent()[0].messages).toHaveLength(127)
  })

  it('of one message is no compound', () => {
    const bench = among(1)
    say(bench, 'x')
    bench.world.run(INTERVAL)
    expect([...bench.me.packets[0].bytes.subarray(CHECKSUM_LENGTH)]).toEqual([8, 120])
  })

  it('takes gossip along on an answer, and counts that as sent', () => {
    const bench = among(3)
    say(bench, 'hello')
    for (let index = 0; index < 4; index++) bench.me.hear([ping(index, 'me')], host(0))
    expect(bench.me.said().filter(({ type }) => type === 'user')).toHaveLength(4)
    expect(bench.me.engine.core.userMessages.length).toBe(0)
  })

  it('too small for a message of somebody does not keep it waiting for good', () => {
    const bench = among(1, { settings: { udpBufferSize: 512 } })
    bench.me.hear([alive('a', { host: host(7), meta: 'm'.repeat(500) })])
    say(bench, 'x'.repeat(600))
    const { membership, userMessages } = bench.me.engine.core
    const shedBefore = membership.shed
    bench.world.run(2_000)
    expect(bench.me.said()).toEqual([])
    expect([membership.length, membership.shed - shedBefore]).toEqual([0, 1])
    expect([userMessages.length, userMessages.shed]).toEqual([0, 1])
  })
})

describe('the share of user messages', () => {
  /** Kinds of the messages in the first packet, when there is much of both. */
  function firstPacket(userMessageShare: number): { users: number; others: number } {
    const bench = among(1, { settings: { userMessageShare } })
    for (let index = 0; index < 100; index++) {
      say(bench, 'u'.repeat(59))
      bench.me.hear([alive(`n${100 + index}`, { host: host(2), port: 1_000 + index })])
    }
    bench.world.run(INTERVAL)
    const [{ messages }] = bench.me.sent()
    const users = messages.filter(({ type }) => type === 'user').length
    return { users, others: messages.length - users }
  }

  it('is kept while both wait, so that churn cannot starve them', () => {
    const { users, others } = firstPacket(25)
    expect(users).toBeGreaterThanOrEqual(5)
    expect(others).toBeGreaterThan(2 * users)
  })

  it('is what the setting says', () => {
    expect(firstPacket(0).users).toBe(0)
    expect(firstPacket(100).others).toBe(0)
    const half = firstPacket(50)
    expect(half.users).toBeGreaterThan(firstPacket(25).users)
    expect(half.others).toBeLessThan(firstPacket(25).others)
  })

  it('is not kept when there are none', () => {
    const bench = among(1)
    for (let index = 0; index < 100; index++) {
      bench.me.hear([alive(`n${100 + index}`, { host: host(2), port: 1_000 + index })])
    }
    bench.world.run(INTERVAL)
    expect(bench.me.packets[0].bytes.length).toBeGreaterThan(1_320)
  })

  it('is all of the packet when there is nothing else', () => {
    const bench = among(1)
    for (let index = 0; index < 100; index++) say(bench, 'u'.repeat(59))
    bench.world.run(INTERVAL)
    expect(bench.me.packets[0].bytes.length).toBeGreaterThan(1_330)
  })

  it('cannot hold membership up, however many they are', () => {
    const bench = among(5)
    for (let index = 0; index < 5_000; index++) say(bench, 'u'.repeat(59))
    bench.me.hear([dead('m0', 5, 'm1')])
    bench.world.run(INTERVAL)
    for (const { messages } of bench.me.sent()) expect(messages[0].type).toBe('dead')
  })
})

describe('messages of the application that wait', () => {
  it('are bounded in number: the oldest goes, and is told', () => {
    const bench = among(1, { settings: { maxQueuedBroadcasts: 16 } })
    const outcomes: string[] = []
    for (let index = 0; index < 20; index++) {
      bench.me.engine.broadcast(0, Buffer.from(`m${index}`), undefined, (outcome) => {
        outcomes.push(`m${index} ${outcome}`)
      })
    }
    expect(outcomes).toEqual(['m0 shed', 'm1 shed', 'm2 shed', 'm3 shed'])
    expect(bench.me.engine.core.userMessages.length).toBe(16)
  })

  it('are bounded in bytes', () => {
    const bench = among(1, { settings: { maxQueuedBytes: 65_536 } })
    for (let index = 0; index < 100; index++) say(bench, 'x'.repeat(1_000))
    expect(bench.me.engine.core.userMessages.bytes).toBeLessThanOrEqual(65_536)
    expect(bench.me.engine.core.userMessages.length).toBe(65)
  })

  it('are replaced by a newer one of the same name', () => {
    const bench = among(1)
    say(bench, 'old', 'config')
    say(bench, 'new', 'config')
    bench.world.run(INTERVAL)
    expect(bench.me.said()).toEqual([{ type: 'user', text: 'new' }])
  })

  it('are told as sent when they were sent to the limit', () => {
    const bench = among(5)
    const outcomes: string[] = []
    bench.me.engine.broadcast(0, Buffer.from('m'), undefined, (outcome) => outcomes.push(outcome))
    bench.world.run(INTERVAL)
    expect(outcomes).toEqual([])
    bench.world.run(INTERVAL)
    expect(outcomes).toEqual(['sent'])
  })
})
