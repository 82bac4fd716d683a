import type { Timer } from '@hearsay/memberlist/internal'
import type { SimulatedMember } from './member.ts'

/** A packet under way. */
export class PacketEvent {
  readonly kind = 'packet'
  readonly id: number
  readonly from: SimulatedMember
  readonly to: SimulatedMember
  readonly bytes: Uint8Array

  constructor(id: number, from: SimulatedMember, to: SimulatedMember, bytes: Uint8Array) {
    this.id = id
    this.from = from
    this.to = to
    this.bytes = bytes
  }
}

/** A timer that an engine set. */
export class TimerEvent {
  readonly kind = 'timer'
  readonly member: SimulatedMember
  readonly life: number
  readonly timer: Timer
  /** By the member's own clock. */
  readonly dueAt: number

  constructor(member: SimulatedMember, life: number, timer: Timer, dueAt: number) {
    this.member = member
    this.life = life
    this.timer = timer
    this.dueAt = dueAt
  }
}

/** Anything else that is to happen. */
export class ActionEvent {
  readonly kind = 'action'
  readonly run: () => void

  constructor(run: () => void) {
    this.run = run
  }
}

export type WorldEvent = PacketEvent | TimerEvent | ActionEvent
