import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MemberlistError } from '@hearsay/memberlist'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { Agent } from '../../src/agent/agent.ts'
import { DataDirectory } from '../../src/agent/data-directory.ts'
import { EventLog } from '../../src/agent/event-log.ts'
import { Keys } from '../../src/agent/keys.ts'
import { createLog } from '../../src/agent/log.ts'
import type { AgentEvent } from '../../src/http/schemas.ts'
import { plain } from '../../src/output/color.ts'
import { FakeMemberlist, memberOf } from '../fakes/fake-memberlist.ts'
import { FakeStore } from '../fakes/fake-store.ts'
import { FakeSink } from '../fakes/fake-surroundings.ts'

const storeMessage = new Uint8Array([0xf5, 0x68, 0x6b, 0x76, 0])

function agentOf(list = new FakeMemberlist(), data?: DataDirectory) {
  const stderr = new FakeSink()
  const log = createLog(stderr, { level: 'info', format: 'text', paint: plain })
  const events = new EventLog()
  const keys = new Keys(undefined, () => {})
  const store = new FakeStore()
  let leaveAsked = 0
  const onLeaveAsked = () => {
    leaveAsked++
  }
  const agent = new Agent({
    list,
    store,
    events,
    keys,
    log,
    data,
    narratesEvents: true,
    onLeaveAsked,
  })
  const told = () => events.after('0').events.map(({ json }) => JSON.parse(json) as AgentEvent)
  return { agent, list, stderr, store, told, leaves: () => leaveAsked }
}

