import type { KeyValueStore } from '@hearsay/kv'
import { type Keyring, Memberlist, type MemberlistOptions } from '@hearsay/memberlist'
import { addressText } from '../configuration/address.ts'
import type { AgentConfiguration } from '../configuration/agent-configuration.ts'
import { type AppParts, createApp } from '../http/app.ts'
import { CrossOrigin } from '../http/cors.ts'
import { createGuard } from '../http/guard.ts'
import { builtPage, PageFiles } from '../http/page-files.ts'
import { quickReads } from '../http/quick-reads.ts'
import type { ConfigJson } from '../http/schemas.ts'
import { HttpServer } from '../http/server.ts'
import { Live } from '../live/live.ts'
import { version } from '../version.ts'
import { Agent } from './agent.ts'
import { DataDirectory } from './data-directory.ts'
import type { EventLog } from './event-log.ts'
import type { Log } from './log.ts'
import type { AgentMemberlist } from './memberlist-port.ts'
import { Metrics } from './metrics.ts'
import { openKeys } from './open-keys.ts'
import { openStore } from './open-store.ts'
import { type CreateMemberlist, createNamed, place } from './ports.ts'
import { Releases } from './releases.ts'

const defaultGossipPort = 7_946
const defaultHttpPort = 4_001

export interface StartOptions {
  readonly configuration: AgentConfiguration
  readonly report: Pick<ConfigJson, 'values' | 'settings'>
  readonly create: CreateMemberlist
  readonly log: Log
  readonly events: EventLog
  readonly narratesEvents: boolean
  readonly onLeaveAsked: () => void
}

/** An agent with everything open; disposing of it releases all in the reverse order. */
export interface RunningAgent extends AsyncDisposable {
  readonly agent: Agent
  /** Addresses, HOST:PORT, as they were bound. */
  readonly gossip: string
  readonly http: string
  /** Addresses to join that the data directory remembers. */
  readonly known: readonly string[]
}

/** Opens everything, or nothing. */
export async function startAgent(options: StartOptions): Promise<RunningAgent> {
  const releases = new Releases()
  try {
    return await open(options, releases)
  } catch (error) {
    await releases[Symbol.asyncDispose]()
    throw error
  }
}

async function open(options: StartOptions, releases: Releases): Promise<RunningAgent> {
  const { configuration, events, log, narratesEvents, onLeaveAsked } = options
  const data =
    configuration.dataDir === undefined ? undefined : new DataDirectory(configuration.dataDir)
  releases.add(() => data?.release())
  const { keyring, keys } = openKeys(configuration, data?.keyringPath, log)
  const store = await openStore(configuration.kv, data?.storePath(configuration.kv.wire))
  releases.add(() => store[Symbol.asyncDispose]())
  const list = await openGossip(options, keyring, store)
  releases.add(() => list.shutdown())
  if (list instanceof Memberlist) store.attach(list)
  const agent = new Agent({ list, store, events, keys, log, data, narratesEvents, onLeaveAsked })
  const metrics = new Metrics(list, store)
  releases.add(() => metrics.close())
  const live = new Live(agent)
  releases.add(() => live[Symbol.dispose]())
  const server = await openHttp(options, { agent, metrics, live })
  releases.add(() => server[Symbol.asyncDispose]())
  return {
    agent,
    gossip: addressText(list.bound.host, list.bound.port),
    http: addressText(server.bound.host, server.bound.port),
    known: data?.knownMembers() ?? [],
    [Symbol.asyncDispose]: () => releases[Symbol.asyncDispose](),
  }
}

async function openGossip(
  { configuration, create, log }: StartOptions,
  keyring: Keyring | undefined,
  { delegate }: KeyValueStore,
): Promise<AgentMemberlist> {
  const { host, port: given } = configuration.bind
  const options = { ...memberlistOptions(configuration, keyring), delegate }
  const { thing: list, insteadOf } = await place(given, defaultGossipPort, (port) =>
    createNamed(create, options, { host, port }),
  )
  if (insteadOf !== undefined) {
    const taken = addressText(list.bound.host, list.bound.port)
    log.info(`Port ${insteadOf} is taken, so gossip is at ${taken}. Give --bind to choose.`)
  }
  return list
}

function memberlistOptions(
  { advertise, label, meta, name, settings }: AgentConfiguration,
  keyring: Keyring | undefined,
): MemberlistOptions {
  return {
    ...settings,
    ...(name !== undefined && { name }),
    ...(label !== undefined && { label }),
    ...(meta !== undefined && { meta }),
    ...(keyring !== undefined && { keyring }),
    ...(advertise !== undefined && {
      advertise: {
        host: advertise.host,
        ...(advertise.port !== undefined && { port: advertise.port }),
      },
    }),
  }
}

async function openHttp(
  { configuration, log, report }: StartOptions,
  parts: Pick<AppParts, 'agent' | 'metrics' | 'live'>,
): Promise<HttpServer> {
  const { list, store } = parts.agent
  const page = new PageFiles(builtPage())
  const crossOrigin = new CrossOrigin(configuration.corsOrigins)
  const { token } = configuration
  const { host, port: given } = configuration.http
  const listen = (port: number) =>
    HttpServer.listen({ host, port }, (bound) => {
      const effective = {
        name: list.local.name,
        gossip: addressText(list.bound.host, list.bound.port),
        http: addressText(bound.host, bound.port),
        version,
        ...report,
      }
      const guard = createGuard({ host: bound.host, token, crossOrigin })
      const hasToken = token !== undefined
      const configuration = () => effective
      const app = createApp({ ...parts, configuration, crossOrigin, guard, hasToken, log, page })
      const quick = quickReads({ store, guard, crossOrigin })
      return { fetch: (request) => app.fetch(request), quick }
    })
  const { thing: server, insteadOf } = await place(given, defaultHttpPort, listen)
  if (insteadOf !== undefined) {
    const taken = addressText(server.bound.host, server.bound.port)
    log.info(`Port ${insteadOf} is taken, so the HTTP API is at ${taken}. Give --http to choose.`)
  }
  return server
}
