import { writePushPullHeader, writePushPullNode } from '../wire/push-pull.ts'
import { Writer } from '../wire/writer.ts'
import type { Core } from './core.ts'
import type { NodeRecord } from './registry.ts'

/** More than the header takes, whatever the numbers in it: three keys, a flag, two integers. */
const HEADER_ROOM = 64
/** What an entry takes about, so that most states are written without growing. */
const ENTRY_BYTES = 96

/**
 * Our side of a push/pull, made in steps: all that we know, dead and left members included, and the
 * user state. The table may change between two steps. Each entry is as it was when its slot was
 * passed; who comes in at a slot that was passed already is told next time. So how many there are is
 * only known at the end, and the header is written last, into room that was left for it.
 */
export class StateEncoder {
  private readonly core: Core
  private readonly join: boolean
  private readonly userState: Uint8Array
  private readonly writer: Writer
  private nextSlot = 0
  private entries = 0
  private headerLength = 0

  constructor(core: Core, join: boolean, userState: Uint8Array) {
    this.core = core
    this.join = join
    this.userState = userState
    this.writer = new Writer(HEADER_ROOM + core.members.size * ENTRY_BYTES + userState.length)
    this.writer.position = HEADER_ROOM
  }

  /** Writes up to so many entries more; true when all are written. Not after it said true. */
  step(maxEntries: number): boolean {
    const { members } = this.core
    const until = this.nextSlot + maxEntries
    this.nextSlot = members.forEachIn(this.nextSlot, until, this.write)
    if (this.nextSlot === until) return false
    this.finish()
    return true
  }

  /** The message with its type byte, once `step` said true. */
  message(): Uint8Array {
    return this.writer.view().subarray(HEADER_ROOM - this.headerLength)
  }

  private readonly write = (slot: number, record: NodeRecord): void => {
    const { core } = this
    if (!isForState(core, record)) return
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
    const { writer, userState } = this
    writer.raw(userState)
    const header = new Writer(HEADER_ROOM)
    writePushPullHeader(header, this.entries, userState.length, this.join)
    this.headerLength = header.position
    writer.bytes.set(header.view(), HEADER_ROOM - header.position)
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
