import { describe, expect, test } from 'vitest'
import type { SharedKey } from '../../src/cluster/shared-keys.ts'
import { Hearsay, isRunning } from './hearsay.ts'

interface Agents {
  readonly agents: readonly { readonly name: string; readonly pid: number; readonly http: string }[]
}

const words = [
  'cluster',
  '--nodes',
  '3',
  '--set',
  'probeIntervalMs=300',
  '--set',
  'probeTimeoutMs=250',
]

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20))
}

describe('hearsay cluster', { timeout: 60_000 }, () => {
  test('brings up agents that see each other, copes with one that is killed, and stops them all', async () => {
    const cluster = new Hearsay(...words)
    const { agents } = (await cluster.event('ready')) as unknown as Agents
    expect(agents.map(({ name }) => name)).toEqual(['node-1', 'node-2', 'node-3'])
    const [first, second] = agents
    const response = await fetch(`http://${first?.http ?? ''}/v1/members`)
    expect(((await response.json()) as object[]).length).toBe(3)
    await cluster.narrated('Kill one')
    expect(cluster.stderr).toContain(`Dashboard  http://${first?.http ?? ''}/`)
    const shared = (await cluster.event('shared' as 'ready')) as unknown as SharedKey
    expect(shared).toMatchObject({ key: 'greeting', writtenOn: 'node-1' })
    expect(shared.readOn.map(({ name }) => name)).toEqual(['node-2', 'node-3'])
    expect(cluster.stderr).toContain(`kill -9 ${agents[2]?.pid ?? ''}`)
    expect(cluster.stderr).toContain('agent --profile local')

    process.kill(second?.pid ?? 0, 'SIGKILL')
    const failed = await cluster.event('fail')
    expect(failed.member).toMatchObject({ name: 'node-2', state: 'failed' })
    expect(cluster.events).toContainEqual(
      expect.objectContaining({ event: 'exited', name: 'node-2', signal: 'SIGKILL' }),
    )

    cluster.signal('SIGINT')
    expect(await cluster.ended).toBe(0)
    expect(agents.filter(({ pid }) => isRunning(pid))).toEqual([])
  })

  test('leaves no agent behind when it is killed itself', async () => {
    const cluster = new Hearsay(...words)
    const { agents } = (await cluster.event('ready')) as unknown as Agents
    cluster.signal('SIGKILL')
    await until(() => agents.every(({ pid }) => !isRunning(pid)))
  })
})
