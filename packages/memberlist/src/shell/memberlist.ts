import type { Settings } from '../config.ts'
import type { BroadcastOutcome } from '../core/queue.ts'
import { ALIVE, SUSPECT } from '../core/state.ts'
import { MemberlistError } from '../errors.ts'
import { abortedError, untilAborted } from '../transport/aborted.ts'
import { endpointText } from '../transport/address.ts'
import type { Resolver } from '../transport/resolve.ts'
import type { Endpoint, Transport } from '../transport/transport.ts'
import type { Keyring } from '../wire/keyring.ts'
import { messageBudget } from '../wire/packet.ts'
import { copyBytes } from '../wire/span.ts'
import { bytesFromText } from '../wire/text.ts'
import type { EventListener, EventName } from './emitter.ts'
import type { MemberlistEvent } from './events.ts'
import { checkJoinAddresses, type JoinOptions, type JoinResult } from './join.ts'
import { Joiner } from './joiner.ts'
import type { Member } from './member.ts'
import { MemberlistNode } from './node.ts'
import { openTransport, startingMeta } from './opening.ts'
import type { MemberlistOptions } from './options.ts'
import { advertised, checkMeta, prepare } from './preparation.ts'
import { QueueCheck } from './queue-check.ts'
import { type MemberlistStats, statisticsOf } from './statistics.ts'
import { checkBytes, checkedAddress, nameOf, type Target } from './target.ts'
import { checkTimeout, within } from './timeout.ts'

/**
 * A member of a cluster: knows who is alive, tells the others, and spreads messages.
 * Go: `Memberlist`.
 *
 * ```ts
 * await using list = await Memberlist.create({ name: 'api-1', bind: { host: '10.0.0.5' } })
 * await list.join(['10.0.0.1'])
 * list.on('join', ({ member }) => console.log(member.name))
 * ```
 */
export class Memberlist implements AsyncDisposable {
  private readonly node: MemberlistNode
  private readonly joiner: Joiner
  private readonly queueCheck: QueueCheck
  private left: Promise<void> | undefined
  private stopped: Promise<void> | undefined

  private constructor(node: MemberlistNode, resolver: Resolver | undefined) {
    this.node = node
    this.joiner = new Joiner(node, resolver)
    this.queueCheck = new QueueCheck(node.engine.core, node.warnings)
  }

  /**
   * Checks the options, binds the sockets and starts. Nothing is opened when an option is bad, and
   * nothing is left open when starting fails half way.
   * @throws MemberlistError ERR_CONFIG, ERR_KEY, ERR_ADDRESS, ERR_ADDRESS_IN_USE, ERR_BIND,
   * ERR_TOO_LARGE (metadata), ERR_DELEGATE (`nodeMeta` failed)
   */
  static async create(options: MemberlistOptions = {}): Promise<Memberlist> {
    let transport: Transport | undefined = options.transport
    try {
      const prepared = prepare(options)
      const meta = await startingMeta(options)
      transport ??= await openTransport(prepared)
      const advertise = advertised(options, transport.local)
      const { delegate = {}, logger } = options
      return new Memberlist(
        new MemberlistNode({ prepared, transport, advertise, meta, delegate, logger }),
        options.resolver,
      )
    } catch (error) {
      // What went wrong first is what the caller needs to know.
      await transport?.[Symbol.asyncDispose]().then(undefined, () => undefined)
      throw error
    }
  }

  /** Ourselves, as the others see us. */
  get local(): Member {
    return this.node.snapshots.local
  }

  /**
   * Alive and suspect members by name, ourselves included. The same array until something changes;
   * a new round trip alone is no change, `member(name)` has it. After shutdown: the last view.
   */
  get members(): readonly Member[] {
    return this.node.snapshots.presentMembers()
  }

  /** Also those that failed or left and are not forgotten yet. */
  get allMembers(): readonly Member[] {
    return this.node.snapshots.allMembers()
  }

  member(name: string): Member | undefined {
    return this.node.snapshots.byName(name)
  }

  /** Local health: 0 is healthy, each point more makes our own verdicts slower. Go: `GetHealthScore`. */
  get health(): number {
    return this.core.awareness.score
  }

  /** The gossip keys, live: what is added, used or removed counts from the next packet on. */
  get keyring(): Keyring | undefined {
    return this.core.security.keyring
  }

  get settings(): Settings {
    return this.core.settings
  }

  /** Where the sockets are bound. */
  get bound(): Endpoint {
    return this.node.transport.local
  }

  /** Bytes that a message of ours may have in one packet. Larger ones cannot be broadcast. */
  get packetBudget(): number {
    return messageBudget(this.core.security, this.core.settings.udpBufferSize) - 1
  }

