import {
  type CoreEvent,
  lan,
  local,
  type PacketSecurity,
  Registry,
  type RejectionReason,
  type Rules,
  resolveSettings,
  type Settings,
  type Timer,
  wan,
} from '@hearsay/memberlist/internal'
import type { Checked, Checker } from '../checkers/checker.ts'
import type { Observer, Violation } from '../run.ts'
import type { CheckerName, Scenario } from '../scenario.ts'
import type { UserMessage } from './application.ts'
import { EventHash } from './event-hash.ts'
import { EventQueue } from './event-queue.ts'
import { Measuring } from './measuring.ts'
import { SimulatedMember } from './member.ts'
import { Disks, MemberApplication } from './member-application.ts'
import { VirtualNetwork } from './network.ts'
import type { StreamContent } from './state-message.ts'
import { type StreamKind, Streams } from './streams.ts'
import { TrafficCounters } from './traffic.ts'
import { ActionEvent, PacketEvent, TimerEvent, type WorldEvent } from './world-event.ts'

export interface WorldOptions {
  readonly scenario: Scenario
  readonly seed: number
  /** How many members there can ever be. */
  readonly capacity: number
  /** The virtual ms for which there is to be measured. */
  readonly lengthMs: number
  readonly observe: Observer | undefined
}

/**
 * Members in virtual time on a virtual network: real engines, real bytes.
 *
 *   engine ── sendPacket ──▶ VirtualNetwork: lost? cut? late? twice? ──▶ EventQueue ──▶ engine
 *          ── openStream ──▶ Streams ─────────────────────────────────▶ EventQueue ──▶ engine
 *          ── setTimer ────────────────────────────────────────────────▶ EventQueue ──▶ engine
 *          ── tell ─▶ checkers, measures, observer; all of it into one hash
 *
 * What an engine asks for happens later, never within its call. Virtual time 0 is when the steps of
 * the scenario begin; a run may settle before.
 */
export class World implements Checked {
  readonly scenario: Scenario
  readonly seed: number
  readonly rules: Rules
  readonly settings: Settings
  readonly security: PacketSecurity
  readonly registry = new Registry(0x5eed)
  readonly network: VirtualNetwork
  readonly streams: Streams
  readonly measuring: Measuring
  readonly hash = new EventHash()
  /** All that ever started, in that order. */
  readonly members: SimulatedMember[] = []
  readonly capacity: number
  readonly userMessages: UserMessage[] = []
  readonly violations: Violation[] = []
  readonly faults: string[] = []
  readonly checkers: Checker[] = []
  readonly disks = new Disks()
  now = 0
  events = 0
  /** Whether push/pulls that tell nothing new are taken as such. Off only to show that it is so. */
  skipsKnownStates = true
  /** Whether all have started, so that what views show is news. */
  isSettled = false
  /** The last packets, and who collects them, while somebody does. */
  heard: Uint8Array[] = []
  overheard: ((bytes: Uint8Array) => void) | undefined
  private readonly observe: Observer | undefined
  private readonly queue = new EventQueue<WorldEvent>()
  private readonly byHost = new Map<string, SimulatedMember>()
  private readonly byName = new Map<string, SimulatedMember>()
  private packets = 0

  constructor({ scenario, seed, capacity, lengthMs, observe }: WorldOptions) {
    this.scenario = scenario
    this.seed = seed
    this.rules = scenario.rules
    this.capacity = capacity
    this.observe = observe
    this.settings = settingsOf(scenario)
    this.security = securityOf(this.settings)
    this.network = new VirtualNetwork(scenario.network, capacity, seed)
    this.streams = new Streams(this)
    this.measuring = new Measuring(new TrafficCounters(capacity, lengthMs))
  }

  /** A place for one more; it does not run yet. */
  addMember(settings: Settings = this.settings): SimulatedMember {
    const member = new SimulatedMember(this, this.members.length, settings)
    this.members.push(member)
    this.byHost.set(member.host, member)
    this.byName.set(member.name, member)
    return member
  }

