/** The shapes of the agent's answers, as far as the page reads them. */

export const memberStates = ['alive', 'suspect', 'failed', 'left'] as const
export type MemberState = (typeof memberStates)[number]

/** Bytes: as text where they are printable. */
export type Bytes = { readonly text: string } | { readonly base64: string }

export interface Versions {
  readonly min: number
  readonly max: number
  readonly current: number
}

export interface Suspicion {
  /** Names of those who accuse. */
  readonly from: readonly string[]
  /** ISO time, by the agent's clock. */
  readonly deadline: string
  readonly remainingMs?: number | undefined
  readonly confirmations?: number | undefined
  /** The deadline by this browser's clock, added when the answer came in. */
  readonly deadlineAt?: number | undefined
}

export interface Member {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly state: MemberState
  readonly incarnation: number
  readonly meta: Bytes
  readonly protocol: Versions
  readonly delegate: Versions
  readonly local: boolean
  /** ISO time since when it is in that state, as the agent saw it. */
  readonly since?: string | undefined
  readonly roundTripMs?: number | undefined
  readonly suspicion?: Suspicion | undefined
}

/** One object of the event stream; what belongs to which `event` is in the agent's OpenAPI. */
export interface AgentEvent {
  readonly time: string
  readonly event: string
  readonly member?: Member | undefined
  readonly [field: string]: unknown
}

/** When each member was seen to have a write that is followed. */
export interface Spread {
  readonly version: string
  readonly key: string
  readonly startedAt?: string | undefined
  readonly members: readonly { readonly name: string; readonly afterMs: number }[]
  readonly missing: readonly string[]
}

export type Column = readonly (number | null)[]

/** The agent's last 15 minutes, an entry of each column for each interval. */
export interface History {
  readonly intervalMs: number
  readonly columns: { readonly time: readonly number[] } & Readonly<Record<string, Column>>
}

/** What went on in a moment between this member and others. */
export interface Activity {
  readonly time: string
  readonly pings: readonly ActivityPing[]
  readonly gossip: readonly { readonly to: string }[]
  readonly received: readonly { readonly from: string }[]
  readonly exchanges: readonly { readonly with: string; readonly failed: boolean }[]
  readonly leftOut: number
}
export interface ActivityPing {
  readonly to: string
  /** `ping`: asked; `indirect`: asked to ping another; `ack`: answered us; `answer`: we answered. */
  readonly kind: 'ping' | 'indirect' | 'ack' | 'answer'
  readonly roundTripMs?: number | undefined
}

export interface KeyEntry {
  readonly key: string
  readonly version: string
  readonly origin: string
  readonly bytes: number
  readonly modifiedAt: string
  readonly expiresAt?: string | undefined
}

export interface KeyPage {
  readonly entries: readonly KeyEntry[]
  /** To be given as `after` for the next page; absent at the end. */
  readonly next?: string | undefined
}

/** What became of a key, as a watch tells it. After a `reset` the whole state follows. */
export type KeyChange =
  | {
      readonly type: 'put'
      readonly key: string
      readonly version: string
      readonly origin: string
      readonly bytes: number
      readonly expiresAt?: string | undefined
    }
  | { readonly type: 'delete' | 'expire'; readonly key: string; readonly version: string }
  | { readonly type: 'reset' }

/** One of the keys that packets are encrypted with. */
export interface GossipKey {
  readonly id: string
  readonly bytes: number
  readonly primary: boolean
}
