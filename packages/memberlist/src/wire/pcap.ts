import type { InspectChannel } from './inspection.ts'
import { readFrames } from './pcap-file.ts'
import { readSegment, type Segment, type SkipReason } from './pcap-segment.ts'
import { Connection, type HalfStream } from './pcap-streams.ts'

export { isCapture } from './pcap-file.ts'
export type { SkipReason } from './pcap-segment.ts'

export interface CapturedEndpoint {
  readonly host: string
  readonly port: number
}

/** One datagram, or all that one side of a connection sent. */
export interface CapturedInput {
  readonly channel: InspectChannel
  /** A view of the file for packets, a copy for streams. */
  readonly bytes: Uint8Array
  /** Milliseconds since 1970, of the (first) frame; 0 where the file does not say. */
  readonly timeMs: number
  readonly source: CapturedEndpoint
  readonly destination: CapturedEndpoint
}

export interface CaptureReading {
  /** In the order in which the first frame of each was captured. */
  readonly inputs: CapturedInput[]
  /** Frames that carry nothing for us, by reason. */
  readonly skipped: Readonly<Record<SkipReason, number>>
  /** The file ends in the middle of a frame. */
  readonly truncated: boolean
}

export interface CaptureOptions {
  /** Keep only what goes to or from one of these ports; all when it is left out. */
  readonly ports?: readonly number[] | undefined
}

/**
 * Reads a capture file: pcap of either byte order, in micro- or nanoseconds, or pcapng; Ethernet
 * (with VLAN tags), loopback, raw IP and Linux cooked frames; IPv4 and IPv6, not fragmented. UDP
 * payloads are packets. TCP is put together for each direction: what the side that opened the
 * connection sent is a request, the other's a reply.
 *
 * Holds the file, and what the streams in it carry once more.
 *
 * @returns undefined when it is no such file
 */
export function readCapture(
  bytes: Uint8Array,
  options: CaptureOptions = {},
): CaptureReading | undefined {
  const file = readFrames(bytes)
  if (file === undefined) return undefined
  const collector = new Collector()
  const skipped = { 'other-protocol': 0, fragment: 0, malformed: 0 }
  for (const frame of file.frames) {
    const segment = readSegment(frame)
    if (typeof segment === 'string') skipped[segment]++
    else if (isWanted(segment, options.ports)) collector.add(segment, frame.timeMs)
  }
  return { inputs: collector.finish(), skipped, truncated: file.truncated }
}

function isWanted(segment: Segment, ports: readonly number[] | undefined): boolean {
  if (ports === undefined) return true
  return ports.includes(segment.sourcePort) || ports.includes(segment.destinationPort)
}

type Pending = () => CapturedInput

/** Bounded by the file: an entry for each of its frames at the most. */
class Collector {
  readonly #pending: Pending[] = []
  readonly #connections = new Map<string, Connection>()
  readonly #seen = new Set<HalfStream>()

  add(segment: Segment, timeMs: number): void {
    const source = { host: segment.sourceHost, port: segment.sourcePort }
    const destination = { host: segment.destinationHost, port: segment.destinationPort }
    if (segment.protocol === 'udp') {
      const { payload } = segment
      const input = { channel: 'packet', bytes: payload, timeMs, source, destination } as const
      this.#pending.push(() => input)
      return
    }
    const connection = this.#connectionOf(segment)
    const side = connection.add(segment)
    if (side.isEmpty || this.#seen.has(side)) return
    this.#seen.add(side)
    this.#pending.push(() => ({
      channel: connection.isClient(side) ? 'stream-request' : 'stream-reply',
      bytes: side.assemble(),
      timeMs,
      source,
      destination,
    }))
  }

  finish(): CapturedInput[] {
    return this.#pending.map((pending) => pending())
  }

  #connectionOf(segment: Segment): Connection {
    const ends = [
      `${segment.sourceHost} ${segment.sourcePort}`,
      `${segment.destinationHost} ${segment.destinationPort}`,
    ]
    const key = ends.toSorted().join(' ')
    const known = this.#connections.get(key)
    if (known !== undefined && !known.isReusedBy(segment)) return known
    const connection = new Connection(segment)
    this.#connections.set(key, connection)
    return connection
  }
}