  memberAt(host: string): SimulatedMember | undefined {
    return this.byHost.get(host)
  }

  memberNamed(name: string): SimulatedMember | undefined {
    return this.byName.get(name)
  }

  newApplication(member: SimulatedMember): MemberApplication {
    const disk = this.scenario.keyValue === true ? this.disks.of(member) : undefined
    return new MemberApplication(this, member, disk)
  }

  // Time.

  schedule(at: number, event: WorldEvent): void {
    this.queue.add(at, event)
  }

  action(run: () => void): WorldEvent {
    return new ActionEvent(run)
  }

  after(delayMs: number, run: () => void): void {
    this.queue.add(this.now + Math.max(0, delayMs), new ActionEvent(run))
  }

  /** Runs all that is due until then; false as soon as `goesOn` says so. */
  runTo(time: number, goesOn: () => boolean = always): boolean {
    const { queue } = this
    for (let at = queue.nextAt; at <= time; at = queue.nextAt) {
      this.now = at
      const event = queue.take()
      this.events++
      if (event.kind === 'packet') event.to.packet(event, event.from.host)
      else if (event.kind === 'timer') event.member.timer(event)
      else event.run()
      if (!goesOn()) return false
    }
    this.now = time
    return true
  }

  takeTimersOf(member: SimulatedMember): TimerEvent[] {
    const { life } = member
    const taken = this.queue.takeWhere(
      (event) => event.kind === 'timer' && event.member === member && event.life === life,
    )
    return taken.filter((event) => event instanceof TimerEvent)
  }

  // Packets and streams.

  send(from: SimulatedMember, bytes: Uint8Array, host: string): boolean {
    const { network, hash, now } = this
    if (!network.takes()) return false
    this.overheard?.(bytes)
    const id = this.packets++
    hash.word(1)
    hash.time(now)
    hash.word(from.index)
    hash.bytes(bytes)
    const to = this.byHost.get(host)
    this.measuring.traffic.packetOut(from.index, now, bytes.length)
    this.observe?.({ type: 'sent', at: now, id, from: from.index, to: to?.index ?? -1, bytes })
    if (to === undefined) return true
    const copies = network.duplicates() ? 2 : 1
    for (let copy = 0; copy < copies; copy++) {
      const event = new PacketEvent(id, from, to, bytes)
      const fate = network.fate(from.index, to.index, now)
      if (fate === undefined) this.schedule(now + network.delayMs(from.index, to.index), event)
      else this.lost(event, fate)
    }
    return true
  }

  arrived({ id, from, to, bytes }: PacketEvent): void {
    const { hash, now } = this
    hash.word(2)
    hash.time(now)
    hash.word(id)
    this.measuring.traffic.packetIn(to.index, now, bytes.length)
    this.observe?.({ type: 'arrived', at: now, id, from: from.index, to: to.index, bytes })
  }

  lost({ id, from, to }: PacketEvent, why: string): void {
    this.hash.word(3)
    this.hash.word(id)
    this.hash.kind(why)
    this.observe?.({ type: 'lost', at: this.now, id, from: from.index, to: to.index, why })
  }

  streamed(
    from: SimulatedMember,
    to: SimulatedMember,
    kind: StreamKind,
    phase: 'opened' | 'asked' | 'answered' | 'failed',
    content: StreamContent | undefined,
  ): void {
    const { hash, now } = this
    hash.word(4)
    hash.time(now)
    hash.word(from.index)
    hash.word(to.index)
    hash.kind(kind)
    hash.kind(phase)
    // What is answered was hashed when it was asked, but for the answer itself.
    if (phase !== 'asked') content?.addTo(hash)
    if (this.observe === undefined) return
    const bytes = content?.bytes().length ?? 0
    this.observe({ type: 'stream', at: now, from: from.index, to: to.index, kind, phase, bytes })
  }

