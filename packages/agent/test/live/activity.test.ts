import { channels } from '@hearsay/memberlist'
import { afterEach, describe, expect, test } from 'vitest'
import { Activity } from '../../src/live/activity.ts'
import { type ActivityJson, activitySchema } from '../../src/live/schemas.ts'
import { FakeMemberlist, memberOf } from '../fakes/fake-memberlist.ts'

const activities: Activity[] = []
afterEach(() => {
  for (const activity of activities.splice(0)) activity[Symbol.dispose]()
})

function activityOf() {
  const list = new FakeMemberlist([
    memberOf('b', { host: '10.0.0.2' }),
    memberOf('c', { host: 'fd00::3' }),
  ])
  const activity = new Activity(list)
  activities.push(activity)
  const batches: ActivityJson[] = []
  const stop = activity.listen((json) => batches.push(activitySchema.parse(JSON.parse(json))))
  return { activity, batches, list, stop }
}

const b = { member: 'self', host: '10.0.0.2', port: 7_946 }
const bytes = new Uint8Array(100)

describe('The activity', () => {
  test('tells pings, their acks and answers one by one, with the gossip that went along', () => {
    const { activity, batches } = activityOf()
    channels.packetOut.publish({ ...b, bytes, kind: 'ping', messages: 3 })
    channels.packetOut.publish({ ...b, bytes, kind: 'indirect-ping', messages: 1 })
    channels.packetOut.publish({ ...b, bytes, kind: 'ack', messages: 1 })
    channels.packetOut.publish({ ...b, bytes, kind: 'nack', messages: 1 })
    channels.probe.publish({ member: 'self', to: 'b', roundTripMs: 1.5 })
    activity.flush()
    expect(batches).toHaveLength(1)
    expect(batches[0]?.pings).toEqual([
      { to: 'b', kind: 'ping', messages: 2 },
      { to: 'b', kind: 'indirect' },
      { to: 'b', kind: 'answer' },
      { to: 'b', kind: 'answer' },
      { to: 'b', kind: 'ack', roundTripMs: 1.5 },
    ])
  })

  test('adds up gossip and what is received by member, and names who is none by the address', () => {
    const { activity, batches } = activityOf()
    const c = { ...b, host: 'fd00::3' }
    channels.packetOut.publish({ ...b, bytes, kind: 'gossip', messages: 3 })
    channels.packetOut.publish({ ...b, bytes, kind: 'gossip', messages: 1 })
    channels.packetOut.publish({ ...c, bytes, kind: 'gossip', messages: 1 })
    channels.packetIn.publish({ ...b, bytes })
    channels.packetIn.publish({ ...b, host: '10.9.9.9', bytes })
    activity.flush()
    expect(batches[0]).toMatchObject({
      gossip: [
        { to: 'b', messages: 4, packets: 2, bytes: 200 },
        { to: 'c', messages: 1, packets: 1, bytes: 100 },
      ],
      received: [
        { from: 'b', packets: 1, bytes: 100 },
        { from: '10.9.9.9:7946', packets: 1, bytes: 100 },
      ],
      leftOut: 0,
    })
  })

  test('tells the streams that were opened here', () => {
    const { activity, batches } = activityOf()
    const exchange = { ...b, kind: 'push-pull', role: 'request', durationMs: 4 }
    channels.exchange.publish({ ...exchange, error: undefined })
    channels.exchange.publish({ ...exchange, error: new Error('broken') })
    activity.flush()
    expect(batches[0]?.exchanges).toEqual([
      { with: 'b', kind: 'push-pull', durationMs: 4, failed: false },
      { with: 'b', kind: 'push-pull', durationMs: 4, failed: true },
    ])
  })

  test('leaves out of a batch what it has no room for, and says how much', () => {
    const { activity, batches } = activityOf()
    for (let count = 0; count < 300; count++) {
      channels.packetOut.publish({ ...b, bytes, kind: 'ping', messages: 1 })
    }
    activity.flush()
    channels.packetOut.publish({ ...b, bytes, kind: 'ping', messages: 1 })
    activity.flush()
    expect(batches.map(({ pings, leftOut }) => [pings.length, leftOut])).toEqual([
      [256, 44],
      [1, 0],
    ])
  })

  test('says nothing when there was nothing, or only what concerns other members of the process', () => {
    const { activity, batches } = activityOf()
    channels.packetOut.publish({ ...b, member: 'other', bytes, kind: 'ping', messages: 1 })
    activity.flush()
    expect(batches).toEqual([])
  })

  test('costs nothing while nobody listens', () => {
    const used = [channels.packetIn, channels.packetOut, channels.probe, channels.exchange]
    const listened = () => used.map(({ hasSubscribers }) => hasSubscribers)
    const { activity, stop } = activityOf()
    const stopToo = activity.listen(() => undefined)
    expect(listened()).toEqual([true, true, true, true])
    stop()
    stop()
    expect(listened()).toEqual([true, true, true, true])
    stopToo()
    expect(listened()).toEqual([false, false, false, false])
  })

  test('follows a member to its new address', () => {
    const { activity, batches, list } = activityOf()
    const moved = { ...b, host: '10.0.0.9' }
    list.allMembers = [list.local, memberOf('b', { host: '10.0.0.9' })]
    channels.packetIn.publish({ ...moved, bytes })
    activity.flush()
    expect(batches[0]?.received[0]?.from).toBe('b')
  })
})
