import type { Segment } from './pcap-segment.ts'

const FIN = 1
const SYN = 2
const RST = 4
const ACK = 16
/** The lowest port that Linux gives to clients; servers rarely listen above. */
const FIRST_EPHEMERAL = 32_768

interface Piece {
  readonly sequence: number
  readonly bytes: Uint8Array
}

/** What one side of a connection sent. Holds views of the capture. */
export class HalfStream {
  readonly host: string
  readonly port: number
  /** The number of its first byte, where its SYN was captured. */
  #base: number | undefined
  readonly #pieces: Piece[] = []

  constructor(host: string, port: number) {
    this.host = host
    this.port = port
  }

  /** The SYN counts as one. */
  begin(sequence: number): void {
    this.#base = (sequence + 1) >>> 0
  }

  beganWith(sequence: number): boolean {
    return this.#base === (sequence + 1) >>> 0
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  /** Segments may come twice, overlap, and be out of order; numbers wrap around. */
  add(sequence: number, bytes: Uint8Array): void {
    this.#pieces.push({ sequence, bytes })
  }

  /** The bytes in order, up to the first that the capture does not have. */
  assemble(): Uint8Array {
    const base = this.#base ?? this.#lowest()
    const pieces = this.#pieces
      .map(({ sequence, bytes }) => ({ offset: (sequence - base) | 0, bytes }))
      .sort((a, b) => a.offset - b.offset)
    let end = 0
    for (const { offset, bytes } of pieces) {
      if (offset > end) break
      end = Math.max(end, offset + bytes.length)
    }
    const whole = new Uint8Array(end)
    for (const { offset, bytes } of pieces) {
      const skipped = Math.max(0, -offset)
      if (offset >= end) break
      if (skipped < bytes.length) whole.set(bytes.subarray(skipped, end - offset), offset + skipped)
    }
    return whole
  }

  /** Captured from the middle on: the first byte that was seen. */
  #lowest(): number {
    const first = this.#pieces[0]?.sequence ?? 0
    return this.#pieces.reduce(
      (lowest, { sequence }) => (((sequence - lowest) | 0) < 0 ? sequence : lowest),
      first,
    )
  }
}

/** A TCP connection with its two sides. */
export class Connection {
  readonly sides: readonly [HalfStream, HalfStream]
  /** The side that asks, as far as it is known. */
  #client: HalfStream | undefined
  #first: HalfStream | undefined
  #closing = false

  constructor({ sourceHost, sourcePort, destinationHost, destinationPort }: Segment) {
    this.sides = [
      new HalfStream(sourceHost, sourcePort),
      new HalfStream(destinationHost, destinationPort),
    ]
  }

  /** A SYN with another number, after the end or some data, opens a new one between these ports. */
  isReusedBy(segment: Segment): boolean {
    if ((segment.flags & (SYN | ACK)) !== SYN) return false
    if (this.#senderOf(segment).beganWith(segment.sequence)) return false
    return this.#closing || !this.sides.every((side) => side.isEmpty)
  }

  /** The side that sent it. */
  add(segment: Segment): HalfStream {
    const { sequence, flags, payload } = segment
    const sender = this.#senderOf(segment)
    if (flags & SYN) {
      sender.begin(sequence)
      this.#client = flags & ACK ? this.sides.find((side) => side !== sender) : sender
    }
    if (flags & (FIN | RST)) this.#closing = true
    if (payload.length > 0) {
      this.#first ??= sender
      sender.add(flags & SYN ? (sequence + 1) >>> 0 : sequence, payload)
    }
    return sender
  }

  /**
   * Whether this side asked: it opened the connection. Where that was not captured, the side with
   * a port from the clients' range, or else the one that spoke first.
   */
  isClient(side: HalfStream): boolean {
    if (this.#client !== undefined) return side === this.#client
    const ephemeral = this.sides.filter(({ port }) => port >= FIRST_EPHEMERAL)
    return side === (ephemeral.length === 1 ? ephemeral[0] : this.#first)
  }

  #senderOf({ sourceHost, sourcePort }: Segment): HalfStream {
    const [a, b] = this.sides
    return a.host === sourceHost && a.port === sourcePort ? a : b
  }
}
