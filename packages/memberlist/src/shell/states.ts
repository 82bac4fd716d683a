import type { StateEncoder } from '../core/state-encoder.ts'
import type { StateMerge } from '../core/state-merge.ts'
import { MemberlistError, tooLargeForStream } from '../errors.ts'
import { limits } from '../limits.ts'
import { endpointText } from '../transport/address.ts'
import type { Endpoint } from '../transport/transport.ts'
import { EMPTY } from '../wire/span.ts'
import type { ExchangeHost, StreamCounters } from './exchanges.ts'
import { yieldToLoop } from './framing.ts'

/** Entries of a push/pull that are taken or written in one go: a few milliseconds of work. */
const SLICE_ENTRIES = 256

/** What a push/pull tells a peer, and what becomes of what the peer tells, in slices. */
export class States {
  private readonly host: ExchangeHost
  private readonly counters: StreamCounters
  private closed = false

  constructor(host: ExchangeHost, counters: StreamCounters) {
    this.host = host
    this.counters = counters
  }

  /** No merge begins or goes on after this. */
  close(): void {
    this.closed = true
  }

  /** The application's, or none where it fails. */
  async local(join: boolean): Promise<Uint8Array> {
    const { delegate } = this.host
    if (delegate.localState === undefined) return EMPTY
    try {
      const state = await delegate.localState(join)
      if (state.length <= limits.userStateBytes) return state
      throw tooLargeForStream(state.length)
    } catch (error) {
      this.host.callbackFailed('localState', error)
      return EMPTY
    }
  }

  async encode(encoder: StateEncoder): Promise<Uint8Array> {
    while (!encoder.step(SLICE_ENTRIES)) await yieldToLoop()
    const state = encoder.message()
    this.counters.lastLocalStateBytes = state.length
    return state
  }

  /** @throws MemberlistError ERR_PROTOCOL, ERR_DELEGATE: nothing was taken */
  async take(merge: StateMerge, bytes: number, from: Endpoint, join = merge.join): Promise<void> {
    const { engine, delegate } = this.host
    this.counters.lastRemoteStateBytes = bytes
    while (!merge.verify(SLICE_ENTRIES)) await yieldToLoop()
    if (merge.failure !== undefined) throw this.mergeRefused(merge, from)
    await this.askVeto(merge, from, join)
    while (!this.closed && !merge.apply(this.host.now(), SLICE_ENTRIES)) {
      engine.mergeStepped(this.host.now())
      await yieldToLoop()
    }
    if (this.closed) return
    engine.mergeStepped(this.host.now())
    if (delegate.mergeRemoteState === undefined || merge.userState.length === 0) return
    try {
      await delegate.mergeRemoteState(merge.userState.copy(), join)
    } catch (error) {
      this.host.callbackFailed('mergeRemoteState', error)
    }
  }

  private mergeRefused(merge: StateMerge, from: Endpoint): MemberlistError {
    const reason = merge.failure ?? 'malformed'
    const peer = endpointText(from.host, from.port)
    this.host.rejected(reason, from.host, from.port)
    const why = merge.detail === '' ? reason : `${reason} (${merge.detail})`
    return new MemberlistError('ERR_PROTOCOL', `Nothing was taken from ${peer}: ${why}.`, {
      data: { peer, reason, detail: merge.detail },
    })
  }

  private async askVeto(merge: StateMerge, from: Endpoint, join: boolean): Promise<void> {
    const { delegate, snapshots } = this.host
    if (delegate.merge === undefined) return
    if (!join && delegate.mergeWhen !== 'always') return
    const peers = merge.peers().map((entry) => snapshots.ofPeerEntry(entry))
    let cause: unknown
    try {
      if (await delegate.merge(peers, join)) return
    } catch (error) {
      cause = error
    }
    this.host.rejected('vetoed', from.host, from.port)
    const peer = endpointText(from.host, from.port)
    throw new MemberlistError(
      'ERR_DELEGATE',
      `The merge with ${peer} was refused by the delegate.`,
      {
        data: { peer },
        cause,
      },
    )
  }
}
