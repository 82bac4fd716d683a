import fc from 'fast-check'
import { expect, it } from 'vitest'
import { kvLimits } from '../../src/limits.ts'
import { decodeMessage, encodeMessage } from '../../src/wire/message.ts'
import type { AnyDraft } from '../../src/wire/message-types.ts'
import { draft } from '../wire/samples.ts'
import { World } from '../world.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)

it('a member that sends anything that the grammar allows breaks nothing', () => {
  const sent = fc.array(fc.record({ message: draft, pauseMs: fc.nat(300) }), { maxLength: 40 })
  fc.assert(
    fc.property(fc.integer(), sent, (seed, messages) => {
      const world = new World(seed, { maxBytes: 65_536 })
      const [one, other] = world.cluster(3)
      world.run(500)
      one.write('k', text('v'))
      for (const { message, pauseMs } of messages) {
        one.receive(encodeMessage('n2', message))
        world.run(pauseMs)
        expect(one.replica.state.bytes).toBeLessThanOrEqual(65_536)
        expect(one.replica.state.origins.size).toBeLessThanOrEqual(kvLimits.origins)
      }
      world.run(2_000)
      const written = one.write('another', text('w'))
      world.run(2_000)
      if (written !== undefined) expect(other.replica.state.entries.has('another')).toBe(true)
    }),
    { numRuns: 100 },
  )
})

it('a peer whose answers bring nothing is not asked for ever', () => {
  const world = new World(1)
  const [one] = world.cluster(2)
  world.run(500)
  const { carry } = world
  let asked = 0
  world.carry = (from, to, bytes, token) => {
    const decoded = decodeMessage(bytes)
    const message = 'message' in decoded ? decoded.message : undefined
    if (from !== one || message?.type !== 'pull') {
      carry.call(world, from, to, bytes, token)
      return
    }
    asked++
    world.later(1, () => one.receive(encodeMessage('n1', emptyAnswer(message.request))))
  }
  one.receive(encodeMessage('n1', status))
  world.run(5_000)
  expect(asked).toBeGreaterThan(10)
  expect(asked).toBeLessThan(150)
  expect(one.replica.counters.refused.malformed).toBeGreaterThan(0)
})

const status: AnyDraft = {
  type: 'status',
  boot: 1,
  end: 100,
  originId: '0102030405060708',
  sequence: 1,
  checksum: 0,
  wantsAnswer: false,
}

function emptyAnswer(request: number): AnyDraft {
  return {
    type: 'chunk',
    request,
    boot: 1,
    end: 100,
    purges: 0,
    isFirst: true,
    isFull: false,
    isFinal: false,
    isWithheld: false,
    cursor: 0,
    partOf: 0,
    offset: 0,
    purgedStamp: { ms: 0, counter: 0 },
    forgotten: { ms: 0, counter: 0 },
    vector: [],
    entries: [],
    part: new Uint8Array(0),
  }
}
