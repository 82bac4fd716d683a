/** A node as the Go side sees it. */
export interface PeerNode {
  name: string
  /** Where the name is not UTF-8. */
  nameHex?: string
  host: string
  port: number
  /** base64 */
  meta: string
  /** 4 or 16: the form that the address came in. */
  addressBytes: number
  protocol: PeerVersions
  delegate: PeerVersions
  /** Go's number; v0.1.5 does not tell. */
  state?: string
}

export interface PeerVersions {
  min: number
  max: number
  current: number
}

/** base64, or a pattern (`pattern(length, seed)`). */
export type PeerPayload = string | { length: number; seed?: number }

/** What is told of bytes; themselves (base64) only up to 4,096. */
export interface PeerBytes {
  length: number
  sha256: string
  bytes?: string
}

export interface PeerEvent extends Partial<PeerBytes> {
  /**
   * ready, join, leave, update, conflict, message, state, merge, aliveRefused, ping or log
   */
  event: string
  member?: string
  node?: PeerNode
  other?: PeerNode
  nodes?: PeerNode[]
  refused?: boolean
  join?: boolean
  line?: string
  rttMs?: number
  /** base64 */
  payload?: string
  version?: string
}

export interface PeerVeto {
  merge?: string[]
  alive?: string[]
}

/** The operations and what each takes; see README.md. */
export interface PeerOperations {
  start: [
    {
      member: string
      profile?: 'lan' | 'wan' | 'local'
      /** memberlist.Config by field name; durations as '200ms' or milliseconds. */
      config?: Record<string, unknown>
      nameHex?: string
      /** base64, the primary first. */
      keys?: string[]
      meta?: PeerPayload
      state?: PeerPayload
      ack?: PeerPayload
      veto?: PeerVeto
      /** So that `block` works. */
      filter?: boolean
      noTcpPingFor?: string[]
    },
    PeerNode,
  ]
  join: [{ member: string; addresses: string[] }, { joined: number }]
  members: [{ member: string }, PeerNode[]]
  local: [{ member: string }, PeerNode]
  health: [{ member: string }, number]
  queued: [{ member: string }, number]
  meta: [{ member: string; meta?: PeerPayload; timeoutMs?: number }, null]
  state: [{ member: string; state?: PeerPayload }, null]
  ack: [{ member: string; ack?: PeerPayload }, null]
  veto: [{ member: string; veto: PeerVeto }, null]
  broadcast: [{ member: string; bytes: PeerPayload; name?: string }, null]
  send: [
    { member: string; to?: string; address?: string; bytes: PeerPayload; reliable?: boolean },
    null,
  ]
  ping: [{ member: string; to: string; address?: string }, { rttMs: number }]
  keys: [{ member: string; action: 'add' | 'use' | 'remove' | 'list'; key?: string }, string[]]
  block: [{ member: string; addresses: string[] }, null]
  leave: [{ member: string; timeoutMs?: number }, null]
  shutdown: [{ member: string }, null]
}

/** A process with any number of members of the real memberlist. */
export class Peer {
  static start(
    release?: 'v0.7.0' | 'v0.5.4' | 'v0.2.2' | 'v0.1.5',
    options?: { within?: readonly string[] },
  ): Promise<Peer>
  readonly events: readonly PeerEvent[]
  readonly version: string
  readonly pid: number
  call<Operation extends keyof PeerOperations>(
    op: Operation,
    given: PeerOperations[Operation][0],
  ): Promise<PeerOperations[Operation][1]>
  waitFor(
    predicate: (event: PeerEvent) => boolean,
    timeoutMs?: number,
    options?: { from?: number },
  ): Promise<PeerEvent>
  listen(listener: (event: PeerEvent) => void): void
  lastLines(): string
  signal(name: 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): void
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The bytes that `{ length, seed }` stands for. */
export function pattern(length: number, seed?: number): Uint8Array
