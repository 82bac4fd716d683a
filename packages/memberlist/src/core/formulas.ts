/** The pure formulas of the protocol, each pinned by a table in its test. All times in ms. */

/** How often one broadcast is sent: multiplier x ceil(log10(n + 1)). Go: `retransmitLimit`. */
export function retransmitLimit(multiplier: number, members: number): number {
  return multiplier * Math.ceil(Math.log10(members + 1))
}

/**
 * So many rounds of gossip would it take to send so many bytes as often as a broadcast is sent:
 * what the queue is behind by.
 */
export function roundsToTell(
  bytes: number,
  transmits: number,
  gossipNodes: number,
  packetBytes: number,
): number {
  return (bytes * transmits) / (gossipNodes * packetBytes)
}

/**
 * Shortest suspicion: multiplier x max(1, log10 n) x interval, the logarithm cut to three decimals.
 * Go: `suspicionTimeout`.
 */
export function suspicionTimeoutMs(
  multiplier: number,
  members: number,
  probeIntervalMs: number,
): number {
  const scale = Math.max(1, Math.log10(Math.max(1, members)))
  return (multiplier * Math.trunc(scale * 1_000) * probeIntervalMs) / 1_000
}

/**
 * How many others have to confirm a suspicion until it is as short as it gets: k = multiplier - 2, but
 * no fewer than `least` while there are so many others. Ourselves and the accused cannot confirm;
 * with fewer others than k, none is waited for. Go, where `least` is 0: `suspectNode`.
 */
export function expectedConfirmations(multiplier: number, members: number, least: number): number {
  const others = Math.max(0, members - 2)
  const wanted = Math.max(multiplier - 2, Math.min(least, others))
  return others < wanted ? 0 : wanted
}

/**
 * Whole length of a suspicion with so many of the expected confirmations: from max down to min by
 * log(c + 1) / log(k + 1) (Lifeguard, section IV-B). Go: `remainingSuspicionTime`, less the elapsed.
 */
export function suspicionLengthMs(
  confirmations: number,
  expected: number,
  minMs: number,
  maxMs: number,
): number {
  if (expected < 1) return minMs
  const share = Math.log(confirmations + 1) / Math.log(expected + 1)
  // In seconds, as Go has it: where the result is a whole millisecond, that decides the rounding.
  const seconds = maxMs / 1_000 - share * (maxMs / 1_000 - minMs / 1_000)
  return Math.max(minMs, Math.floor(1_000 * seconds))
}

/** Push/pulls get rarer above 32 members, so that the cluster's total stays bounded. Go: `pushPullScale`. */
export function pushPullIntervalMs(intervalMs: number, members: number): number {
  if (members <= 32) return intervalMs
  return intervalMs * (Math.ceil(Math.log2(members) - 5) + 1)
}

/**
 * Half of the incarnation's range. A life starts below it (seconds since 2020, see
 * `initialIncarnation`), so any value up to here can be an honest one.
 */
const HONEST_INCARNATION = 2 ** 31

/**
 * By a stream, whose source cannot be forged, more is believed than by packet. Otherwise the bound
 * below would shut an honest member out: one forged accusation at the bound makes it go one further,
 * where those who missed the accusation, those who do not know it yet, and its own next life do
 * not follow. So by stream a member is believed at any incarnation of its own, and up to here
 * whatever is said of ourselves or of one that we do not know.
 */
export const MAX_STREAM_INCARNATION = 3 * 2 ** 30

/**
 * Whether a claim may be believed, given what is known: up to half of the range always, above it
 * only in steps. One forged claim with the highest value is thereby refused, where Go takes it
 * and can never refute it again.
 */
export function isPlausibleIncarnation(claimed: number, known: number, maxJump: number): boolean {
  return claimed <= Math.max(known, HONEST_INCARNATION) + maxJump
}

const EPOCH_2020_SECONDS = 1_577_836_800

/**
 * The first incarnation of a life that starts now: seconds since 2020, so that a later life is
 * above any earlier one (good until 2088). Go starts at 1, and a restarted member has to be told
 * of its own death first.
 * @param wallClockMs milliseconds since the epoch
 */
export function initialIncarnation(wallClockMs: number): number {
  const seconds = Math.floor(wallClockMs / 1_000) - EPOCH_2020_SECONDS
  return Math.min(Math.max(1, seconds), HONEST_INCARNATION - 1)
}
