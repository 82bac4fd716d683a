import { limits } from '../limits.ts'
import { AliveView } from '../wire/alive.ts'
import {
  decodePushPullHeader,
  decodePushPullNode,
  PushPullHeaderView,
  PushPullNodeView,
} from '../wire/push-pull.ts'
import { Reader } from '../wire/reader.ts'
import type { RejectionReason } from '../wire/rejection.ts'
import { Span } from '../wire/span.ts'
import { spanText } from '../wire/text.ts'
import { alive } from './alive.ts'
import type { Core } from './core.ts'
import { declareDead } from './dead.ts'
import { ALIVE, DEAD, LEFT, SUSPECT } from './state.ts'
import { isForState } from './state-encoder.ts'
import { suspectMember } from './suspect.ts'
import { VersionOverlap } from './versions.ts'

/** One entry of a peer's state, for the application's merge veto. */
export interface PeerEntry {
  readonly name: string
  readonly address: Uint8Array
  readonly port: number
  readonly meta: Uint8Array
  readonly incarnation: number
  readonly state: number
  readonly versions: Uint8Array
}

/**
 * A peer's side of a push/pull, taken in steps so that ten thousand entries do not hold up the
 * loop (Go: `mergeRemoteState`, `verifyProtocol`, `mergeState`).
 *
 *   verify   every entry can be read, and the versions of the merged cluster overlap
 *   (veto)   the application may refuse: `peers` shows it what it would get
 *   apply    entry by entry: alive as gossip, left as dead from itself, dead and suspect as suspect
 *            from us, never straight to dead
 *
 * What is news to us is passed on, also what a joiner learns from the one that it joined: of many
 * that join at once the early ones hear of the later ones only by all of them telling.
 *
 * Nothing is taken before all was verified. What arrives between two steps is no harm: each entry
 * is weighed against the table as it is then.
 */
export class StateMerge {
  failure: RejectionReason | undefined
  /** What is wrong, for people: which member and which versions. */
  detail = ''
  readonly join: boolean
  /** The peer's user state, inside the bytes that the merge was begun with. */
  readonly userState = new Span()
  /** What the peer compares with our table; nil where it compares nothing, as in Go. */
  readonly digest: Span
  /** Called for each entry after it was taken. */
  taken: ((node: PushPullNodeView) => void) | undefined
  private readonly core: Core
  private readonly host: string
  private readonly reader = new Reader()
  private readonly node = new PushPullNodeView()
  private readonly claim = new AliveView()
  private readonly overlap = new VersionOverlap()
  private readonly nodes: number
  private readonly firstNode: number
  private verified = 0
  private applied = 0

  /** @param start of the struct, after the type byte */
  constructor(core: Core, bytes: Uint8Array, start: number, end: number, host: string) {
    this.core = core
    this.host = host
    const header = new PushPullHeaderView()
    this.reader.reset(bytes, start, end)
    if (!decodePushPullHeader(this.reader, header)) this.fail(this.reader.failure ?? 'malformed')
    this.join = header.join
    this.digest = header.digest
    this.nodes = header.nodes
    this.firstNode = this.reader.position
    const tooMany = header.nodes > limits.pushPullNodes || header.nodes < 0
    if (tooMany || header.userStateLength > limits.userStateBytes) this.fail('too-large')
    if (header.userStateLength > end - this.firstNode) this.fail('truncated')
    if (this.failure !== undefined) return
    this.userState.set(bytes, end - header.userStateLength, end)
    this.rewind()
  }

  /** Checks up to so many more entries; true when all are, or when it failed. */
  verify(maxEntries: number): boolean {
    const until = Math.min(this.nodes, this.verified + maxEntries)
    while (this.failure === undefined && this.verified < until) {
      this.readNode()
      this.overlap.add(this.node.state, this.node.versions)
      this.verified++
    }
    if (this.failure !== undefined) return true
    if (this.verified < this.nodes) return false
    if (this.applied === 0) this.checkVersions()
    return true
  }

  /** What the peer knows; only for a veto, since it makes an object of each. */
  peers(): PeerEntry[] {
    this.rewind()
    const entries: PeerEntry[] = []
    for (let index = 0; index < this.nodes; index++) {
      this.readNode()
      const { name, address, port, meta, incarnation, state, versions } = this.node
      entries.push({
        name: spanText(name),
        address: address.copy(),
        port,
        meta: meta.copy(),
        incarnation,
        state,
        versions: versions.copy(),
      })
    }
    this.rewind()
    return entries
  }

  /** Takes up to so many more entries; true when all are. Only after `verify` without a failure. */
  apply(now: number, maxEntries: number): boolean {
    this.core.now = now
    if (this.applied === 0) this.rewind()
    const until = Math.min(this.nodes, this.applied + maxEntries)
    while (this.applied < until && this.failure === undefined) {
      this.readNode()
      this.take()
      this.taken?.(this.node)
      this.applied++
    }
    return this.applied === this.nodes || this.failure !== undefined
  }

  private take(): void {
    const { core, node, host } = this
    if (node.state === ALIVE) {
      const { claim } = this
      claim.incarnation = node.incarnation
      claim.port = node.port
      copySpan(claim.node, node.name)
      copySpan(claim.address, node.address)
      copySpan(claim.meta, node.meta)
      copySpan(claim.versions, node.versions)
      alive(core, claim, host, 0)
      return
    }
    const slot = core.members.find(node.name.bytes, node.name.start, node.name.end)
    if (slot < 0) return
    if (node.state === LEFT) declareDead(core, slot, node.incarnation, node.name, host, 0)
    else if (node.state === DEAD || node.state === SUSPECT) {
      suspectMember(core, slot, node.incarnation, core.selfSpan, host, 0)
    }
  }

  private checkVersions(): void {
    const { core } = this
    const { members } = core
    members.forEach((slot, record) => {
      if (isForState(core, record)) this.overlap.addKnown(members.state(slot), record.versions)
    })
    if (this.overlap.isEmpty) {
      this.detail = this.overlap.describe()
      this.fail('version')
    }
  }

  private readNode(): void {
    if (!decodePushPullNode(this.reader, this.node)) this.fail(this.reader.failure ?? 'malformed')
  }

  private rewind(): void {
    this.reader.reset(this.reader.bytes, this.firstNode, this.userState.start)
  }

  private fail(reason: RejectionReason): void {
    this.failure ??= reason
  }
}

function copySpan(to: Span, from: Span): void {
  if (from.isNil) to.clear()
  else to.set(from.bytes, from.start, from.end)
}