describe('An agent', () => {
  test('tells that it is ready before anything else, whatever happened before', () => {
    const { agent, list, told } = agentOf()
    list.tell({ type: 'join', member: memberOf('b') })
    expect(told()).toEqual([])
    agent.announceReady('127.0.0.1:7946', '127.0.0.1:4001')
    list.tell({ type: 'leave', member: memberOf('b', { state: 'left' }) })
    expect(told().map(({ event }) => event)).toEqual(['ready', 'join', 'leave'])
    expect(told()[0]).toMatchObject({
      name: 'self',
      gossip: '127.0.0.1:7946',
      http: '127.0.0.1:4001',
    })
  })

  test('tells what became of joining, address by address', async () => {
    const { agent, list, told } = agentOf()
    agent.announceReady('a', 'b')
    list.joinErrors = [{ address: 'b', error: new MemberlistError('ERR_TIMEOUT', 'Too late.') }]
    const joined = await agent.join(['a', 'b'], { timeoutMs: 10 })
    expect(joined).toEqual({
      addresses: ['a', 'b'],
      reached: 1,
      errors: [{ address: 'b', code: 'ERR_TIMEOUT', detail: 'Too late.' }],
    })
    expect(told().at(-1)).toMatchObject({ event: 'joined', ...joined })
  })

  test('keeps at once who joins, and then once a second at the most', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const directory = mkdtempSync(join(tmpdir(), 'hearsay-agent-'))
    onTestFinished(() => rmSync(directory, { recursive: true }))
    const data = new DataDirectory(directory)
    const { agent, list } = agentOf(new FakeMemberlist(), data)
    agent.announceReady('a', 'b')
    const joins = (name: string) => {
      list.allMembers = [...list.allMembers, memberOf(name)]
      list.tell({ type: 'join', member: memberOf(name) })
    }
    joins('b')
    expect(data.knownMembers()).toEqual(['b/127.0.0.1:7946'])
    joins('c')
    joins('d')
    expect(data.knownMembers()).toHaveLength(1)
    vi.advanceTimersByTime(1_000)
    expect(data.knownMembers()).toHaveLength(3)
  })

  test('tells again when somebody answers an attempt in the background', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { agent, list, told } = agentOf()
    agent.announceReady('a', 'b')
    list.joinErrors = [{ address: 'a', error: new MemberlistError('ERR_TIMEOUT', 'Too late.') }]
    await agent.join(['a'], { timeoutMs: 10, retry: true })
    await vi.advanceTimersByTimeAsync(6_999)
    const joined = () => told().filter(({ event }) => event === 'joined')
    expect(list.asked).toHaveLength(3)
    expect(joined()).toMatchObject([{ reached: 0 }])
    list.joinErrors = []
    await vi.advanceTimersByTimeAsync(1)
    expect(joined()).toMatchObject([{ reached: 0 }, { addresses: ['a'], reached: 1, errors: [] }])
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(list.asked).toHaveLength(4)
  })

  test('stops trying to join when it leaves', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { agent, list } = agentOf()
    list.joinErrors = [{ address: 'a', error: new MemberlistError('ERR_TIMEOUT', 'Too late.') }]
    await agent.join(['a'], { retry: true })
    await agent.leave(10, false)
    await vi.advanceTimersByTimeAsync(3_600_000)
    expect(list.asked.filter(([call]) => call === 'join')).toHaveLength(1)
  })

  test('is ready with nobody to join, and otherwise when somebody answered', async () => {
    const { agent, list } = agentOf()
    expect(agent.isReady).toBe(true)
    list.joinErrors = [{ address: 'a', error: new MemberlistError('ERR_TIMEOUT', 'Too late.') }]
    await agent.join(['a'], {})
    expect(agent.isReady).toBe(false)
    list.allMembers = [...list.allMembers, memberOf('b')]
    expect(agent.isReady).toBe(true)
  })

  test('is ready when its store has caught up with the others once', () => {
    const { agent, store } = agentOf()
    store.counters = { peersAhead: 2 }
    expect(agent.isReady).toBe(false)
    expect(agent.notReadyBecause).toContain('2 other members')
    store.counters = { peersAhead: 0 }
    expect(agent.isReady).toBe(true)
    store.counters = { peersAhead: 1 }
    expect(agent.isReady).toBe(true)
  })

  test('leaves once, tells it last, and is not ready then', async () => {
    const { agent, list, told } = agentOf()
    agent.announceReady('a', 'b')
    await agent.leave(10, false)
    await agent.leave(10, false)
    expect(list.asked.filter(([call]) => call === 'leave')).toHaveLength(1)
    expect(told().at(-1)).toMatchObject({ event: 'left', name: 'self' })
    expect(agent.isReady).toBe(false)
  })

  test('leaves also when not everybody heard of it, and says so', async () => {
    const { agent, list, stderr, told } = agentOf()
    agent.announceReady('a', 'b')
    list.failure = new MemberlistError('ERR_TIMEOUT', 'Not all heard it.')
    await agent.leave(10, false)
    expect(told().at(-1)).toMatchObject({ event: 'left' })
    expect(stderr.text).toContain('Not all heard it.')
  })

  test('tells when its store is full, and what that warns of, but none of its messages', () => {
    const { agent, list, store, stderr, told } = agentOf()
    store.emit('warning', { code: 'damaged', text: 'A file was damaged.' })
    agent.announceReady('a', 'b')
    store.emit('full', { full: true, bytes: 990, maxBytes: 1_000 })
    store.emit('warning', { code: 'full', text: 'The store is full.' })
    store.emit('full', { full: false, bytes: 10, maxBytes: 1_000 })
    list.tell({ type: 'message', bytes: storeMessage, via: 'packet', host: '10.0.0.1', port: 1 })
    expect(told().slice(1)).toMatchObject([
      { event: 'warning', code: 'kv-damaged', text: 'A file was damaged.' },
      { event: 'kv-full', bytes: 990, maxBytes: 1_000 },
    ])
    expect(stderr.text).toContain('The key/value store is full: writes are refused')
    expect(stderr.text).toContain('has room again')
  })

  test('narrates in lines that a terminal cannot be fooled by', () => {
    const { agent, list, stderr } = agentOf()
    agent.announceReady('a', 'b')
    list.tell({ type: 'fail', member: memberOf('b\u001b[2J\n'), from: 'c' })
    list.tell({
      type: 'warning',
      code: 'no-key',
      text: 'Encrypted with a key that we do not have.',
    })
    expect(stderr.lines).toEqual([
      expect.stringMatching(
        /^\d\d:\d\d:\d\d\.\d{3} warn {2}b\\x1b\[2J\\x0a \(127\.0\.0\.1:7946\) failed, says c\.$/,
      ),
      expect.stringContaining('Encrypted with a key that we do not have.  (code=no-key)'),
    ])
  })
})
