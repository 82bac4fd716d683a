import type { CrashMeasure } from '../run.ts'
import type { SimulatedMember } from './member.ts'

/** A crash, and who has yet to tell of it. */
export class CrashWatch implements CrashMeasure {
  readonly member: number
  readonly at: number
  firstSuspectedAt: number | undefined
  firstFailedAt: number | undefined
  failedByAllAt: number | undefined
  /** Those that held it for a member when it went, and live. */
  private readonly waiting = new Set<number>()

  constructor(crashed: SimulatedMember, at: number, members: readonly SimulatedMember[]) {
    this.member = crashed.index
    this.at = at
    for (const member of members) {
      if (member === crashed || !member.isLive) continue
      const slot = member.core.members.find(crashed.nameBytes, 0, crashed.nameBytes.length)
      if (slot >= 0 && !member.core.members.isGone(slot)) this.waiting.add(member.index)
    }
  }

  get isOpen(): boolean {
    return this.waiting.size > 0
  }

  suspected(at: number): void {
    this.firstSuspectedAt ??= at
  }

  failed(observer: number, at: number): void {
    this.firstFailedAt ??= at
    this.excuse(observer, at)
  }

  /** This one tells no more, or has told. */
  excuse(observer: number, at: number): void {
    if (this.waiting.delete(observer) && this.waiting.size === 0) this.failedByAllAt ??= at
  }
}
