/** What a transport counts. Plain numbers that only grow, but for `streamsOpen`. */
export interface TransportCounters {
  /** Packets handed to the handler, and the bytes in them. */
  packetsIn: number
  packetBytesIn: number
  /** Packets handed to the network, those that it refused later included, and the bytes in them. */
  packetsOut: number
  packetBytesOut: number
  /** Packets that came before `start`. */
  packetsEarly: number
  /**
   * Packets that could not be sent, by the system's error code, or EMSGSIZE and EADDRNOTAVAIL where
   * we know without asking. Bounded by the number of error codes that there are. Answers to the
   * host that we last heard from are only sampled: see `udp.ts`.
   */
  readonly sendFailures: Record<string, number>
  /** Errors that reading from the packet socket gave. */
  receiveErrors: number
  /** Streams that peers opened and the handler got. */
  streamsIn: number
  /** Streams that we opened. */
  streamsOut: number
  /** Streams of peers that were closed at once: over the bound, or before `start`. */
  streamsRefused: number
  /** Errors that accepting a stream gave, such as running out of file descriptors. */
  acceptErrors: number
  /** Streams open at this moment, in either direction. */
  streamsOpen: number
}

export function createCounters(): TransportCounters {
  return {
    packetsIn: 0,
    packetBytesIn: 0,
    packetsOut: 0,
    packetBytesOut: 0,
    packetsEarly: 0,
    sendFailures: {},
    receiveErrors: 0,
    streamsIn: 0,
    streamsOut: 0,
    streamsRefused: 0,
    acceptErrors: 0,
    streamsOpen: 0,
  }
}

export function countSendFailure(counters: TransportCounters, code: string): void {
  counters.sendFailures[code] = (counters.sendFailures[code] ?? 0) + 1
}
