/**
 * Parts of the protocol that can be turned off, to measure what each is worth: the simulator runs
 * the published protocols and Go's rules on the same core. No application has a reason to.
 *
 * What a setting already says is not here: `indirectChecks` (k), `disableTcpPings`,
 * `userMessageShare`, `reconnectIntervalMs`, the multipliers.
 */
export interface Rules {
  /** Suspects before it declares dead (SWIM, section 4.2). Off: a failed probe is a death. */
  readonly suspicion: boolean
  /** Probes last longer while our own health is bad, and helpers send nacks (Lifeguard, IV-A). */
  readonly localHealthProbe: boolean
  /** Suspicions begin long and shrink with each independent confirmation (Lifeguard, IV-B). */
  readonly localHealthSuspicion: boolean
  /** A suspected member is told with the ping (Lifeguard, IV-C: the buddy system). */
  readonly buddySystem: boolean
  /** A nack goes out before the asker's verdict. Off, as Go: after the whole probe time-out. */
  readonly earlyNack: boolean
  /** Who is still accused of what it refuted says it again. Off, as Go: once. */
  readonly refuteAgain: boolean
  /** A suspicion of ours that nobody shares is told to its member at each probe. Off, as Go: once. */
  readonly accuseAgain: boolean
  /** A small suspicion multiplier still waits for two confirmations. Off, as Go: for itself less two. */
  readonly leastConfirmations: boolean
  /** An accusation with a higher incarnation restarts a running suspicion. Off, as Go: confirms. */
  readonly freshSuspicion: boolean
  /** Incarnations are believed within a bound. Off, as Go: any, and the highest wraps to 0. */
  readonly boundedIncarnations: boolean
  /** Acks are taken only from where one can come. Off, as Go: from anywhere. */
  readonly checkedAcks: boolean
  /** Members whose versions are not for us are refused also by gossip. Off, as Go: taken. */
  readonly checkedVersions: boolean
  /** A dead member may come back at another address by its own word. Off, as Go: it waits. */
  readonly earlyReclaim: boolean
  /** Crowded gossip leaves to others what they tell, and catches up by stream. Off, as Go: neither. */
  readonly catchUp: boolean
  /** Push/pulls begin with a digest, and tell what differs. Off, as Go: all that is known. */
  readonly digests: boolean
  /** Failed members and join addresses are tried again. Off, as Go: never. */
  readonly reconnect: boolean
  /** The first incarnation of a life comes from the clock. Off, as Go: 1. For who starts engines. */
  readonly clockIncarnation: boolean
  /** A pause of the own process is noticed. Off, as Go: late timers are believed. For the driver. */
  readonly noticedPauses: boolean
}

/** What every member runs with. */
export const ourRules: Rules = {
  suspicion: true,
  localHealthProbe: true,
  localHealthSuspicion: true,
  buddySystem: true,
  earlyNack: true,
  refuteAgain: true,
  accuseAgain: true,
  leastConfirmations: true,
  freshSuspicion: true,
  boundedIncarnations: true,
  checkedAcks: true,
  checkedVersions: true,
  earlyReclaim: true,
  catchUp: true,
  digests: true,
  reconnect: true,
  clockIncarnation: true,
  noticedPauses: true,
}

/** Go's memberlist v0.7.0: Lifeguard, and none of what is ours. */
export const goRules: Rules = {
  ...ourRules,
  earlyNack: false,
  refuteAgain: false,
  accuseAgain: false,
  leastConfirmations: false,
  freshSuspicion: false,
  boundedIncarnations: false,
  checkedAcks: false,
  checkedVersions: false,
  earlyReclaim: false,
  catchUp: false,
  digests: false,
  reconnect: false,
  clockIncarnation: false,
  noticedPauses: false,
}

/** SWIM with suspicion as in its paper, and as memberlist had it before Lifeguard. */
export const swimRules: Rules = {
  ...goRules,
  localHealthProbe: false,
  localHealthSuspicion: false,
  buddySystem: false,
}
