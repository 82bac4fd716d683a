import type { SimulatedMember } from './member.ts'
import type { World } from './world.ts'

/** What runs on top of a member; every call comes outside of the engine's own. */
export interface Application {
  /** A user message came, within a call of the engine: only to be noted. */
  received(bytes: Uint8Array): void
  /** What was noted is done now. */
  act(): void
  localState(): Uint8Array
  mergeRemoteState(bytes: Uint8Array): void
}

const EMPTY = new Uint8Array(0)
/** Kind, id, length. */
const HEADER_BYTES = 7
const MESSAGE = 1

/** A message that was given to a member to tell all. */
export interface UserMessage {
  readonly id: number
  readonly from: number
  readonly at: number
  readonly bytes: number
  /** The lives that were to get it: those that ran when it was sent. By member. */
  readonly audience: Int32Array
  /** When each member first had it; NaN: not yet. */
  readonly reachedAt: Float64Array
}

/**
 * An application as memberlist's users build it. memberlist itself promises little: a broadcast is
 * gossiped by its originator only, a limited number of times. So, as Serf does, whoever gets one
 * for the first time gossips it on; and as in the Go example, what somebody missed comes with the
 * user state of the next push/pull. Together they promise that all who stay get it.
 *
 * Bound: the messages of the scenario.
 */
export class MessageApplication implements Application {
  private readonly world: World
  private readonly member: SimulatedMember
  /** By id, in the order in which they came. */
  private readonly seen = new Set<number>()
  private noted: Uint8Array[] = []

  constructor(world: World, member: SimulatedMember) {
    this.world = world
    this.member = member
  }

  broadcast(message: UserMessage): void {
    this.take(message)
  }

  received(bytes: Uint8Array): void {
    this.noted.push(bytes)
  }

  act(): void {
    if (this.noted.length === 0) return
    const noted = this.noted
    this.noted = []
    for (const bytes of noted) this.takeBytes(bytes)
  }

  /** The ids of all that it has. */
  localState(): Uint8Array {
    if (this.seen.size === 0) return EMPTY
    const bytes = new Uint8Array(this.seen.size * 4)
    let at = 0
    for (const id of this.seen) {
      writeNumber(bytes, at, id)
      at += 4
    }
    return bytes
  }

  mergeRemoteState(bytes: Uint8Array): void {
    for (let at = 0; at + 4 <= bytes.length; at += 4) {
      const message = this.world.userMessages[readNumber(bytes, at)]
      if (message !== undefined) this.take(message)
    }
  }

  private takeBytes(bytes: Uint8Array): void {
    if (bytes.length < HEADER_BYTES || bytes[0] !== MESSAGE) return
    const message = this.world.userMessages[readNumber(bytes, 1)]
    if (message !== undefined && bytes.length === message.bytes) this.take(message)
  }

  private take(message: UserMessage): void {
    if (this.seen.has(message.id)) return
    this.seen.add(message.id)
    const { world, member } = this
    if (Number.isNaN(message.reachedAt[member.index])) {
      message.reachedAt[member.index] = world.now
    }
    member.running.broadcast(member.now, bytesOf(message), undefined, nothing)
  }
}

/** As it goes over the wire: kind, id, and filled up to its length. */
export function bytesOf(message: UserMessage): Uint8Array {
  const bytes = new Uint8Array(message.bytes)
  bytes[0] = MESSAGE
  writeNumber(bytes, 1, message.id)
  for (let at = HEADER_BYTES; at < bytes.length; at++) bytes[at] = (message.id * 31 + at * 7) & 0xff
  return bytes
}

export const LEAST_MESSAGE_BYTES = HEADER_BYTES

function writeNumber(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

function readNumber(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}

function nothing(): void {
  // What became of it is seen at the members that get it.
}
