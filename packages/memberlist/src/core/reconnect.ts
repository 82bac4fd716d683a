import { limits } from '../limits.ts'
import type { Core } from './core.ts'
import type { NodeRecord } from './registry.ts'
import { ALIVE } from './state.ts'

interface Target {
  readonly record: NodeRecord
  readonly failedAt: number
  attempts: number
  nextAt: number
}

/** Attempts to one member get rarer up to this many intervals. */
const MAX_BACKOFF = 8

/**
 * Failed members are tried again, with a push/pull to their last address, and so are the addresses
 * that were joined: a healed partition is found without anybody's help. Go leaves this to the
 * application (Serf and others each built it).
 *
 * The chance to try is failed / alive, so that the whole cluster makes about as many attempts in an
 * interval as there are failed members, however large it is. Members forgotten by the table are
 * still remembered here. One of the cluster looks at its join addresses also when nobody has failed:
 * where both sides of a partition were restarted in it, neither misses the other.
 *
 * And a member of whom others say what cannot be believed from them is asked itself, by push/pull,
 * one at each interval: that its incarnation went further (see `isPlausible`), or other metadata or
 * versions with the same. Whoever missed a step of what forgers drove it to, or took their word,
 * would otherwise know it as it was until the two happen to meet.
 *
 * Bound: `limits.reconnectTargets`, each for `reconnectTimeoutMs`, and as many of the doubted.
 */
export class Reconnects {
  private readonly core: Core
  /** By name; in the order of failing. */
  private readonly failed = new Map<string, Target>()
  /** Members of whom something else is said than is believed from others, by name; each is asked. */
  private readonly doubted = new Map<string, NodeRecord>()
  /** Whether there are join addresses; told by the shell. */
  hasJoinAddresses = false

  constructor(core: Core) {
    this.core = core
  }

  get size(): number {
    return this.failed.size
  }

  memberFailed(record: NodeRecord): void {
    const { now, settings, rules } = this.core
    if (settings.reconnectIntervalMs === 0 || !rules.reconnect) return
    const name = record.name.text
    this.failed.delete(name)
    this.failed.set(name, { record, failedAt: now, attempts: 0, nextAt: now })
    if (this.failed.size <= limits.reconnectTargets) return
    for (const oldest of this.failed.keys()) {
      this.failed.delete(oldest)
      return
    }
  }

  /** Of this one something was told that cannot be believed from others. */
  doubt(record: NodeRecord): void {
    const { rules, settings } = this.core
    if (settings.reconnectIntervalMs === 0 || !rules.reconnect) return
    if (this.doubted.size < limits.reconnectTargets) this.doubted.set(record.name.text, record)
  }

  memberIsBackOrLeft(record: NodeRecord): void {
    // The text of a name takes memory once it was asked for.
    if (this.failed.size > 0) this.failed.delete(record.name.text)
  }

  tick(): void {
    const { core } = this
    if (core.leaving || !core.rules.reconnect) return
    this.giveUpTheOld()
    this.askDoubted()
    const others = core.members.count(ALIVE) - 1
    const alone = others <= 0
    if (this.hasJoinAddresses && this.chance(alone, others)) {
      core.effects.openStream({ kind: 'rejoin' })
    }
    if (this.failed.size === 0 || !this.chance(alone, others)) return
    const target = this.draw()
    if (target === undefined) return
    target.attempts++
    const wait = Math.min(2 ** target.attempts - 1, MAX_BACKOFF)
    target.nextAt = core.now + wait * core.settings.reconnectIntervalMs * 0.9
    core.effects.openStream({ kind: 'push-pull', record: target.record })
  }

  private askDoubted(): void {
    for (const [name, record] of this.doubted) {
      this.doubted.delete(name)
      this.core.effects.openStream({ kind: 'push-pull', record })
      return
    }
  }

  private chance(alone: boolean, others: number): boolean {
    if (alone) return true
    return this.core.random('reconnect-target', others) < Math.max(1, this.failed.size)
  }

  private draw(): Target | undefined {
    const due: Target[] = []
    for (const target of this.failed.values()) if (target.nextAt <= this.core.now) due.push(target)
    return due.length === 0 ? undefined : due[this.core.random('reconnect-target', due.length)]
  }

  private giveUpTheOld(): void {
    const { now, settings } = this.core
    for (const [name, target] of this.failed) {
      if (now - target.failedAt > settings.reconnectTimeoutMs) this.failed.delete(name)
    }
  }
}
