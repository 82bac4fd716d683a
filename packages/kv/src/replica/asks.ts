import { kvLimits } from '../limits.ts'
import type { Spread } from '../store.ts'
import type { ReplicaCore } from './core.ts'
import { type Held, versionText } from './held.ts'
import type { Peer } from './peers.ts'

/** A write of ours whose holders we want to know. */
interface Ask {
  readonly sequence: number
  readonly version: string
  readonly key: string
  readonly startedAt: number
  readonly startedWallMs: number
  readonly isTraced: boolean
  /** Asked of all members, not only of those that are pushed to. */
  readonly isForAll: boolean
  readonly expected: number
  readonly holders: { readonly name: string; readonly afterMs: number }[]
  askedAt: number
}

/**
 * Acknowledgements of our writes by others, for `acks` and `trace`. They are asked for with the
 * push, and again each round from those that have not answered.
 *
 * Bound: `limits.askedWrites`, each for at most `limits.askMs`; and `limits.spreads` that are over.
 */
export class Asks {
  private readonly core: ReplicaCore
  /** In the order of the sequence numbers. */
  private readonly open = new Map<number, Ask>()
  private readonly spreads = new Map<string, Ask>()
  private forAll = 0

  constructor(core: ReplicaCore) {
    this.core = core
  }

  get isFull(): boolean {
    return this.open.size >= kvLimits.askedWrites
  }

  /** Whether a write that is waited for concerns more than those that are pushed to. */
  get areForAll(): boolean {
    return this.forAll > 0
  }

  add(held: Held, acks: number, isTraced: boolean): void {
    const { at, peers } = this.core
    const ask: Ask = {
      sequence: held.sequence,
      version: versionText(held.stamp, held.origin.id),
      key: held.key,
      startedAt: at.now,
      startedWallMs: at.wallMs,
      isTraced,
      isForAll: isTraced || acks > kvLimits.pushPeers,
      expected: peers.speakers.length,
      holders: [],
      askedAt: at.now,
    }
    this.open.set(ask.sequence, ask)
    if (ask.isForAll) this.forAll++
    if (!isTraced) return
    this.spreads.set(ask.version, ask)
    if (this.spreads.size <= kvLimits.spreads) return
    for (const version of this.spreads.keys()) {
      this.spreads.delete(version)
      break
    }
  }

  /** Nobody waits for it any more. A traced one is followed to the end all the same. */
  settled(sequence: number): void {
    const ask = this.open.get(sequence)
    if (ask !== undefined && !ask.isTraced) this.close(ask)
  }

  holders(sequence: number): string[] {
    return this.open.get(sequence)?.holders.map(({ name }) => name) ?? []
  }

  acked(peer: Peer, sequences: readonly number[]): void {
    const { at, effects } = this.core
    for (const sequence of sequences) {
      const ask = this.open.get(sequence)
      if (ask === undefined || ask.holders.some(({ name }) => name === peer.name)) continue
      ask.holders.push({ name: peer.name, afterMs: at.now - ask.startedAt })
      effects.tell({ type: 'acked', sequence, member: peer.name })
      if (!ask.isTraced) continue
      effects.tell({ type: 'spread', spread: spreadOf(ask) })
      if (ask.holders.length >= this.core.peers.speakers.length) this.close(ask)
    }
  }

  spread(version: string): Spread | undefined {
    const ask = this.spreads.get(version)
    return ask === undefined ? undefined : spreadOf(ask)
  }

  /** Sequence numbers to ask for that are stored and come after this one. */
  after(sequence: number, most: number): number[] {
    const wanted: number[] = []
    if (this.open.size === 0) return wanted
    for (const ask of this.open.values()) {
      if (ask.sequence > sequence && this.isStored(ask)) wanted.push(ask.sequence)
      if (wanted.length >= most) break
    }
    return wanted
  }

  /** Asks a member for what comes after this write, and nothing else. */
  askOnly(peer: Peer, after: number): void {
    const asks = this.after(after, 1_024)
    if (asks.length === 0) return
    peer.askedTo = Math.max(peer.askedTo, asks[asks.length - 1])
    this.send(peer, asks)
  }

  /** Asks those again that have not answered, and gives up what is too old. */
  round(): void {
    const { at, peers, settings } = this.core
    const late: Ask[] = []
    for (const ask of this.open.values()) {
      if (at.now - ask.startedAt > kvLimits.askMs) this.close(ask)
      else if (at.now - ask.askedAt >= settings.roundMs && this.isStored(ask)) late.push(ask)
      if (late.length >= 1_024) break
    }
    if (late.length === 0) return
    for (const ask of late) ask.askedAt = at.now
    const targets = new Set(peers.pushTargets)
    for (const peer of peers.speakers) {
      const missing = late.filter(
        (ask) =>
          (targets.has(peer) || ask.isForAll || isOverdue(ask, at.now, settings.roundMs)) &&
          !ask.holders.some(({ name }) => name === peer.name),
      )
      if (missing.length > 0)
        this.send(
          peer,
          missing.map(({ sequence }) => sequence),
        )
    }
  }

  private isStored({ sequence }: Ask): boolean {
    return sequence <= this.core.storedSequence
  }

  private send(peer: Peer, asks: readonly number[]): void {
    const { core } = this
    core.send(peer.name, {
      type: 'push',
      boot: core.boot,
      from: 0,
      to: 0,
      isWhole: true,
      originId: core.state.self.id,
      asks,
      entries: [],
    })
  }

  private close(ask: Ask): void {
    if (this.open.delete(ask.sequence) && ask.isForAll) this.forAll--
  }
}

function spreadOf(ask: Ask): Spread {
  const { version, key, startedWallMs: startedAt, expected, holders } = ask
  return { version, key, startedAt, expected, members: [...holders] }
}

/** Those that were pushed to did not answer in time: whoever holds it may. */
function isOverdue({ startedAt }: Ask, now: number, roundMs: number): boolean {
  return now - startedAt > 3 * roundMs
}
