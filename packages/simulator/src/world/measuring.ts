import type { CoreEvent } from '@hearsay/memberlist/internal'
import type { FalsePositives, Measures, SpreadMeasure } from '../run.ts'
import type { UserMessage } from './application.ts'
import { CrashWatch } from './crash-watch.ts'
import type { SimulatedMember } from './member.ts'
import type { TrafficCounters } from './traffic.ts'

/** What is measured in a run, as it goes. */
export class Measuring {
  readonly traffic: TrafficCounters
  bootstrapMs: number | undefined
  convergenceMs: number | undefined
  private readonly crashes: CrashWatch[] = []
  /** The last crash of each member that somebody has yet to tell of. */
  private readonly open = new Map<number, CrashWatch>()
  private viewChanges = 0
  private readonly wronglyFailed: Uint32Array
  private readonly falsePositives: FalsePositives = {
    aboutHealthyAtHealthy: 0,
    aboutHealthyAtDisturbed: 0,
    aboutDisturbedAtHealthy: 0,
    aboutDisturbedAtDisturbed: 0,
  }

  constructor(traffic: TrafficCounters) {
    this.traffic = traffic
    this.wronglyFailed = new Uint32Array(traffic.members)
  }

  crashed(member: SimulatedMember, at: number, members: readonly SimulatedMember[]): void {
    const watch = new CrashWatch(member, at, members)
    this.crashes.push(watch)
    this.open.set(member.index, watch)
    this.silent(member, at)
  }

  /** Nothing more is to be expected from it: it crashed, or left. */
  silent(member: SimulatedMember, at: number): void {
    for (const watch of this.open.values()) {
      watch.excuse(member.index, at)
      if (!watch.isOpen) this.open.delete(watch.member)
    }
  }

  restarted(member: SimulatedMember): void {
    this.open.delete(member.index)
  }

  told(
    observer: SimulatedMember,
    type: CoreEvent['type'],
    subject: SimulatedMember | undefined,
    at: number,
    isSettled: boolean,
  ): void {
    if (subject === undefined || subject === observer) return
    if (isSettled && (type === 'join' || type === 'fail' || type === 'leave')) this.viewChanges++
    if (type === 'suspect') this.open.get(subject.index)?.suspected(at)
    if (type === 'fail') this.failed(observer, subject, at)
  }

  result(messages: readonly UserMessage[]): Measures {
    const { traffic, crashes, falsePositives, viewChanges, wronglyFailed } = this
    return {
      members: traffic.members,
      crashes: crashes.map(({ member, at, firstSuspectedAt, firstFailedAt, failedByAllAt }) => ({
        member,
        at,
        firstSuspectedAt,
        firstFailedAt,
        failedByAllAt,
      })),
      falsePositives,
      spreads: messages.map(spreadOf),
      traffic,
      bootstrapMs: this.bootstrapMs,
      convergenceMs: this.convergenceMs,
      viewChanges,
      wronglyFailed,
    }
  }

  private failed(observer: SimulatedMember, subject: SimulatedMember, at: number): void {
    if (!subject.isLive) {
      const watch = this.open.get(subject.index)
      watch?.failed(observer.index, at)
      if (watch !== undefined && !watch.isOpen) this.open.delete(subject.index)
      return
    }
    this.wronglyFailed[subject.index]++
    const { falsePositives } = this
    if (subject.isDisturbed) {
      if (observer.isDisturbed) falsePositives.aboutDisturbedAtDisturbed++
      else falsePositives.aboutDisturbedAtHealthy++
    } else if (observer.isDisturbed) falsePositives.aboutHealthyAtDisturbed++
    else falsePositives.aboutHealthyAtHealthy++
  }
}

function spreadOf({ from, at, audience, reachedAt }: UserMessage): SpreadMeasure {
  const reachedMs: number[] = []
  let of = 0
  for (let index = 0; index < audience.length; index++) {
    if (index === from || audience[index] === 0) continue
    of++
    if (!Number.isNaN(reachedAt[index])) reachedMs.push(reachedAt[index] - at)
  }
  reachedMs.sort((one, other) => one - other)
  return { sentAt: at, from, reachedMs, of }
}
