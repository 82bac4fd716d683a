import { writePushPullHeader, writePushPullNode } from '../wire/push-pull.ts'
import { Writer } from '../wire/writer.ts'
import type { Core } from './core.ts'
import type { NodeRecord } from './registry.ts'

/** More than the header takes without its digest: four keys, a flag, two integers, a length. */
const HEADER_ROOM = 80
/** What an entry takes about, so that most states are written without growing. */
const ENTRY_BYTES = 96

/** What a state is to hold. */
export interface StateContents {
  readonly join: boolean
  readonly userState: Uint8Array
  /** What the peer is to compare with its table. Empty or left out: nothing, as in Go. */
  readonly digest?: Uint8Array
  /** Which members are told. Left out: all that we know, dead and left ones included. */
  readonly tells?: (slot: number, record: NodeRecord) => boolean
}

/** `tells` of a state without members: there is nothing to look for. */
export function nobody(): boolean {
  return false
}

/**
 * Our side of a push/pull, made in steps: members, and the user state. The table may change between two steps. Each entry is as it was when its slot was
 * passed; who comes in at a slot that was passed already is told next time. So how many there are is
 * only known at the end, and the header is written last, into room that was left for it.
 */
export class StateEncoder {
  private readonly core: Core
  private readonly contents: StateContents
  private readonly headerRoom: number
  private readonly writer: Writer
  private nextSlot = 0
  private entries = 0
  private headerLength = 0

  constructor(core: Core, contents: StateContents) {
    const { digest, userState } = contents
    this.core = core
    this.contents = contents
    this.headerRoom = HEADER_ROOM + (digest?.length ?? 0)
    const expected = this.tellsAll ? core.members.size * ENTRY_BYTES : 0
    this.writer = new Writer(this.headerRoom + expected + userState.length)
    this.writer.position = this.headerRoom
  }

  get join(): boolean {
    return this.contents.join
  }

  get tellsAll(): boolean {
    return this.contents.tells === undefined
  }

  /** Writes up to so many entries more; true when all are written. Not after it said true. */
  step(maxEntries: number): boolean {
    const { members } = this.core
    if (this.contents.tells === nobody) {
      this.finish()
      return true
    }
    const until = this.nextSlot + maxEntries
    this.nextSlot = members.forEachIn(this.nextSlot, until, this.write)
    if (this.nextSlot === until) return false
    this.finish()
    return true
  }

  /** The message in one go, instead of in steps. */
  whole(): Uint8Array {
    this.step(Number.POSITIVE_INFINITY)
    return this.message()
  }

  /** The message with its type byte, once `step` said true. */
  message(): Uint8Array {
    return this.writer.view().subarray(this.headerRoom - this.headerLength)
  }

  private readonly write = (slot: number, record: NodeRecord): void => {
    const { core } = this
    if (!isForState(core, record)) return
    if (this.contents.tells?.(slot, record) === false) return
    const { members } = core
    writePushPullNode(
      this.writer,
      record.name.bytes,
      record.address,
      record.port,
      record.meta,
      members.incarnation(slot),
      members.state(slot),
      record.versions,
    )
    this.entries++
  }

  private finish(): void {
    const { writer, headerRoom } = this
    const { userState, join, digest } = this.contents
    writer.raw(userState)
    const header = new Writer(headerRoom)
    writePushPullHeader(header, this.entries, userState.length, join, digest)
    this.headerLength = header.position
    writer.bytes.set(header.view(), headerRoom - header.position)
  }
}

/**
 * Beyond Go: a member that never told its versions is known by gossip alone. In a state it would
 * speak version 0, for which everybody, ourselves included, refuses the whole; so one forged
 * message would end all push/pulls until that member is forgotten.
 */
export function isForState({ rules }: Core, record: NodeRecord): boolean {
  return record.versionsOnWire !== undefined || !rules.checkedVersions
}
