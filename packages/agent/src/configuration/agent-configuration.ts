import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { Settings } from '@hearsay/memberlist'
import { usageFailure } from '../failure.ts'
import { type GivenAddress, isLoopback } from './address.ts'
import type { agentFlags, kvWires } from './agent-flags.ts'
import type { Resolved } from './resolve.ts'
import { effectiveSettings } from './settings.ts'

type ResolvedFlags = Resolved<typeof agentFlags>

/** What an agent is started with: checked, names resolved, nothing opened yet. */
export interface AgentConfiguration {
  readonly name: string | undefined
  /** Without a port: the default one, or a free one if that is taken. */
  readonly bind: GivenAddress
  readonly advertise: GivenAddress | undefined
  readonly http: GivenAddress
  readonly join: readonly string[]
  readonly joinTimeoutMs: number
  readonly requireJoin: boolean
  readonly keys: readonly Uint8Array[]
  readonly keyringFile: string | undefined
  readonly label: string | undefined
  readonly settings: Settings
  readonly meta: Uint8Array | undefined
  readonly token: string | undefined
  /** Web pages of other origins that may use the HTTP API. */
  readonly corsOrigins: readonly string[]
  readonly dataDir: string | undefined
  readonly kv: {
    readonly wire: (typeof kvWires)[number]
    /** A store that holds so much refuses writes. */
    readonly maxBytes: number
  }
}

const loopback: GivenAddress = { host: '127.0.0.1', port: undefined }

/**
 * Checks what is between flags, and resolves host names.
 * @throws CommandFailure with exit code 2
 */
export async function agentConfiguration(resolved: ResolvedFlags): Promise<AgentConfiguration> {
  const { values, origins } = resolved
  if (values.key.length > 0 && values.keyringFile !== undefined) {
    throw usageFailure(
      `${origins.key.label} and ${origins.keyringFile.label} are both given; it takes one of them.`,
      'Keep the file: keys that are added, used or removed are written back to it.',
    )
  }
  const [bind, advertise, http] = await Promise.all([
    resolveHost(values.bind ?? loopback, origins.bind.label),
    values.advertise && resolveHost(values.advertise, origins.advertise.label),
    resolveHost(httpAddress(resolved), origins.http.label),
  ])
  checkAdvertise(advertise, bind, origins.advertise.label)
  checkExposure(resolved, bind, http)
  return {
    name: values.name,
    bind,
    advertise,
    http,
    join: values.join,
    joinTimeoutMs: values.joinTimeout,
    requireJoin: values.requireJoin,
    keys: values.key,
    keyringFile: values.keyringFile,
    label: values.label,
    settings: effectiveSettings(values.profile, values.set),
    meta: values.meta,
    token: values.token,
    corsOrigins: values.corsOrigin,
    dataDir: values.dataDir,
    kv: { wire: values.kv, maxBytes: values.kvMaxBytes },
  }
}

function httpAddress({ values, origins }: ResolvedFlags): GivenAddress {
  const { host, port } = values.http ?? loopback
  if (port !== undefined && values.port !== undefined && port !== values.port) {
    throw usageFailure(
      `${origins.http.label} says port ${port} and ${origins.port.label} says ${values.port}; it takes one port.`,
    )
  }
  return { host, port: port ?? values.port }
}

async function resolveHost(address: GivenAddress, label: string): Promise<GivenAddress> {
  if (isIP(address.host) !== 0) return address
  if (address.host === 'localhost') return { ...address, host: '127.0.0.1' }
  try {
    return { ...address, host: (await lookup(address.host)).address }
  } catch {
    const text = `${label} got the name "${address.host}", which does not resolve; it takes an IP address or a name of this machine.`
    throw usageFailure(text, undefined, 'ERR_ADDRESS')
  }
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::'
}

function checkAdvertise(advertise: GivenAddress | undefined, bind: GivenAddress, label: string) {
  if (advertise === undefined) return
  if (isWildcard(advertise.host) || advertise.port === 0) {
    throw usageFailure(
      `${label} got ${advertise.host}${advertise.port === 0 ? ':0' : ''}; it takes an address that others can reach, with a port from 1 to 65535.`,
    )
  }
  if (isIP(advertise.host) !== isIP(bind.host) && bind.host !== '::') {
    throw usageFailure(
      `${label} got ${advertise.host}, but gossip is bound to ${bind.host}; it takes an address of the same IP version.`,
    )
  }
}

/** Loopback needs nothing; anything wider needs a key or a token, or to be asked for by name. */
function checkExposure({ values, origins }: ResolvedFlags, bind: GivenAddress, http: GivenAddress) {
  if (values.insecure) return
  const hasKey = values.key.length > 0 || values.keyringFile !== undefined
  if (!isLoopback(bind.host) && !hasKey) {
    throw usageFailure(
      `${origins.bind.label} got ${bind.host}, which others can reach, and there is no gossip key: anybody there could join and forge messages.`,
      'Give --key (make one with `hearsay keygen`) or --keyring-file, or allow it with --insecure.',
    )
  }
  if (!isLoopback(http.host) && values.token === undefined) {
    throw usageFailure(
      `${origins.http.label} got ${http.host}, which others can reach, and there is no token: anybody there could control this member.`,
      'Set HEARSAY_TOKEN (or --token), or allow it with --insecure.',
    )
  }
}
