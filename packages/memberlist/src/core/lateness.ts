/** Later than this, and the sockets are read before the timer is believed. */
const DRAIN_AFTER_MS = 50

/**
 * What a timer that fires so late means. Who drives an engine acts on it: `fire` it; `drain` the
 * sockets first, since the ack that it waited for may be in them; or this process `stalled`, and
 * after the draining the engine is told so, before the timer and all that came due with it.
 */
export function judgeLateness(
  latenessMs: number,
  latenessThresholdMs: number,
): 'fire' | 'drain' | 'stalled' {
  if (latenessMs <= DRAIN_AFTER_MS) return 'fire'
  return latenessMs <= latenessThresholdMs ? 'drain' : 'stalled'
}
