import { CompoundCursor } from './compound.ts'
import { COMPOUND, COMPRESS } from './message-type.ts'
import { expand, PACKET_DECOMPRESSED_BYTES } from './packet-compression.ts'
import type { RejectionReason } from './rejection.ts'
import { EMPTY } from './span.ts'

/**
 * Compounds and compressions within each other below the first. No writer nests them, but Go reads
 * them to any depth; here it ends.
 */
export const MAX_NESTED_LAYERS = 4

/**
 * Walks over the messages of an opened packet, whatever they are wrapped in. One object for all
 * packets.
 *
 * What bounds it: each layer that is not compressed is shorter than what it is in; what comes out
 * of compression is at most PACKET_DECOMPRESSED_BYTES together; layers at most MAX_NESTED_LAYERS.
 */
export class MessageCursor {
  /** The message type. */
  type = 0
  /** The struct or payload, after the type byte. */
  bytes: Uint8Array = EMPTY
  start = 0
  end = 0
  /** Why this part is refused. The others are not affected. */
  failure: RejectionReason | undefined = undefined
  readonly #compounds = Array.from({ length: MAX_NESTED_LAYERS }, () => new CompoundCursor())
  /** In how many layers the parts of each compound are. */
  readonly #layersAt = new Uint8Array(MAX_NESTED_LAYERS + 1)
  #open = 0
  #started = true
  #allowance = 0

  /** From what `PacketOpener` gave: a message or a compound, with its type byte. */
  reset(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes
    this.start = start
    this.end = end
    this.failure = undefined
    this.#open = 0
    this.#started = false
    this.#allowance = PACKET_DECOMPRESSED_BYTES
  }

  /**
   * Moves on to the next message. True: it is here, or `failure` says why a part was refused, and
   * either way there may be more. False: that was all.
   */
  next(): boolean {
    if (!this.#started) {
      this.#started = true
      if (this.#enter(0)) return true
    }
    this.failure = undefined
    while (this.#open > 0) {
      const compound = this.#compounds[this.#open - 1]
      if (!compound.next()) {
        this.#open--
        this.failure = compound.failure
        if (this.failure !== undefined) return true
        continue
      }
      this.bytes = compound.bytes
      this.start = compound.start
      this.end = compound.end
      if (this.#enter(this.#layersAt[this.#open])) return true
    }
    return false
  }

  /** Looks at what begins at `start`. False: it was a compound and is open now. */
  #enter(layers: number): boolean {
    for (;;) {
      if (this.start >= this.end) return this.#refuse('empty')
      this.type = this.bytes[this.start++]
      if (this.type !== COMPOUND && this.type !== COMPRESS) return true
      if (layers >= MAX_NESTED_LAYERS) return this.#refuse('nested')
      layers++
      if (this.type === COMPOUND) return this.#openCompound(layers)
      const content = expand(this.bytes, this.start, this.end, this.#allowance)
      if (typeof content === 'string') return this.#refuse(content)
      this.#allowance -= content.length
      this.bytes = content
      this.start = 0
      this.end = content.length
    }
  }

  #openCompound(layers: number): boolean {
    const compound = this.#compounds[this.#open]
    if (!compound.reset(this.bytes, this.start, this.end)) {
      return this.#refuse(compound.failure ?? 'truncated')
    }
    this.#open++
    this.#layersAt[this.#open] = layers
    return false
  }

  #refuse(reason: RejectionReason): boolean {
    this.failure = reason
    return true
  }
}
