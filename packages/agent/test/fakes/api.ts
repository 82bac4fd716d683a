import { onTestFinished } from 'vitest'
import { Agent } from '../../src/agent/agent.ts'
import { EventLog } from '../../src/agent/event-log.ts'
import { Keys } from '../../src/agent/keys.ts'
import { createLog } from '../../src/agent/log.ts'
import { Metrics } from '../../src/agent/metrics.ts'
import { createApp } from '../../src/http/app.ts'
import { CrossOrigin } from '../../src/http/cors.ts'
import { createGuard } from '../../src/http/guard.ts'
import { PageFiles } from '../../src/http/page-files.ts'
import { Live } from '../../src/live/live.ts'
import { plain } from '../../src/output/color.ts'
import { FakeMemberlist } from './fake-memberlist.ts'
import { FakeStore } from './fake-store.ts'
import { FakeSink } from './fake-surroundings.ts'

export interface ApiOptions {
  readonly list?: FakeMemberlist
  readonly store?: FakeStore
  readonly token?: string
  readonly corsOrigins?: readonly string[]
  /** Folder of the built dashboard. */
  readonly page?: string
  /** The address that the API believes to be bound to. */
  readonly host?: string
}

/** The whole API over a member without a network, for one test. */
export function apiOf(options: ApiOptions = {}) {
  const api = openApi(options)
  onTestFinished(() => api.live[Symbol.dispose]())
  return api
}

/** What the API says of itself, to name tests after. */
export async function description(): Promise<unknown> {
  const { call, live } = openApi()
  try {
    return await (await call('GET', '/openapi.json')).json()
  } finally {
    live[Symbol.dispose]()
  }
}

function openApi(options: ApiOptions = {}) {
  const { list = new FakeMemberlist(), store = new FakeStore() } = options
  const { token, host = '127.0.0.1' } = options
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
    store,
    events,
    keys,
    log,
    data: undefined,
    narratesEvents: true,
    onLeaveAsked,
  })
  agent.announceReady('127.0.0.1:7946', '127.0.0.1:4001')
  const metrics = new Metrics(list, store)
  const live = new Live(agent)
  const crossOrigin = new CrossOrigin(options.corsOrigins ?? [])
  const app = createApp({
    agent,
    metrics,
    log,
    guard: createGuard({ host, token, crossOrigin }),
    crossOrigin,
    hasToken: token !== undefined,
    live,
    page: new PageFiles(options.page),
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
  return { agent, app, call, crossOrigin, events, list, live, state, stderr, store }
}
