import { describe, expect, test } from 'vitest'
import { agent, type Hearsay } from './hearsay.ts'

const patience = { timeout: 60_000 }

/** As a pod is replaced: the name stays, the address is another one each time. */
const pod = (host: string, ...words: string[]) => {
  const settings = ['--set', 'deadNodeReclaimMs=100', '--set', 'pushPullIntervalMs=500']
  return agent('--bind', `${host}:0`, ...settings, ...words)
}
const comesAt = (seer: Hearsay, name: string, host: string) =>
  seer.event('join', ({ member }) => member.name === name && member.host === host)

describe('A member that comes back under its name at another address', patience, () => {
  test('is believed at once when it left, and after a crash when its old address failed', async () => {
    const first = pod('127.0.0.1', '--name', 'pod-0')
    const { gossip } = await first.event('ready')
    const second = pod('127.0.0.2', '--name', 'pod-1', '--join', gossip)
    await comesAt(first, 'pod-1', '127.0.0.2')
    second.signal('SIGTERM')
    expect(await second.ended).toBe(0)
    const third = pod('127.0.0.3', '--name', 'pod-1', '--join', gossip)
    await comesAt(first, 'pod-1', '127.0.0.3')
    await comesAt(third, 'pod-0', '127.0.0.1')
    expect(first.events.filter(({ event }) => event === 'fail' || event === 'conflict')).toEqual([])

    third.signal('SIGKILL')
    await third.ended
    const fourth = pod('127.0.0.4', '--name', 'pod-1', '--join', gossip)
    await comesAt(first, 'pod-1', '127.0.0.4')
    await comesAt(fourth, 'pod-0', '127.0.0.1')
    const failed = first.events.find(({ event }) => event === 'fail')
    expect(failed).toMatchObject({ member: { name: 'pod-1', host: '127.0.0.3' } })
  })
})
