import { MemberlistError } from './errors.ts'

/** What is known of one numeric or boolean setting: it validates, and it is the documentation. */
export interface SettingDefinition {
  readonly default: number | boolean
  readonly min?: number
  readonly max?: number
  readonly meaning: string
  /** The field of Go's `Config` with the same meaning, where there is one. */
  readonly go?: string
}

const hour = 3_600_000

/**
 * Every setting with its LAN default (Go's `DefaultLANConfig`), its range and its meaning.
 * Times are milliseconds, sizes are bytes. All are whole numbers.
 */
export const settingDefinitions = {
  protocolVersion: {
    default: 2,
    min: 1,
    max: 5,
    meaning: 'Protocol version that this member says it speaks. Version 1 pads what it encrypts.',
    go: 'ProtocolVersion',
  },
  delegateProtocolVersion: {
    default: 0,
    min: 0,
    max: 255,
    meaning: "Version of the application's own messages.",
    go: 'DelegateProtocolVersion',
  },
  delegateProtocolMin: {
    default: 0,
    min: 0,
    max: 255,
    meaning: "Lowest version of the application's messages that this member understands.",
    go: 'DelegateProtocolMin',
  },
  delegateProtocolMax: {
    default: 0,
    min: 0,
    max: 255,
    meaning: "Highest version of the application's messages that this member understands.",
    go: 'DelegateProtocolMax',
  },
  tcpTimeoutMs: {
    default: 10_000,
    min: 1,
    max: hour,
    meaning: 'Time for a stream to connect, and again for everything on it.',
    go: 'TCPTimeout',
  },
  indirectChecks: {
    default: 3,
    min: 0,
    max: 255,
    meaning: 'Members asked to ping one that does not answer (k in the SWIM paper).',
    go: 'IndirectChecks',
  },
  retransmitMultiplier: {
    default: 4,
    min: 1,
    max: 255,
    meaning: 'A broadcast is sent this many times ceil(log10(n + 1)).',
    go: 'RetransmitMult',
  },
  suspicionMultiplier: {
    default: 4,
    min: 1,
    max: 1_000,
    meaning: 'Shortest suspicion: this many times max(1, log10 n) probe intervals (alpha).',
    go: 'SuspicionMult',
  },
  suspicionMaxTimeoutMultiplier: {
    default: 6,
    min: 1,
    max: 1_000,
    meaning: 'Longest suspicion: this many times the shortest (beta).',
    go: 'SuspicionMaxTimeoutMult',
  },
  pushPullIntervalMs: {
    default: 30_000,
    min: 0,
    max: 24 * hour,
    meaning: 'Time between two push/pulls, longer above 32 members. 0: none.',
    go: 'PushPullInterval',
  },
  probeIntervalMs: {
    default: 1_000,
    min: 0,
    max: hour,
    meaning: 'Time between two probes (the protocol period). 0: no failure detection.',
    go: 'ProbeInterval',
  },
  probeTimeoutMs: {
    default: 500,
    min: 1,
    max: hour,
    meaning: 'Time for an ack before others are asked. Below the probe interval.',
    go: 'ProbeTimeout',
  },
  disableTcpPings: {
    default: false,
    meaning: 'No fallback ping over a stream.',
    go: 'DisableTcpPings',
  },
  awarenessMaxMultiplier: {
    default: 8,
    min: 1,
    max: 1_000,
    meaning:
      'Local health runs from 0 to one less than this; probes take health + 1 times as long.',
    go: 'AwarenessMaxMultiplier',
  },
  gossipIntervalMs: {
    default: 200,
    min: 0,
    max: hour,
    meaning: 'Time between two rounds of gossip. 0: none but what rides on probes.',
    go: 'GossipInterval',
  },
  gossipNodes: {
    default: 3,
    min: 0,
    max: 255,
    meaning: 'Members gossiped to in each round (fan-out).',
    go: 'GossipNodes',
  },
  gossipToTheDeadMs: {
    default: 30_000,
    min: 0,
    max: 24 * hour,
    meaning: 'How long a failed member still gets gossip, so that it can refute.',
    go: 'GossipToTheDeadTime',
  },
  gossipVerifyIncoming: {
    default: true,
    meaning: 'With a key: refuse what is not encrypted. Off only while keys are introduced.',
    go: 'GossipVerifyIncoming',
  },
  gossipVerifyOutgoing: {
    default: true,
    meaning: 'With a key: encrypt what is sent. Off only while keys are introduced.',
    go: 'GossipVerifyOutgoing',
  },
  enableCompression: {
    default: true,
    meaning: 'Compress what is sent (LZW). What comes is read either way.',
    go: 'EnableCompression',
  },
  handoffQueueDepth: {
    default: 1_024,
    min: 1,
    max: 1 << 20,
    meaning:
      'Alive messages that may wait for the answer of an `alive` delegate; the delegate is not asked about further ones, which are dropped.',
    go: 'HandoffQueueDepth',
  },
  udpBufferSize: {
    default: 1_400,
    min: 512,
    max: 65_507,
    meaning:
      'Largest packet that is sent. It has to hold the longest alive message there is, which takes 852, and more with a label or a key.',
    go: 'UDPBufferSize',
  },
  deadNodeReclaimMs: {
    default: 0,
    min: 0,
    max: 24 * hour,
    meaning: 'A member dead for longer may come back at another address. 0: only one that left.',
    go: 'DeadNodeReclaimTime',
  },
  requireNodeNames: {
    default: false,
    meaning: 'Refuse to send to a bare address: every address to join needs its member name.',
    go: 'RequireNodeNames',
  },
  skipInboundLabelCheck: {
    default: false,
    meaning: 'Take what comes without a label although there is one (a proxy took it off).',
    go: 'SkipInboundLabelCheck',
  },
  queueCheckIntervalMs: {
    default: 30_000,
    min: 0,
    max: 24 * hour,
    meaning:
      'A full queue of broadcasts is warned of at most so often, with what was dropped. 0: never.',
    go: 'QueueCheckInterval',
  },
  reconnectIntervalMs: {
    default: 30_000,
    min: 0,
    max: 24 * hour,
    meaning:
      'Time between two attempts to reach a failed member or a join address again. 0: never, as Go.',
  },
  reconnectTimeoutMs: {
    default: 24 * hour,
    min: 0,
    max: 7 * 24 * hour,
    meaning: 'How long a failed member is tried again before it is given up.',
  },
  maxIncarnationJump: {
    default: 1 << 20,
    min: 1,
    max: 2 ** 31,
    meaning:
      'Furthest that an accusation may be ahead of our incarnation and still be refuted past.',
  },
  latenessThresholdMs: {
    default: 500,
    min: 10,
    max: hour,
    meaning: 'A timer this late means that the process stood still: verdicts wait for the sockets.',
  },
  userMessageShare: {
    default: 25,
    min: 0,
    max: 100,
    meaning: "Per cent of each packet that is kept for the application's messages while they wait.",
  },
  maxMembers: {
    default: 1 << 20,
    min: 2,
    max: 1 << 20,
    meaning: 'Members that are remembered at the most; further ones are refused and counted.',
  },
  maxQueuedBroadcasts: {
    default: 65_536,
    min: 16,
    max: 1 << 20,
    meaning: "The application's broadcasts that may wait; when full, the oldest goes.",
  },
  maxQueuedBytes: {
    default: 16 << 20,
    min: 65_536,
    max: 2 ** 31,
    meaning: "Bytes of the application's broadcasts that may wait; when full, as above.",
  },
  maxStreams: {
    default: 256,
    min: 1,
    max: 65_536,
    meaning: 'Streams that peers may have open at a time; further ones are closed and counted.',
  },
} as const satisfies Readonly<Record<string, SettingDefinition>>