  /**
   * Joins a cluster by addresses of members: `host`, `host:port`, `[v6]:port`, `name/host:port`,
   * or an SRV name. All at once, with a bound; each address has its outcome. Go: `Join`.
   * @throws MemberlistError ERR_JOIN when none was reached (`data.outcomes` says why for each),
   * ERR_CONFIG, ERR_ABORTED, ERR_TIMEOUT, ERR_CLOSED
   */
  async join(addresses: readonly string[], options: JoinOptions = {}): Promise<JoinResult> {
    this.checkPresent()
    checkJoinAddresses(addresses)
    if (options.timeoutMs !== undefined) checkTimeout(options.timeoutMs)
    return await this.joiner.join(addresses, options)
  }

  /**
   * Gossips a message: `retransmitMultiplier` x ceil(log10(n + 1)) copies of it go to members drawn
   * at random, and then it is forgotten. As in Go, receivers do not pass it on and may get it more
   * than once: who must reach all broadcasts again what is new to it, or shares it in `localState`.
   * A newer one of the same name replaces the older. Go: `TransmitLimitedQueue.QueueBroadcast`.
   * @returns `finished` tells what became of it; it never rejects
   * @throws MemberlistError ERR_TOO_LARGE when it fits no packet, ERR_CONFIG, ERR_CLOSED
   */
  broadcast(
    bytes: Uint8Array,
    options: { readonly name?: string } = {},
  ): { readonly finished: Promise<BroadcastOutcome> } {
    this.checkOpen()
    checkBytes(bytes)
    if (bytes.length > this.packetBudget) {
      throw new MemberlistError(
        'ERR_TOO_LARGE',
        `A broadcast of ${bytes.length} bytes fits no packet; ${this.packetBudget} is the most. ` +
          'Send it to each member with sendReliable, or spread a reference to it.',
        { data: { bytes: bytes.length, limit: this.packetBudget } },
      )
    }
    const finished = new Promise<BroadcastOutcome>((resolve) => {
      this.node.engine.broadcast(this.node.now(), bytes, options.name, resolve)
    })
    this.queueCheck.look(this.node.now())
    return { finished }
  }

  /**
   * Sends one message to one member: by packet, which may be lost; by stream when it is too large
   * for one. Go: `SendBestEffort`.
   * @throws MemberlistError ERR_CONFIG (no bytes), ERR_UNKNOWN_MEMBER, ERR_ADDRESS, ERR_CLOSED,
   * ERR_ABORTED, ERR_UNREACHABLE (known at once), and by stream as `sendReliable`
   */
  async send(
    to: Target,
    bytes: Uint8Array,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    this.checkOpen()
    checkBytes(bytes)
    const endpoint = this.endpointOf(to)
    if (bytes.length > this.packetBudget) {
      await this.node.exchanges.sendUserMessage(endpoint, bytes, options.signal)
      return
    }
    if (options.signal?.aborted) throw abortedError(options.signal, 'Sending')
    const { host, port } = endpoint
    const slot = typeof to === 'string' || 'name' in to ? this.slotByName(nameOf(to)) : -1
    if (this.node.engine.sendUserMessage(this.node.now(), bytes, host, port, slot)) return
    throw new MemberlistError(
      'ERR_UNREACHABLE',
      `A packet to ${endpointText(host, port)} could not be sent: there is no way to it.`,
      { data: { host, port } },
    )
  }

  /**
   * Sends one message of up to 20 MiB by a stream. Resolves when it was handed over whole.
   * Go: `SendReliable`.
   * @throws MemberlistError ERR_UNKNOWN_MEMBER, ERR_UNREACHABLE, ERR_TIMEOUT, ERR_TOO_LARGE,
   * ERR_ABORTED, ERR_CLOSED, ERR_OVERLOAD (`limits.userStreams` are under way)
   */
  async sendReliable(
    to: Target,
    bytes: Uint8Array,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    this.checkOpen()
    checkBytes(bytes)
    await this.node.exchanges.sendUserMessage(this.endpointOf(to), bytes, options.signal)
  }

