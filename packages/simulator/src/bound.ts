import { pushPullIntervalMs, type Settings, suspicionTimeoutMs } from '@hearsay/memberlist/internal'

/** Attempts to reach a failed member again get rarer up to this many intervals. */
const RECONNECT_BACKOFF = 8

/** SWIM: a member is probed within 2n - 1 periods; with n that probe, far sooner by all chance. */
const PROBE_PERIODS = 30

/**
 * How long after the heal all live members of a cluster of so many must agree, by its settings, in
 * ms. Each part is the longest that the part of the protocol takes, one after the other:
 *
 *   health back to good, and a probe of everybody      (8 + min(2n, 30)) probe intervals
 *   a suspicion that nobody confirms                   its longest time
 *   failed members and join addresses tried again      8 + 2 reconnect intervals
 *   what gossip missed, by push/pull                   2 intervals, and a time-out
 */
export function livenessBoundMs(settings: Settings, nodes: number): number {
  const { probeIntervalMs, awarenessMaxMultiplier, suspicionMultiplier } = settings
  const periods = awarenessMaxMultiplier + Math.min(2 * nodes, PROBE_PERIODS)
  const suspicionMs =
    settings.suspicionMaxTimeoutMultiplier *
    suspicionTimeoutMs(suspicionMultiplier, nodes, probeIntervalMs)
  const pushPullMs = pushPullIntervalMs(settings.pushPullIntervalMs, nodes)
  return Math.ceil(
    periods * probeIntervalMs +
      suspicionMs +
      (RECONNECT_BACKOFF + 2) * settings.reconnectIntervalMs +
      2 * pushPullMs +
      settings.tcpTimeoutMs,
  )
}
