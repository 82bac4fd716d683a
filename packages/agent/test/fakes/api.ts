import { Agent } from '../../src/agent/agent.ts'
import { EventLog } from '../../src/agent/event-log.ts'
import { Keys } from '../../src/agent/keys.ts'
import { createLog } from '../../src/agent/log.ts'
import { Metrics } from '../../src/agent/metrics.ts'
import { createApp } from '../../src/http/app.ts'
import { createGuard } from '../../src/http/guard.ts'
import { plain } from '../../src/output/color.ts'
import { FakeMemberlist } from './fake-memberlist.ts'
import { FakeSink } from './fake-surroundings.ts'

export interface ApiOptions {
  readonly list?: FakeMemberlist
  readonly token?: string
  /** The address that the API believes to be bound to. */
  readonly host?: string
}

/** The whole API over a member without a network. */
export function apiOf({ list = new FakeMemberlist(), token, host = '127.0.0.1' }: ApiOptions = {}) {
  const stderr = new FakeSink()
  const log = createLog(stderr, { level: 'info', format: 'text', paint: plain })
  const events = new EventLog()
  const state = { leaves: 0 }
  const onLeaveAsked = () => {
    state.leaves++
  }
  const keys = new Keys(list.keyring, () => {})
  const agent = new Agent({
    list,
    events,
    keys,
    log,
    data: undefined,
    narratesEvents: true,
    onLeaveAsked,
  })
  agent.announceReady('127.0.0.1:7946', '127.0.0.1:4001')
  const metrics = new Metrics(list)
  const app = createApp({
    agent,
    metrics,
    log,
    guard: createGuard({ host, token }),
    hasToken: token !== undefined,
    configuration: () => ({
      name: 'self',
      gossip: '127.0.0.1:7946',
      http: '127.0.0.1:4001',
      version: '0',
      values: [{ name: 'token', value: '(hidden)', source: 'flag', label: '--token' }],
      settings: [],
    }),
  })
  const call = (method: string, path: string, init: RequestInit = {}) =>
    app.request(`http://127.0.0.1:4001${path}`, {
      method,
      ...init,
      headers: { host: '127.0.0.1:4001', ...init.headers },
    })
  return { agent, app, call, events, list, state, stderr }
}
