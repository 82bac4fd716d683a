import { setMaxListeners } from 'node:events'
import type { Settings } from '../config.ts'
import { isAliveAt, JoinAddresses, joinRetryMs, spreadRetryMs } from '../core/join-addresses.ts'
import { MemberlistError } from '../errors.ts'
import { abortedError } from '../transport/aborted.ts'
import type { Resolver } from '../transport/resolve.ts'
import type { Endpoint } from '../transport/transport.ts'
import { type Joining, type JoinOptions, type JoinResult, joinAll, joinFailed } from './join.ts'
import type { MemberlistNode } from './node.ts'

/**
 * Joins, and remembers the addresses: while members are missing, or nobody was reached yet, they
 * are tried again with their names resolved anew.
 */
export class Joiner implements Joining {
  readonly resolver: Resolver | undefined
  private readonly node: MemberlistNode
  private readonly closing = new AbortController()
  private readonly addresses = new JoinAddresses()
  private retryTimer: NodeJS.Timeout | undefined

  constructor(node: MemberlistNode, resolver: Resolver | undefined) {
    this.node = node
    this.resolver = resolver
    node.rejoin = () => void this.rejoin()
  }

  get defaultPort(): number {
    return this.node.engine.core.bindPort
  }

  get requireNodeNames(): boolean {
    return this.settings.requireNodeNames
  }

  isSelf({ host, port }: Endpoint): boolean {
    const self = this.node.engine.core.selfRecord
    return host === self.host && port === self.port
  }

  pushPull(endpoint: Endpoint, signal: AbortSignal | undefined): Promise<void> {
    return this.node.exchanges.pushPull(endpoint, true, signal)
  }

  async join(addresses: readonly string[], options: JoinOptions): Promise<JoinResult> {
    const { signal, timeoutMs } = options
    if (signal?.aborted) throw abortedError(signal, 'Joining')
    this.addresses.remember(addresses)
    this.node.engine.core.reconnects.hasJoinAddresses = true
    const signals = [this.closing.signal]
    if (signal !== undefined) signals.push(signal)
    if (timeoutMs !== undefined) signals.push(AbortSignal.timeout(timeoutMs))
    // Combining costs, and a thousand members may start in one process.
    const anySignal = signals.length === 1 ? this.closing.signal : AbortSignal.any(signals)
    // One listener for each address under way, whose number is bounded.
    setMaxListeners(0, anySignal, this.closing.signal)
    const result = await joinAll(this, addresses, anySignal)
    if (result.joined > 0) return result
    if (options.retry === true) this.retryLater(addresses, joinRetryMs(undefined, this.settings))
    if (this.closing.signal.aborted) {
      throw new MemberlistError('ERR_CLOSED', 'The member left or was shut down while it joined.')
    }
    if (signal?.aborted) throw abortedError(signal, 'Joining')
    throw joinFailed(result)
  }

  close(): void {
    this.closing.abort()
    clearTimeout(this.retryTimer)
  }

  private get settings(): Settings {
    return this.node.engine.core.settings
  }

  private retryLater(addresses: readonly string[], delayMs: number): void {
    if (this.closing.signal.aborted) return
    clearTimeout(this.retryTimer)
    const pauseMs = spreadRetryMs(delayMs, this.node.engine.core.random)
    this.retryTimer = setTimeout(() => void this.retry(addresses, delayMs), pauseMs)
  }

  private async retry(addresses: readonly string[], delayMs: number): Promise<void> {
    const { joined } = await joinAll(this, addresses, this.closing.signal)
    if (joined > 0) return
    this.retryLater(addresses, joinRetryMs(delayMs, this.settings))
  }

  /** The engine misses members: some of the addresses, in turn, those that are alive left out. */
  private async rejoin(): Promise<void> {
    const missing: Joining = {
      resolver: this.resolver,
      defaultPort: this.defaultPort,
      requireNodeNames: this.requireNodeNames,
      isSelf: (endpoint) => this.isSelf(endpoint) || this.isAlive(endpoint),
      pushPull: (endpoint, signal) => this.node.exchanges.pushPull(endpoint, false, signal),
    }
    await joinAll(missing, this.addresses.takeTurn(), this.closing.signal)
  }

  private isAlive({ host, port }: Endpoint): boolean {
    return isAliveAt(this.node.engine.core.members, host, port)
  }
}
