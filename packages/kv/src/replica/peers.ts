import { kvLimits } from '../limits.ts'
import type { Pass } from './pass.ts'

/** Another member, as far as the store is concerned. */
export class Peer {
  readonly name: string
  /** Whether a message of this protocol came from it. */
  speaks = false
  /** Its life and the end of its log, as it told them last. */
  boot = 0
  end = 0
  originId = ''
  /** How far in its log all is known here. */
  checkpoint = 0
  /** The end of what it pushed to us without a gap. */
  pushedEnd = 0
  /** Of our log: what was pushed to it, and up to where nothing is left to push. */
  pushedTo = 0
  scannedTo = 0
  isPushing = false
  lastPushAt = Number.NEGATIVE_INFINITY
  /** Our last write whose acknowledgement it was asked for. */
  askedTo = 0
  /** What it was told of us last, and when. */
  announcedEnd = -1
  announcedAt = Number.NEGATIVE_INFINITY
  /** An answer to it is on its way. */
  isAnswering = false
  pass: Pass | undefined
  /** When the last pass began that came to its end, or it was found to have seen the same as we. */
  concludedAt = Number.NEGATIVE_INFINITY
  nextPullAt = 0
  backoffMs = 0
  /** It has something that should have come by push. */
  isMissed = false
  /** Greetings to one that has not spoken. */
  greetings = 0
  nextGreetingAt = 0

  constructor(name: string) {
    this.name = name
  }

  /** Whether it has what we may not have. */
  get isAhead(): boolean {
    return this.speaks && this.end > this.checkpoint
  }

  /** It told its life: another one than before has a log of its own. */
  enter(boot: number): void {
    if (this.boot === boot) return
    this.boot = boot
    this.end = 0
    this.checkpoint = 0
    this.pushedEnd = 0
    this.announcedEnd = -1
    this.backoffMs = 0
    this.nextPullAt = 0
  }
}

/** The present members but ourselves. Bound: memberlist's own on members. */
export class Peers {
  private readonly byName = new Map<string, Peer>()
  private speaking: Peer[] = []
  private targets: Peer[] = []
  private readonly ownName: () => string

  constructor(ownName: () => string) {
    this.ownName = ownName
  }

  get size(): number {
    return this.byName.size
  }

  /** Those that speak this protocol, by name. */
  get speakers(): readonly Peer[] {
    return this.speaking
  }

  /**
   * Those that our writes are pushed to: all, or in a large cluster the next ones by name, so that
   * each has as many that push to it.
   */
  get pushTargets(): readonly Peer[] {
    return this.targets
  }

  /** Gossip only goes where nobody is bothered by it. */
  get doAllSpeak(): boolean {
    return this.speaking.length > 0 && this.speaking.length === this.byName.size
  }

  get(name: string): Peer | undefined {
    return this.byName.get(name)
  }

  [Symbol.iterator](): MapIterator<Peer> {
    return this.byName.values()
  }

  add(name: string): Peer {
    const peer = this.byName.get(name) ?? new Peer(name)
    this.byName.set(name, peer)
    return peer
  }

  remove(name: string): Peer | undefined {
    const peer = this.byName.get(name)
    this.byName.delete(name)
    if (peer?.speaks) this.arrange(0)
    return peer
  }

  /** It speaks. @param end of what is stored here: older writes it asks for itself */
  spoke(peer: Peer, end: number): void {
    if (peer.speaks) return
    peer.speaks = true
    peer.pushedTo = end
    peer.scannedTo = end
    this.arrange(end)
  }

  isPresent(originId: string): boolean {
    return this.speaking.some((peer) => peer.originId === originId)
  }

  private arrange(end: number): void {
    const all = [...this.byName.values()].filter((peer) => peer.speaks)
    this.speaking = all.sort((one, other) => (one.name < other.name ? -1 : 1))
    const before = new Set(this.targets)
    this.targets = this.successors()
    for (const peer of this.targets) {
      if (before.has(peer) || peer.pushedTo > end) continue
      peer.pushedTo = end
      peer.scannedTo = end
    }
  }

  private successors(): Peer[] {
    const { speaking } = this
    if (speaking.length <= kvLimits.pushPeers) return speaking
    const name = this.ownName()
    const first = speaking.findIndex((peer) => peer.name > name)
    const start = first < 0 ? 0 : first
    const twice = [...speaking, ...speaking]
    return twice.slice(start, start + kvLimits.pushPeers)
  }
}
