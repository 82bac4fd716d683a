import { kvLimits } from '../limits.ts'
import type { ReplicaCore } from './core.ts'

interface Debt {
  readonly originId: string
  readonly sequence: number
  readonly member: string
  readonly since: number
}

/** Acknowledgements that can be sent once a batch is stored: by member, then by origin. */
export type ReadyAcks = Map<string, Map<string, number[]>>

/**
 * Acknowledgements that we owe others: sent when the write, or a later one of its key, is stored
 * here durably.
 *
 * Bound: `limits.owedAcks`, each for `limits.askMs`; the oldest is forgotten, and asked for again.
 */
export class Owed {
  private readonly core: ReplicaCore
  private readonly debts = new Map<string, Debt>()

  constructor(core: ReplicaCore) {
    this.core = core
  }

  asked(member: string, originId: string, sequences: readonly number[]): void {
    const since = this.core.at.now
    for (const sequence of sequences) {
      this.debts.set(`${originId} ${sequence} ${member}`, { originId, sequence, member, since })
    }
    while (this.debts.size > kvLimits.owedAcks) {
      const oldest = this.debts.keys().next()
      if (oldest.done === true) break
      this.debts.delete(oldest.value)
    }
  }

  /** Takes out what has been seen by now: it may be told once all up to now is stored. */
  ready(): ReadyAcks {
    const { origins } = this.core.state
    const acks: ReadyAcks = new Map()
    for (const [key, { originId, sequence, member }] of this.debts) {
      if (origins.get(originId)?.seen.has(sequence) !== true) continue
      this.debts.delete(key)
      const byOrigin = acks.get(member) ?? new Map<string, number[]>()
      const sequences = byOrigin.get(originId) ?? []
      sequences.push(sequence)
      byOrigin.set(originId, sequences)
      acks.set(member, byOrigin)
    }
    return acks
  }

  send(acks: ReadyAcks): void {
    for (const [member, byOrigin] of acks) {
      for (const [originId, sequences] of byOrigin) {
        this.core.send(member, { type: 'ack', originId, sequences })
      }
    }
  }

  round(): void {
    const before = this.core.at.now - kvLimits.askMs
    for (const [key, { since }] of this.debts) {
      if (since > before) break
      this.debts.delete(key)
    }
  }
}
