import { StreamReader, type StreamRole, StreamSealer } from '@hearsay/memberlist/internal'
import { StateMessage, type StreamContent } from './state-message.ts'
import type { World } from './world.ts'

const ALL = Number.MAX_SAFE_INTEGER

/**
 * A message longer than this is sealed, for its size, but not opened again: that the layers come off
 * as they went on is the wire's own tests' to say.
 */
const OPENED_UP_TO_BYTES = 64 * 1024

/** Sizes of states by what they say. Bound: so many; then all are forgotten. */
const MAX_KNOWN_SIZES = 4_096

/** A message as the one that gets it reads it: [start, end) is what is after its type byte. */
export interface Received {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

/** Compression and whatever else is put around what goes over a stream. */
export class StreamLayers {
  private readonly world: World
  private readonly knownSizes = new Map<string, number>()

  constructor(world: World) {
    this.world = world
  }

  /**
   * How many bytes it is on the wire. For states of many members, of all orders in which the
   * entries may stand the first that came up counts: the compression differs by some bytes.
   */
  bytesOnWire(content: StreamContent, role: StreamRole): number {
    if (!(content instanceof StateMessage)) return this.sizeOf(content, role)
    const key = content.sizeKey
    if (key === undefined) return this.sizeOf(content, role)
    const known = this.knownSizes.get(key)
    if (known !== undefined) return known
    const bytes = this.sizeOf(content, role)
    if (this.knownSizes.size >= MAX_KNOWN_SIZES) this.knownSizes.clear()
    this.knownSizes.set(key, bytes)
    return bytes
  }

  open(content: StreamContent, role: StreamRole): Received {
    const message = content.bytes()
    const { scenario, security } = this.world
    if (scenario.mode === 'messages' || message.length > OPENED_UP_TO_BYTES) {
      return { bytes: message, start: 1, end: message.length }
    }
    const reader = new StreamReader(security, role)
    for (const chunk of this.seal(message, role)) reader.push(chunk)
    reader.end()
    reader.step(ALL)
    // What nobody can read is refused where it arrives, as an empty message.
    return reader.message ?? { bytes: NOTHING, start: 0, end: 0 }
  }

  private sizeOf(content: StreamContent, role: StreamRole): number {
    const message = content.bytes()
    if (this.world.scenario.mode === 'messages') return message.length
    return this.seal(message, role).reduce((sum, chunk) => sum + chunk.length, 0)
  }

  private seal(message: Uint8Array, role: StreamRole): Uint8Array[] {
    const sealer = new StreamSealer(message, this.world.security, role)
    sealer.step(ALL)
    return sealer.output()
  }
}

const NOTHING = new Uint8Array(0)
