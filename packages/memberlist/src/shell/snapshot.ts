import type { Core } from '../core/core.ts'
import type { NodeRecord } from '../core/registry.ts'
import { DEAD, LEFT, SUSPECT } from '../core/state.ts'
import type { PeerEntry } from '../core/state-merge.ts'
import { hostFromBytes } from '../wire/host.ts'
import { copyBytes } from '../wire/span.ts'
import { bytesFromText, textFromBytes } from '../wire/text.ts'
import type { Member, MemberState, SuspicionSnapshot, VersionRange } from './member.ts'

/** Makes the public, immutable view of members out of the table, when it is asked for. */
export class Snapshots {
  private readonly core: Core
  /** Milliseconds since the epoch at monotonic zero. */
  private readonly epochMs: number
  private present: readonly Member[] = []
  private presentVersion = -1
  private presentAccusers = -1
  /** What was known when the member stopped. */
  private kept: readonly Member[] | undefined

  constructor(core: Core, epochMs: number) {
    this.core = core
    this.epochMs = epochMs
  }

  /** Ourselves. */
  get local(): Member {
    return this.kept?.find(({ local }) => local) ?? this.bySlot(this.core.self)
  }

  byName(name: string): Member | undefined {
    if (this.kept !== undefined) return this.kept.find((member) => member.name === name)
    const bytes = bytesFromText(name)
    const slot = this.core.members.find(bytes, 0, bytes.length)
    return slot < 0 ? undefined : this.bySlot(slot)
  }

  /** Alive and suspect members; the same array until something but a round trip changes. */
  presentMembers(): readonly Member[] {
    const { members } = this.core
    const accusers = this.accusers()
    if (this.kept !== undefined) return this.present
    if (this.presentVersion === members.version && this.presentAccusers === accusers) {
      return this.present
    }
    this.present = Object.freeze(this.list((slot) => !members.isGone(slot)))
    this.presentVersion = members.version
    this.presentAccusers = accusers
    return this.present
  }

  allMembers(): readonly Member[] {
    return this.kept ?? Object.freeze(this.list(() => true))
  }

  /** From now on all is as it is at this moment: the table is about to be emptied. */
  keep(): void {
    this.presentMembers()
    this.kept = this.allMembers()
  }

  bySlot(slot: number): Member {
    const { members, self, suspicions } = this.core
    const suspicion = suspicions.get(slot)
    const roundTripMs = members.roundTripMs(slot)
    return freeze(members.record(slot), {
      state: stateName(members.state(slot)),
      incarnation: members.incarnation(slot),
      local: slot === self,
      since: this.toEpoch(members.since(slot)),
      roundTripMs: roundTripMs > 0 ? roundTripMs : undefined,
      suspicion:
        suspicion === undefined
          ? undefined
          : Object.freeze({
              from: Object.freeze(suspicion.from.map((name) => textFromBytes(name))),
              deadline: this.toEpoch(suspicion.deadline),
            }),
    })
  }

  /** A record that is not, or not so, in the table: the other side of a conflict, a former self. */
  ofRecord(record: NodeRecord, incarnation: number, state: MemberState): Member {
    const since = this.toEpoch(this.core.now)
    return freeze(record, {
      state,
      incarnation,
      local: false,
      since,
      roundTripMs: undefined,
      suspicion: undefined,
    })
  }

  ofPeerEntry(entry: PeerEntry): Member {
    const { name, port, incarnation, versions } = entry
    return Object.freeze({
      name,
      host: hostFromBytes(entry.address),
      port,
      state: stateName(entry.state),
      incarnation,
      meta: entry.meta,
      ...ranges(versions),
      local: false,
      since: this.toEpoch(this.core.now),
      roundTripMs: undefined,
      suspicion: undefined,
    })
  }

  /** Confirmations of running suspicions are in no column of the table. */
  private accusers(): number {
    let count = 0
    for (const suspicion of this.core.suspicions.values()) count += suspicion.from.length
    return count
  }

  private list(wanted: (slot: number) => boolean): Member[] {
    const list: Member[] = []
    this.core.members.forEach((slot) => {
      if (wanted(slot)) list.push(this.bySlot(slot))
    })
    return list.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0))
  }

  private toEpoch(monotonicMs: number): number {
    return Math.round(this.epochMs + monotonicMs)
  }
}

interface Changing {
  readonly state: MemberState
  readonly incarnation: number
  readonly local: boolean
  readonly since: number
  readonly roundTripMs: number | undefined
  readonly suspicion: SuspicionSnapshot | undefined
}

function freeze(record: NodeRecord, changing: Changing): Member {
  return Object.freeze({
    name: record.name.text,
    host: record.host,
    port: record.port,
    meta: copyBytes(record.metaBytes),
    ...ranges(record.versions),
    ...changing,
  })
}

function ranges(versions: Uint8Array): { protocol: VersionRange; delegate: VersionRange } {
  const at = (index: number): number => versions.at(index) ?? 0
  return {
    protocol: Object.freeze({ min: at(0), max: at(1), current: at(2) }),
    delegate: Object.freeze({ min: at(3), max: at(4), current: at(5) }),
  }
}

function stateName(state: number): MemberState {
  if (state === SUSPECT) return 'suspect'
  if (state === DEAD) return 'failed'
  return state === LEFT ? 'left' : 'alive'
}