  /**
   * Pings a member once, by packet. Go: `Ping`.
   * @throws MemberlistError ERR_TIMEOUT after `probeTimeoutMs`, ERR_UNKNOWN_MEMBER, ERR_ABORTED,
   * ERR_OVERLOAD (`limits.pingsUnderWay`)
   */
  async ping(
    to: string | Member,
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<{ readonly roundTripMs: number; readonly payload: Uint8Array }> {
    this.checkOpen()
    if (options.signal?.aborted) throw abortedError(options.signal, `Pinging ${nameOf(to)}`)
    const slot = this.knownSlot(nameOf(to))
    const record = this.core.members.record(slot)
    const result = await this.node.ping(record, options.signal)
    this.checkOpen()
    if (result?.roundTripMs !== undefined) {
      return { roundTripMs: result.roundTripMs, payload: result.payload }
    }
    const { probeTimeoutMs } = this.core.settings
    throw new MemberlistError(
      'ERR_TIMEOUT',
      `${record.name.text} did not answer within ${probeTimeoutMs} ms.`,
      { data: { name: record.name.text, timeoutMs: probeTimeoutMs } },
    )
  }

  /**
   * Gives this member other metadata. Resolves when it was gossiped, at once where nobody else is
   * there. Go: `UpdateNode`.
   * @throws MemberlistError ERR_TOO_LARGE (nothing changed), ERR_TIMEOUT or ERR_ABORTED (it is still
   * being told), ERR_CLOSED
   */
  async updateMeta(
    bytes: Uint8Array,
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    this.checkPresent()
    checkMeta(bytes)
    const { timeoutMs = 10_000, signal } = options
    checkTimeout(timeoutMs)
    const doing = 'Telling the new metadata'
    if (signal?.aborted) throw abortedError(signal, doing)
    const told = new Promise<void>((resolve) => {
      this.node.engine.updateMeta(this.node.now(), copyBytes(bytes), () => resolve())
    })
    const inTime = !this.hasCompany || (await within(told, timeoutMs, signal, doing))
    this.checkOpen()
    if (!inTime) {
      throw new MemberlistError(
        'ERR_TIMEOUT',
        `The new metadata holds here, but was not told to all within ${timeoutMs} ms; it still is being told.`,
        { data: { timeoutMs } },
      )
    }
  }

  /**
   * Tells the others that this member leaves, so that none takes it for failed. It runs on until
   * `shutdown`. Idempotent. Go: `Leave`.
   * @throws MemberlistError ERR_TIMEOUT when it could not be told in time, ERR_ABORTED when the signal
   * fired while it was told; it has left all the same
   */
  async leave(
    options: { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { timeoutMs = 5_000, signal } = options
    checkTimeout(timeoutMs)
    if (signal?.aborted) throw abortedError(signal, 'Leaving')
    this.left ??= this.tellLeaving(timeoutMs)
    await untilAborted(this.left, signal, 'Leaving')
  }

  /** Stops and releases everything. Without `leave` it looks like a crash to the others. Idempotent. */
  shutdown(): Promise<void> {
    this.stopped ??= this.stop()
    return this.stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  /** How it is doing, in plain numbers: for metrics, health checks and people. */
  stats(): MemberlistStats {
    const { engine, exchanges, transport, rejections } = this.node
    return statisticsOf(engine, exchanges.counters, transport.counters, rejections)
  }

  on<Type extends EventName>(name: Type, listener: EventListener<Type>): this {
    this.node.events.on(name, listener)
    return this
  }

  once<Type extends EventName>(name: Type, listener: EventListener<Type>): this {
    this.node.events.once(name, listener)
    return this
  }

  off<Type extends EventName>(name: Type, listener: EventListener<Type>): this {
    this.node.events.off(name, listener)
    return this
  }

  /**
   * All events from now on, in order, until shutdown or the signal. A reader that falls behind by
   * 4,096 loses the oldest and gets a warning in their place.
   */
  events(
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncIterableIterator<MemberlistEvent, undefined> {
    return this.node.events.iterate(options.signal)
  }

  private get core() {
    return this.node.engine.core
  }

  /** Whether anybody else is there to be told: a suspect may well be alive. */
  private get hasCompany(): boolean {
    const { members, leaving } = this.core
    return members.count(ALIVE) + members.count(SUSPECT) > (leaving ? 0 : 1)
  }

  private async tellLeaving(timeoutMs: number): Promise<void> {
    this.checkOpen()
    this.joiner.close()
    const told = new Promise<void>((resolve) => {
      this.node.engine.leave(this.node.now(), () => resolve())
      // Where all leave at once, the last ones have nobody to tell it to.
      const goneToo = (): void => {
        if (!this.hasCompany) resolve()
      }
      this.on('leave', goneToo).on('fail', goneToo)
    })
    const inTime = !this.hasCompany || (await within(told, timeoutMs, undefined, 'Leaving'))
    this.checkOpen()
    if (!inTime) {
      throw new MemberlistError(
        'ERR_TIMEOUT',
        `Leaving was not told to all within ${timeoutMs} ms; some may take this member for failed.`,
        { data: { timeoutMs } },
      )
    }
  }

  private async stop(): Promise<void> {
    this.joiner.close()
    await this.node.close()
  }

  private checkOpen(): void {
    if (this.stopped === undefined) return
    throw new MemberlistError('ERR_CLOSED', 'This member was shut down. Create another one.')
  }

  private checkPresent(): void {
    this.checkOpen()
    if (this.left === undefined) return
    throw new MemberlistError('ERR_CLOSED', 'This member has left. Create another one.')
  }

  private slotByName(name: string): number {
    const bytes = bytesFromText(name)
    return this.core.members.find(bytes, 0, bytes.length)
  }

  private knownSlot(name: string): number {
    const slot = this.slotByName(name)
    if (slot >= 0) return slot
    throw new MemberlistError('ERR_UNKNOWN_MEMBER', `No member named "${name}" is known.`, {
      data: { name },
    })
  }

  private endpointOf(to: Target): Endpoint {
    if (typeof to !== 'string' && !('name' in to)) {
      return checkedAddress(to, this.settings.requireNodeNames)
    }
    const { host, port } = this.core.members.record(this.knownSlot(nameOf(to)))
    return { host, port }
  }
}
