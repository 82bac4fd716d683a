import { type Application, MessageApplication } from './application.ts'
import { Disk, KeyValueReplica } from './key-value.ts'
import type { SimulatedMember } from './member.ts'
import type { World } from './world.ts'

/** All that runs on top of one life of a member: its messages, and a store where there is one. */
export class MemberApplication implements Application {
  readonly messages: MessageApplication
  readonly keyValue: KeyValueReplica | undefined = undefined
  /** Whether there may be something to do; mostly there is not. */
  private isNoted = false

  constructor(world: World, member: SimulatedMember, disk: Disk | undefined) {
    this.messages = new MessageApplication(world, member)
    if (disk === undefined) return
    const keyValue = new KeyValueReplica(world, member, disk)
    this.keyValue = keyValue
    // When the engine runs, and knows whom it knows from before.
    member.after(0, () => keyValue.start())
  }

  received(bytes: Uint8Array): void {
    this.isNoted = true
    if (this.keyValue?.received(bytes) !== true) this.messages.received(bytes)
  }

  memberChanged(name: string, isUp: boolean): void {
    this.isNoted = true
    this.keyValue?.memberChanged(name, isUp)
  }

  act(): void {
    if (!this.isNoted) return
    this.isNoted = false
    this.messages.act()
    this.keyValue?.act()
  }

  localState(): Uint8Array {
    return this.messages.localState()
  }

  mergeRemoteState(bytes: Uint8Array): void {
    this.messages.mergeRemoteState(bytes)
  }
}

/** By member; a process that starts with no memory gets an empty one. Bound: the members. */
export class Disks {
  private readonly disks = new Map<number, Disk>()

  of(member: SimulatedMember): Disk {
    let disk = this.disks.get(member.index)
    if (disk === undefined) {
      disk = new Disk()
      this.disks.set(member.index, disk)
    }
    return disk
  }

  wipe(member: SimulatedMember): void {
    this.disks.delete(member.index)
  }
}
