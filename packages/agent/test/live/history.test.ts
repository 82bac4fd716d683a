import { channel } from 'node:diagnostics_channel'
import type { MemberlistStats } from '@hearsay/memberlist'
import { afterEach, describe, expect, test } from 'vitest'
import { History } from '../../src/live/history.ts'
import { historySchema } from '../../src/live/schemas.ts'
import { FakeMemberlist, memberOf } from '../fakes/fake-memberlist.ts'

const histories: History[] = []
afterEach(() => {
  for (const history of histories.splice(0)) history[Symbol.dispose]()
})

const start = Date.UTC(2026, 0, 2) / 1_000

/** A member whose counters the test sets. */
class CountingMemberlist extends FakeMemberlist {
  readonly counters = { packetsReceived: 0, packetsSent: 0, bytesReceived: 0, bytesSent: 0 }

  override stats(): MemberlistStats {
    const stats = super.stats()
    return {
      ...stats,
      protocol: { ...stats.protocol, ...this.counters, probesFailed: 0 },
      streams: { ...stats.streams, bytesReceived: 0, bytesSent: this.counters.bytesSent },
    }
  }
}

function historyOf() {
  const list = new CountingMemberlist([memberOf('b'), memberOf('c', { state: 'left' })])
  const stored = { keys: 0, bytes: 0 }
  const clock = { now: start * 1_000 }
  const history = new History({ list, store: { stats: () => stored }, now: () => clock.now })
  histories.push(history)
  const sample = (count = 1) => {
    for (let done = 0; done < count; done++) {
      clock.now += 1_000
      history.sample()
    }
  }
  return { clock, history, list, sample, stored }
}

const probed = (member: string, roundTripMs: number) =>
  channel('hearsay:memberlist:probe').publish({ member, to: 'b', roundTripMs })

describe('The history', () => {
  test('begins empty, with every column there is', () => {
    const { history } = historyOf()
    const json = historySchema.parse(history.json())
    expect(json.intervalMs).toBe(1_000)
    expect(Object.values(json.columns).every((column) => column.length === 0)).toBe(true)
  })

  test('shows counters by how much they grew in the interval, and the rest as it is', () => {
    const { history, list, sample, stored } = historyOf()
    list.counters.packetsSent = 5
    list.counters.bytesSent = 100
    stored.keys = 3
    stored.bytes = 30
    sample()
    list.counters.packetsSent = 7
    sample()
    const { columns } = historySchema.parse(history.json())
    expect(columns).toMatchObject({
      time: [start + 1, start + 2],
      packetsIn: [0, 0],
      packetsOut: [5, 2],
      bytesOut: [200, 0],
      queue: [3, 3],
      health: [3, 3],
      members: [2, 2],
      kvKeys: [3, 3],
      kvBytes: [30, 30],
    })
  })

  test('has the median of the probes that were answered, and nothing where none was', () => {
    const { history, sample } = historyOf()
    for (const roundTripMs of [9, 1, 3]) probed('self', roundTripMs)
    probed('another member of this process', 1_000)
    sample()
    sample()
    for (const roundTripMs of [1, 2]) probed('self', roundTripMs)
    sample()
    expect(history.json().columns.roundTripMs).toEqual([3, null, 1.5])
  })

  test('counts who came under suspicion and who failed in the interval', () => {
    const { history, list, sample } = historyOf()
    list.tell({ type: 'suspect', member: memberOf('b'), from: 'c' })
    list.tell({ type: 'suspect', member: memberOf('d'), from: 'c' })
    list.tell({ type: 'fail', member: memberOf('b'), from: 'c' })
    sample()
    sample()
    expect(history.json().columns).toMatchObject({ suspicions: [2, 0], failures: [1, 0] })
  })

  test('keeps 15 minutes and no more', () => {
    const { history, sample } = historyOf()
    sample(1_000)
    const { time, members } = history.json().columns
    expect(time).toHaveLength(900)
    expect(members).toHaveLength(900)
    expect([time.at(0), time.at(-1)]).toEqual([start + 101, start + 1_000])
  })

  test('gives what is newer than what a reader has', () => {
    const { history, sample } = historyOf()
    sample(5)
    expect(history.json(start + 3).columns.time).toEqual([start + 4, start + 5])
    expect(history.json(start + 5).columns.time).toEqual([])
  })

  test('begins anew when the clock was set back, also for who saw what is later', () => {
    const { clock, history, sample } = historyOf()
    sample(3)
    clock.now -= 3_600_000
    sample()
    const { time } = history.json(start + 3).columns
    expect(time).toEqual([start - 3_596])
  })

  test('is no longer taken when it is disposed of', () => {
    const { history, sample } = historyOf()
    history[Symbol.dispose]()
    probed('self', 5)
    sample()
    expect(history.json().columns.roundTripMs).toEqual([null])
  })
})
