/** What the engine counts, as plain numbers that only grow; the shell adds the transport's. */
export class Counters {
  packetsReceived = 0
  bytesReceived = 0
  packetsSent = 0
  bytesSent = 0
  sendFailures = 0
  /** State changes taken and passed on: Go's `memberlist.msg.alive`, `.suspect`, `.dead`. */
  aliveMessages = 0
  suspectMessages = 0
  deadMessages = 0
  userMessages = 0
  /** Gossip that told nothing new: dropped after a look at its bytes. */
  known = 0
  refutations = 0
  probes = 0
  /** How long finished probes took together, in milliseconds: Go's `memberlist.probeNode`. */
  probeMs = 0
  probesFailed = 0
  indirectProbes = 0
  streamPings = 0
  /** Probes made longer by bad local health: Go's `memberlist.degraded.probe`. */
  degradedProbes = 0
  /** Suspicions that ran out with fewer confirmations than expected: `memberlist.degraded.timeout`. */
  degradedTimeouts = 0
  pauses = 0
  conflicts = 0
  gossipRounds = 0
}
