import type { Spread } from '@hearsay/kv'
import { afterEach, describe, expect, test } from 'vitest'
import { EventLog } from '../../src/agent/event-log.ts'
import { eventSchema } from '../../src/http/schemas.ts'
import { spreadSchema } from '../../src/live/schemas.ts'
import { SpreadEvents, spreadJson } from '../../src/live/spread.ts'
import { FakeMemberlist, memberOf } from '../fakes/fake-memberlist.ts'
import { FakeStore } from '../fakes/fake-store.ts'

const list = new FakeMemberlist([
  memberOf('b'),
  memberOf('c', { state: 'suspect' }),
  memberOf('d', { state: 'failed' }),
])
const spreadOf = (version: string, ...names: readonly string[]): Spread => ({
  version,
  key: 'k',
  startedAt: Date.UTC(2026, 0, 2),
  expected: 2,
  members: names.map((name, index) => ({ name, afterMs: index + 0.5 })),
})

const open: SpreadEvents[] = []
afterEach(() => {
  for (const events of open.splice(0)) events[Symbol.dispose]()
})

function spreadEvents() {
  const store = new FakeStore()
  const events = new EventLog()
  const spreads = new SpreadEvents({ store, list, events })
  open.push(spreads)
  const told = () => events.after('0').events.map(({ json }) => eventSchema.parse(JSON.parse(json)))
  return { spreads, store, told }
}

describe('How a write spreads', () => {
  test('is who has it, after how long, and who of those present is not heard of', () => {
    const json = spreadJson(spreadOf('v1', 'c'), list)
    expect(spreadSchema.parse(json)).toEqual({
      version: 'v1',
      key: 'k',
      startedAt: '2026-01-02T00:00:00.000Z',
      expected: 2,
      members: [{ name: 'c', afterMs: 0.5 }],
      missing: ['b'],
    })
  })

  test('is told once for what came together', () => {
    const { spreads, store, told } = spreadEvents()
    store.emit('spread', spreadOf('v1', 'b'))
    store.emit('spread', spreadOf('v2', 'b'))
    store.emit('spread', spreadOf('v1', 'b', 'c'))
    expect(told()).toEqual([])
    spreads.tell()
    spreads.tell()
    expect(told()).toMatchObject([
      { event: 'spread', version: 'v1', members: [{ name: 'b' }, { name: 'c' }], missing: [] },
      { event: 'spread', version: 'v2', members: [{ name: 'b' }], missing: ['c'] },
    ])
  })

  test('is told of a bounded number of writes at a time', () => {
    const { spreads, store, told } = spreadEvents()
    for (let number = 0; number < 100; number++) store.emit('spread', spreadOf(`v${number}`, 'b'))
    spreads.tell()
    expect(told()).toHaveLength(16)
    store.emit('spread', spreadOf('later', 'b'))
    spreads.tell()
    expect(told()).toHaveLength(17)
  })

  test('is no longer told when the agent ends', () => {
    const { spreads, store, told } = spreadEvents()
    store.emit('spread', spreadOf('v1', 'b'))
    spreads[Symbol.dispose]()
    store.emit('spread', spreadOf('v2', 'b'))
    spreads.tell()
    expect(told()).toEqual([])
  })
})
