import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendBounded } from '../../src/logic/bounded-list.ts'
import { eventDetail, filterEvents, ndjson } from '../../src/logic/event-filter.ts'
import { mergeHistory, perSecond, summarize } from '../../src/logic/history.ts'
import { applyChange, compareKeys } from '../../src/logic/key-list.ts'
import { newerSpread, summarizeSpread } from '../../src/logic/spread.ts'

const now = '2026-01-01T00:00:00.000Z'

describe('a bounded list', () => {
  it('keeps the last, and no more than it may', () => {
    expect(appendBounded([1, 2, 3], [4, 5], 4)).toEqual([2, 3, 4, 5])
    expect(appendBounded([1], [2, 3, 4], 2)).toEqual([3, 4])
  })
})

describe('keys', () => {
  const entry = (key: string) => ({ key, version: '1', origin: 'n', bytes: 1, modifiedAt: now })
  const put = (key: string, version = '2') =>
    ({ type: 'put', key, version, origin: 'm', bytes: 9 }) as const
  const keys = (list: readonly { key: string }[]) => list.map(({ key }) => key)

  it('are in the order of the bytes of their UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
      }),
    )
  })

  it('that are written take their place or that of the former', () => {
    const list = [entry('a'), entry('c')]
    expect(keys(applyChange(list, put('b'), undefined, now))).toEqual(['a', 'b', 'c'])
    const [first] = applyChange(list, put('a'), undefined, now)
    expect(first?.version).toBe('2')
    expect(list[0]?.version).toBe('1')
  })

  it('beyond the pages that were read wait for their page', () => {
    expect(keys(applyChange([entry('a'), entry('c')], put('d'), 'c', now))).toEqual(['a', 'c'])
  })

  it('that are deleted or expire are gone', () => {
    for (const type of ['delete', 'expire'] as const) {
      const change = { type, key: 'a', version: '2' }
      expect(applyChange([entry('a')], change, undefined, now)).toEqual([])
    }
  })
})

describe('the history', () => {
  const history = (time: number[], queue: (number | null)[]) => ({
    intervalMs: 1_000,
    columns: { time, queue },
  })

  it('takes on what is newer, once, and lets go of what is over 15 minutes old', () => {
    const merged = mergeHistory(history([1, 2], [5, 6]), history([2, 3], [6, 7]))
    expect(merged.columns).toEqual({ time: [1, 2, 3], queue: [5, 6, 7] })
    expect(mergeHistory(merged, history([903], [1])).columns.time).toEqual([903])
  })

  it('begins anew with another interval, and fills what a row lacks', () => {
    const other = { ...history([9], [1]), intervalMs: 5_000 }
    expect(mergeHistory(history([1], [5]), other)).toBe(other)
    const more = { intervalMs: 1_000, columns: { time: [2], kvKeys: [4] } }
    expect(mergeHistory(history([1], [5]), more).columns).toEqual({
      time: [1, 2],
      queue: [5, null],
      kvKeys: [null, 4],
    })
  })

  it('is summed up, with gaps left out', () => {
    expect(summarize([3, null, 1])).toEqual({ now: 1, min: 1, max: 3 })
    expect(summarize([])).toEqual({ now: null, min: null, max: null })
    expect(perSecond([10, null], 5_000)).toEqual([2, null])
  })
})

describe('a write that spreads', () => {
  const spread = (afterMs: Record<string, number>, missing: string[] = []) => ({
    version: 'v',
    key: 'k',
    missing,
    members: Object.entries(afterMs).map(([name, ms]) => ({ name, afterMs: ms })),
  })

  it('is summed up in the order of arrival', () => {
    const summary = summarizeSpread(spread({ b: 30, a: 10, c: 20 }, ['d']))
    expect(summary).toMatchObject({ reached: 3, total: 4, halfMs: 20, lastMs: 30 })
    expect(summary.order.map(({ name }) => name)).toEqual(['a', 'c', 'b'])
  })

  it('never shrinks by a report that comes late', () => {
    const late = spread({ a: 1 })
    const full = spread({ a: 1, b: 2 })
    expect(newerSpread(full, late)).toBe(full)
    expect(newerSpread(late, full).members).toHaveLength(2)
  })
})

describe('events', () => {
  const listed = (event: object, id: number) => {
    const whole = { time: now, event: 'x', ...event }
    return { id, event: whole, json: JSON.stringify(whole), detail: eventDetail(whole) }
  }
  const events = [
    listed({ event: 'fail', member: { name: 'db-1' }, from: 'api-1' }, 1),
    listed({ event: 'message', bytes: 'aGVsbG8=', via: 'packet' }, 2),
    listed({ event: 'warning', code: 'label', text: 'Another label.' }, 3),
    listed({ event: 'pause', pausedMs: 681.7110839999987 }, 4),
  ]

  it('are filtered by kind and by all words', () => {
    expect(filterEvents(events, new Set(['fail']), '')).toHaveLength(1)
    expect(filterEvents(events, new Set(), 'DB-1 api')).toHaveLength(1)
    expect(filterEvents(events, new Set(['message']), 'db')).toEqual([])
  })

  it('say what there is to them', () => {
    expect(events.map(({ detail }) => detail)).toEqual([
      'from api-1',
      'hello',
      'label: Another label.',
      'pausedMs 681.71',
    ])
  })

  it('are downloaded as they came, a line each', () => {
    expect(ndjson(events).trim().split('\n')).toEqual(events.map(({ json }) => json))
  })
})