export type SettingName = keyof typeof settingDefinitions

/** All settings with a value each. */
export type Settings = {
  readonly [Name in SettingName]: (typeof settingDefinitions)[Name]['default'] extends boolean
    ? boolean
    : number
}

/** For hosts on one network: Go's `DefaultLANConfig`. */
export function lan(): Settings {
  const entries = Object.entries(settingDefinitions).map(([name, each]) => [name, each.default])
  return Object.fromEntries(entries) as Settings
}

/** For members in several regions: Go's `DefaultWANConfig`. */
export function wan(): Settings {
  return {
    ...lan(),
    tcpTimeoutMs: 30_000,
    suspicionMultiplier: 6,
    pushPullIntervalMs: 60_000,
    probeTimeoutMs: 3_000,
    probeIntervalMs: 5_000,
    gossipNodes: 4,
    gossipIntervalMs: 500,
    gossipToTheDeadMs: 60_000,
  }
}

/** For members on one machine: Go's `DefaultLocalConfig`. */
export function local(): Settings {
  return {
    ...lan(),
    tcpTimeoutMs: 1_000,
    indirectChecks: 1,
    retransmitMultiplier: 2,
    suspicionMultiplier: 3,
    pushPullIntervalMs: 15_000,
    probeTimeoutMs: 200,
    gossipIntervalMs: 100,
    gossipToTheDeadMs: 15_000,
  }
}

/**
 * Fills what is missing with the LAN defaults and checks every value.
 * @throws MemberlistError ERR_CONFIG with `data: { name, value, expected }` for the first bad one
 */
export function resolveSettings(given: Partial<Settings>): Settings {
  const settings = { ...lan() } as Record<string, number | boolean>
  for (const name of Object.keys(settingDefinitions) as SettingName[]) {
    const value = given[name]
    if (value === undefined) continue
    checkSetting(name, value)
    settings[name] = value
  }
  const resolved = settings as Settings
  checkTogether(resolved)
  // What was checked stays so.
  return Object.freeze(resolved)
}

function checkSetting(name: SettingName, value: unknown): void {
  const definition: SettingDefinition = settingDefinitions[name]
  if (typeof definition.default === 'boolean') {
    if (typeof value !== 'boolean') throw badSetting(name, value, 'true or false')
    return
  }
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = definition
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw badSetting(name, value, `a whole number from ${min} to ${max}`)
  }
}

/** Constraints between settings. */
function checkTogether(settings: Settings): void {
  if (settings.probeIntervalMs > 0 && settings.probeTimeoutMs >= settings.probeIntervalMs) {
    throw badSetting(
      'probeTimeoutMs',
      settings.probeTimeoutMs,
      `less than probeIntervalMs (${settings.probeIntervalMs})`,
    )
  }
  const { delegateProtocolMin, delegateProtocolVersion, delegateProtocolMax } = settings
  if (
    delegateProtocolMin > delegateProtocolVersion ||
    delegateProtocolVersion > delegateProtocolMax
  ) {
    throw badSetting(
      'delegateProtocolVersion',
      delegateProtocolVersion,
      `between delegateProtocolMin (${delegateProtocolMin}) and delegateProtocolMax (${delegateProtocolMax})`,
    )
  }
}

export function badSetting(name: string, value: unknown, expected: string): MemberlistError {
  const shown = typeof value === 'string' ? `"${value}"` : String(value)
  return new MemberlistError('ERR_CONFIG', `${name} is ${shown}; it must be ${expected}.`, {
    data: { name, value, expected },
  })
}
