import type { MemberlistEvent } from '@hearsay/memberlist'
import { describe, expect, test } from 'vitest'
import { eventJson } from '../../src/agent/event-json.ts'
import { EventLog } from '../../src/agent/event-log.ts'
import { memberJson } from '../../src/agent/member-json.ts'
import { eventSchema, memberSchema } from '../../src/http/schemas.ts'
import { memberOf } from '../fakes/fake-memberlist.ts'

const time = '2026-01-02T03:04:05.678Z'

describe('A member as JSON', () => {
  test('has the fields that scripts rely on', () => {
    const member = memberOf('node-1', { meta: new TextEncoder().encode('rack 7'), local: true })
    expect(memberJson(member)).toEqual({
      name: 'node-1',
      host: '127.0.0.1',
      port: 7_946,
      state: 'alive',
      incarnation: 1,
      meta: { text: 'rack 7' },
      protocol: { min: 1, max: 5, current: 2 },
      delegate: { min: 0, max: 0, current: 0 },
      local: true,
      since: '2026-01-02T03:04:05.000Z',
    })
  })

  test.each([
    ['', { text: '' }],
    ['grüße 世界 🌍', { text: 'grüße 世界 🌍' }],
    ['a\nb', { base64: 'YQpi' }],
    ['\u001b[31m', { base64: 'G1szMW0=' }],
    ['\u202eabc', { base64: '4oCuYWJj' }],
  ])('has metadata as text where that can be printed: %j', (text, expected) => {
    expect(memberJson(memberOf('a', { meta: new TextEncoder().encode(text) })).meta).toEqual(
      expected,
    )
  })

  test('has metadata that is not UTF-8 as base64', () => {
    expect(memberJson(memberOf('a', { meta: new Uint8Array([0xff, 0xfe]) })).meta).toEqual({
      base64: '//4=',
    })
  })

  test('tells who suspects it, and until when', () => {
    const deadline = Date.UTC(2026, 0, 2)
    const suspicion = { from: ['b', 'c'], deadline }
    const member = memberOf('a', { state: 'suspect', suspicion, roundTripMs: 1.5 })
    expect(memberJson(member, deadline - 1_500).suspicion?.remainingMs).toBe(1_500)
    const json = memberJson(member, deadline + 1)
    expect(memberSchema.parse(json)).toEqual(json)
    expect(json).toMatchObject({
      roundTripMs: 1.5,
      suspicion: {
        from: ['b', 'c'],
        confirmations: 1,
        deadline: '2026-01-02T00:00:00.000Z',
        remainingMs: 0,
      },
    })
  })
})

describe('An event as JSON', () => {
  const member = memberOf('b')
  const events: readonly MemberlistEvent[] = [
    { type: 'join', member },
    { type: 'update', member, previous: memberOf('b', { incarnation: 0 }) },
    { type: 'suspect', member, from: 'c' },
    { type: 'alive', member },
    { type: 'fail', member, from: 'c' },
    { type: 'leave', member },
    { type: 'forget', member },
    { type: 'message', bytes: new Uint8Array([1, 255]), via: 'packet', host: '10.0.0.1', port: 7 },
    { type: 'conflict', existing: member, other: memberOf('b', { port: 9 }) },
    { type: 'health', score: 3 },
    { type: 'pause', pausedMs: 3_000.5 },
    { type: 'warning', code: 'no-key', text: 'Encrypted.', host: '10.0.0.1', port: 7 },
    { type: 'warning', code: 'stalled', text: 'It stood still.' },
  ]

  test.each(events.map((event) => [event.type, event] as const))(
    '%s has its documented shape',
    (type, event) => {
      const json = { time, ...eventJson(event) }
      expect(eventSchema.parse(json)).toEqual(json)
      expect(json.event).toBe(type)
    },
  )

  test('message has its bytes as base64', () => {
    const [message] = events.filter(({ type }) => type === 'message')
    expect(message && eventJson(message)).toEqual({
      event: 'message',
      bytes: 'Af8=',
      via: 'packet',
      host: '10.0.0.1',
      port: 7,
    })
  })
})

describe('The event log', () => {
  const logOf = (options: { maxEvents?: number; maxBytes?: number } = {}) =>
    new EventLog({ ...options, now: () => new Date(time) })
  const fill = (log: EventLog, count: number) =>
    Array.from({ length: count }, (_, score) => log.append({ event: 'health', score }))
  const scores = (events: readonly { json: string }[]) =>
    events.map(({ json }) => (JSON.parse(json) as { score: number }).score)

  test('gives each event its time, and the time first', () => {
    expect(logOf().append({ event: 'health', score: 1 }).json).toBe(
      `{"time":"${time}","event":"health","score":1}`,
    )
  })

  test('goes on after a given event', () => {
    const log = logOf()
    const [, second] = fill(log, 4)
    expect(scores(log.after(second?.id ?? '').events)).toEqual([2, 3])
    expect(log.after(second?.id ?? '').missed).toBe(false)
  })

  test('has nothing after the last event', () => {
    const log = logOf()
    const last = fill(log, 3).at(-1)
    expect(log.after(last?.id ?? '')).toEqual({ missed: false, events: [] })
  })

  test('keeps so many events, and tells a reader who missed some', () => {
    const log = logOf({ maxEvents: 3 })
    const [first, second] = fill(log, 5)
    expect(scores(log.after(first?.id ?? '').events)).toEqual([2, 3, 4])
    expect(log.after(first?.id ?? '').missed).toBe(true)
    expect(log.after(second?.id ?? '').missed).toBe(false)
  })

  test('keeps so many bytes, but always the last event', () => {
    const log = logOf({ maxBytes: 200 })
    fill(log, 10)
    const { length } = log.append({ event: 'health', score: 10 }).json
    expect(log.after('0').events.length).toBe(Math.floor(200 / length))
    log.append({ event: 'warning', code: 'x', text: 'y'.repeat(500) })
    expect(log.after('0').events).toHaveLength(1)
  })

  test('gives all to a reader of an earlier life', () => {
    const log = logOf()
    fill(log, 3)
    expect(scores(log.after('other-2').events)).toEqual([0, 1, 2])
    expect(scores(log.after('nonsense').events)).toEqual([0, 1, 2])
  })

  test('tells listeners until they stop listening', () => {
    const log = logOf()
    const heard: string[] = []
    const stop = log.listen(({ event }) => heard.push(event))
    fill(log, 2)
    stop()
    fill(log, 2)
    expect(heard).toEqual(['health', 'health'])
    expect(log.listeners).toBe(0)
  })
})