  streamBytes(from: SimulatedMember, to: SimulatedMember, bytes: number): void {
    this.measuring.traffic.stream(from.index, to.index, this.now, bytes)
  }

  // What members tell.

  timerFired(member: SimulatedMember, timer: Timer): void {
    const { hash, now } = this
    hash.word(5)
    hash.time(now)
    hash.word(member.index)
    hash.kind(timer.kind)
    this.observe?.({ type: 'timer', at: now, member: member.index, kind: timer.kind })
  }

  told(member: SimulatedMember, event: CoreEvent): void {
    const { hash, now } = this
    const name = 'slot' in event ? member.core.members.record(event.slot).name.text : undefined
    const subject = name === undefined ? undefined : this.byName.get(name)
    hash.word(6)
    hash.time(now)
    hash.word(member.index)
    hash.kind(event.type)
    hash.word(subject?.index ?? -1)
    if (event.type === 'message') member.application?.received(event.bytes)
    else if (name !== undefined && memberChanges.has(event.type)) {
      member.application?.memberChanged(name, event.type === 'join')
    }
    this.measuring.told(member, event.type, subject, now, this.isSettled)
    if (this.observe !== undefined) {
      this.observe({
        type: 'told',
        at: now,
        member: member.index,
        event: event.type,
        subject: subject?.index ?? -1,
        text: textOf(event, name),
      })
    }
    for (const checker of this.checkers) checker.told?.(member, event, subject)
  }

  rejected(member: SimulatedMember, reason: RejectionReason, from: string): void {
    this.hash.word(7)
    this.hash.word(member.index)
    this.hash.kind(reason)
    this.observe?.({ type: 'rejected', at: this.now, member: member.index, from, reason })
  }

  /** Something that was done to these. */
  fault(members: readonly number[], text: string): void {
    const line = `${(this.now / 1_000).toFixed(3)} s: ${text}`
    this.faults.push(line)
    this.hash.word(8)
    this.hash.time(this.now)
    this.hash.text(text)
    this.observe?.({ type: 'fault', at: this.now, members, text })
  }

  violated(checker: CheckerName, member: SimulatedMember | undefined, text: string): void {
    const violation = { checker, at: this.now, text, member: member?.index ?? -1 }
    this.violations.push(violation)
    this.observe?.({ type: 'violation', at: this.now, violation })
  }

  lifeChanged(member: SimulatedMember): void {
    for (const checker of this.checkers) checker.lifeChanged?.(member)
  }
}

/** What makes somebody a member for the application, or no member any more. */
const memberChanges: ReadonlySet<CoreEvent['type']> = new Set(['join', 'fail', 'leave', 'forget'])

const always = (): boolean => true

/** The settings of the profile with the scenario's own over them. */
export function settingsOf({ profile, settings }: Scenario): Settings {
  const base = { lan, wan, local }[profile]()
  return resolveSettings({ ...base, ...settings })
}

function securityOf(settings: Settings): PacketSecurity {
  return {
    label: new Uint8Array(0),
    skipInboundLabelCheck: false,
    keyring: undefined,
    verifyIncoming: settings.gossipVerifyIncoming,
    verifyOutgoing: settings.gossipVerifyOutgoing,
    encryptionVersion: 1,
    compression: settings.enableCompression,
  }
}

function textOf(event: CoreEvent, name: string | undefined): string {
  switch (event.type) {
    case 'suspect':
    case 'fail':
      return `${event.type} ${name ?? ''} (by ${event.from})`
    case 'conflict':
      return `conflict ${name ?? ''} with ${event.other.host}`
    case 'health':
      return `health ${event.score}`
    case 'pause':
      return `noticed a pause of ${Math.round(event.pausedMs)} ms`
    case 'message':
      return `message of ${event.bytes.length} bytes`
    default:
      return name === undefined ? event.type : `${event.type} ${name}`
  }
}
