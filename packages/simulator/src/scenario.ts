import type { Rules, Settings } from '@hearsay/memberlist/internal'

/** From … to, drawn evenly. */
export type Range = readonly [min: number, max: number]

/** How long a packet is on its way, drawn for each; a pair is an even distribution. */
export type Delay =
  | Range
  | { readonly kind: 'exponential'; readonly minMs: number; readonly meanMs: number }
  | { readonly kind: 'log-normal'; readonly medianMs: number; readonly sigma: number }
  /** Heavy tail: `shape` 1.5 has rare delays of a hundred times the least. */
  | { readonly kind: 'pareto'; readonly minMs: number; readonly shape: number }

/** Gilbert-Elliott: every member's access to the network is now good, now bad. */
export interface Burst {
  readonly meanGoodMs: number
  readonly meanBadMs: number
  /** The share of packets that is lost while it is bad, 0 … 1. */
  readonly loss: number
}

/** What the network does to everybody. Shares are 0 … 1. */
export interface Network {
  readonly loss: number
  readonly burst?: Burst | undefined
  readonly delayMs: Delay
  /** On top of the delay, drawn evenly from 0 to this. */
  readonly jitterMs: number
  readonly duplication: number
  /** The share of packets that is held back by up to `reorderingMs`. */
  readonly reordering: number
  readonly reorderingMs: number
  /** The share of packets whose sending fails at once, as with a full queue of the kernel. */
  readonly sendFailure: number
  /** The share of streams that nobody answers any more, and of those that break half way. */
  readonly streamHang: number
  readonly streamBreak: number
}

/** Which members: by index, so many drawn from those that live, a share of them, or all. */
export type Choice =
  | readonly number[]
  | { readonly draw: number }
  | { readonly share: number }
  | 'all'

/** When, in virtual ms from the start of the faults; a pair is drawn. */
export type Time = number | Range

/**
 * What stands still. `process` (the default): all of it, its timers too, as with a long task or a
 * stopped process. `traffic`: sending and receiving block, and whatever has to send waits, but time-outs
 * that run, run on, as in Lifeguard's experiments (a thread each, and the network is stuck).
 */
export type Standstill = 'process' | 'traffic'

/** One thing that happens. `forMs` is how long it lasts; without it, until the faults are healed. */
export type Step = { readonly at: Time } & (
  | {
      readonly do: 'crash'
      readonly who: Choice
      /** Starts again after so long. Left out: never. */
      readonly downMs?: Time
      /** Whether the new life knows the members of the old one. Default: false. */
      readonly memory?: boolean
    }
  /** Every member stops, and starts again after `downMs`, each with a delay of up to `staggerMs`. */
  | {
      readonly do: 'restart-all'
      readonly downMs: Time
      readonly memory?: boolean
      readonly staggerMs?: number
    }
  /** It neither sends nor receives, then catches up. */
  | {
      readonly do: 'pause'
      readonly who: Choice
      readonly forMs: Time
      readonly stops?: Standstill
    }
  /** So many pauses, with so much time to run between two. */
  | {
      readonly do: 'stutter'
      readonly who: Choice
      readonly pauseMs: Time
      readonly runMs: Time
      readonly forMs: Time
      readonly stops?: Standstill
    }
  /** Everything that it sends and receives takes so much longer. */
  | { readonly do: 'slow'; readonly who: Choice; readonly extraMs: Range; readonly forMs?: Time }
  /**
   * `whole`: nothing passes between these and the others. `partial`: only these and `from`, who may
   * be drawn, cannot reach each other. `one-way`: these hear nothing from the others.
   */
  | {
      readonly do: 'partition'
      readonly who: Choice
      readonly kind: 'whole' | 'partial' | 'one-way'
      readonly from?: Choice
      readonly forMs?: Time
    }
  /** On their way to or from these members such a share is lost; with `onMs` and `offMs` in turns. */
  | {
      readonly do: 'lossy'
      readonly who: Choice
      readonly direction: 'in' | 'out' | 'both'
      readonly loss: number
      readonly onMs?: number
      readonly offMs?: number
      readonly forMs?: Time
    }
  /** One link, one way. */
  | {
      readonly do: 'lossy-link'
      readonly from: Choice
      readonly to: Choice
      readonly loss: number
      readonly forMs?: Time
    }
  /** The network is so for a while. */
  | { readonly do: 'network'; readonly change: Partial<Network>; readonly forMs?: Time }
  /** The wall clock jumps by so much, either way; the monotonic one only forward, if `monotonic`. */
  | {
      readonly do: 'clock-jump'
      readonly who: Choice
      readonly byMs: Time
      readonly monotonic?: boolean
    }
  /** These send forged and spoiled messages, one each `everyMs`. */
  | { readonly do: 'forge'; readonly who: Choice; readonly everyMs: number; readonly forMs?: Time }
  | {
      readonly do: 'broadcast'
      readonly who: Choice
      readonly bytes?: number
      readonly count?: number
    }
  | {
      readonly do: 'send'
      readonly who: Choice
      readonly to: Choice
      readonly bytes?: number
      readonly reliable?: boolean
    }
  | { readonly do: 'update-meta'; readonly who: Choice; readonly bytes?: number }
  /** So many new members join one that lives. */
  | { readonly do: 'join'; readonly count: number }
  /** Leaves in good order, and stops after `stopAfterMs` (default 5,000). */
  | { readonly do: 'leave'; readonly who: Choice; readonly stopAfterMs?: number }
  /** One after the other leaves, is away for `downMs`, and comes back with other versions. */
  | {
      readonly do: 'rolling-upgrade'
      readonly everyMs: number
      readonly downMs: number
      readonly protocolVersion?: number
    }
)

export type CheckerName =
  | 'no-healthy-member-failed'
  | 'agreement'
  | 'completeness'
  | 'no-resurrection'
  | 'incarnations-only-grow'
  | 'bounded'
  | 'messages-delivered'
  | 'replicas-converge'

/** What a run is: plain JSON. Together with a seed it says every byte of it. */
export interface Scenario {
  readonly name: string
  readonly nodes: number
  readonly profile: 'lan' | 'wan' | 'local'
  readonly settings: Partial<Settings>
  readonly rules: Rules
  /**
   * `bytes`: all that goes over the wire is made and read. `messages`: streams are handed over
   * without their layers (compression, encryption), so that their size is that of the message.
   */
  readonly mode: 'bytes' | 'messages'
  readonly network: Network
  /** `joined`: all know all from the beginning. `bootstrap`: all join the first at 0. */
  readonly start: 'joined' | 'bootstrap'
  /** With `joined`: runs so long before the steps begin and anything is measured. */
  readonly settleMs: number
  /** Monotonic clocks run up to this share too fast or too slow. Default: 0. */
  readonly clockDrift?: number
  readonly steps: readonly Step[]
  /** How long faults last; after that the network is healed and every pause is over. */
  readonly safetyMs: number
  /**
   * How long after that all must agree. Left out: what the settings promise, `livenessBoundMs`.
   * 0: no liveness phase; the run ends with the faults on, and nothing is demanded at its end.
   */
  readonly livenessMs?: number
  /** The run ends so long after the safety phase; the bound itself when it is left out. */
  readonly endsAfterMs?: number
  readonly checkers: 'all' | readonly CheckerName[]
  /** Whether members keep a key/value replica that random writes go to. Default: false. */
  readonly keyValue?: boolean
}
