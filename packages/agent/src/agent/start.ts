import type { Keyring, MemberlistOptions } from '@hearsay/memberlist'
import { addressText } from '../configuration/address.ts'
import type { AgentConfiguration } from '../configuration/agent-configuration.ts'
import { createApp } from '../http/app.ts'
import { createGuard } from '../http/guard.ts'
import type { ConfigJson } from '../http/schemas.ts'
import { HttpServer } from '../http/server.ts'
import { version } from '../version.ts'
import { Agent } from './agent.ts'
import { DataDirectory } from './data-directory.ts'
import type { EventLog } from './event-log.ts'
import type { Log } from './log.ts'
import type { AgentMemberlist } from './memberlist-port.ts'
import { Metrics } from './metrics.ts'
import { openKeys } from './open-keys.ts'
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
  const list = await openGossip(options, keyring)
  releases.add(() => list.shutdown())
  const agent = new Agent({ list, events, keys, log, data, narratesEvents, onLeaveAsked })
  const metrics = new Metrics(list)
  releases.add(() => metrics.close())
  const server = await openHttp(options, agent, metrics)
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
): Promise<AgentMemberlist> {
  const { host, port: given } = configuration.bind
  const options = memberlistOptions(configuration, keyring)
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
  agent: Agent,
  metrics: Metrics,
): Promise<HttpServer> {
  const { list } = agent
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
      const guard = createGuard({ host: bound.host, token })
      const hasToken = token !== undefined
      const app = createApp({
        agent,
        metrics,
        guard,
        log,
        hasToken,
        configuration: () => effective,
      })
      return (request) => app.fetch(request)
    })
  const { thing: server, insteadOf } = await place(given, defaultHttpPort, listen)
  if (insteadOf !== undefined) {
    const taken = addressText(server.bound.host, server.bound.port)
    log.info(`Port ${insteadOf} is taken, so the HTTP API is at ${taken}. Give --http to choose.`)
  }
  return server
}
