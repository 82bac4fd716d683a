import type { Engine } from '../core/engine.ts'
import type { Probe } from '../core/probe.ts'
import type { StateMerge } from '../core/push-pull.ts'
import { channels } from '../diagnostics.ts'
import { MemberlistError, overloaded } from '../errors.ts'
import { limits } from '../limits.ts'
import { abortedError } from '../transport/aborted.ts'
import { endpointText } from '../transport/address.ts'
import type { Endpoint, StreamConnection, Transport } from '../transport/transport.ts'
import { writeErr } from '../wire/err.ts'
import { ACK, PING, PUSH_PULL, USER } from '../wire/message-type.ts'
import type { RejectionReason } from '../wire/rejection.ts'
import { copyBytes, EMPTY } from '../wire/span.ts'
import type { StreamMessage } from '../wire/stream.ts'
import { bytesFromText } from '../wire/text.ts'
import { writeUserStreamHeader } from '../wire/user.ts'
import { Writer } from '../wire/writer.ts'
import {
  answerRefused,
  brokenOff,
  checkReply,
  readMessage,
  StreamRejection,
  writeMessage,
  yieldToLoop,
} from './framing.ts'
import type { Delegate } from './options.ts'
import type { Snapshots } from './snapshot.ts'

/** Entries of a push/pull that are taken or written in one go: a few milliseconds of work. */
const SLICE_ENTRIES = 256

/** What streams cost, as plain numbers that only grow. */
export interface StreamCounters {
  accepted: number
  opened: number
  failed: number
  bytesSent: number
  bytesReceived: number
  /** Bytes of the last push/pull, ours and a peer's: Go's `memberlist.size.local`, `.remote`. */
  lastLocalStateBytes: number
  lastRemoteStateBytes: number
  pushPulls: number
  pushPullMs: number
}

export interface ExchangeHost {
  readonly engine: Engine
  readonly transport: Transport
  readonly delegate: Delegate
  readonly snapshots: Snapshots
  readonly memberName: string
  now(): number
  /** A user message that came by stream. */
  received(bytes: Uint8Array, from: Endpoint): void
  rejected(reason: RejectionReason, host: string, port: number): void
  warn(text: string, host: string, port: number): void
  callbackFailed(what: string, error: unknown): void
}

/**
 * Streams in both directions (Go: `handleConn`, `sendAndReceiveState`, `sendPingAndWaitForAck`,
 * `SendReliable`). One request, at most one reply; the deadline is `tcpTimeoutMs` for all of it.
 */
export class Exchanges {
  readonly counters: StreamCounters = {
    accepted: 0,
    opened: 0,
    failed: 0,
    bytesSent: 0,
    bytesReceived: 0,
    lastLocalStateBytes: 0,
    lastRemoteStateBytes: 0,
    pushPulls: 0,
    pushPullMs: 0,
  }
  private readonly host: ExchangeHost
  /** Push/pulls of peers under way; bound `limits.concurrentPushPulls`. */
  private serving = 0
  /** The application's messages under way; bound `limits.userStreams`. */
  private sending = 0
  private closed = false

  constructor(host: ExchangeHost) {
    this.host = host
  }

  /** No merge begins or goes on after this: the engine is about to stop. */
  close(): void {
    this.closed = true
  }

  /** A peer opened a stream: read its request, answer, close. Never rejects. */
  async serve(stream: StreamConnection): Promise<void> {
    const { host, port } = stream.remote
    this.counters.accepted++
    try {
      stream.deadline(this.settings.tcpTimeoutMs)
      const message = await this.read(stream, 'request')
      await this.answer(stream, message)
      await stream.close()
    } catch (error) {
      this.counters.failed++
      if (error instanceof StreamRejection) {
        this.host.rejected(error.reason, host, port)
        await this.sendRefusal(stream, error.reply)
      }
      stream.destroy()
    }
  }

  /**
   * A push/pull with a peer: both tell all they know. Resolves when its state is merged.
   * @throws MemberlistError ERR_UNREACHABLE, ERR_TIMEOUT, ERR_PROTOCOL, ERR_ABORTED, ERR_DELEGATE
   */
  async pushPull(to: Endpoint, join: boolean, signal?: AbortSignal): Promise<void> {
    const startedAt = this.host.now()
    await this.traced('push-pull', to, async () => {
      const userState = await this.localState(join)
      const state = await this.encodeState(join, userState)
      const reply = await this.overStream(to, signal, async (stream) => {
        await this.write(stream, state, 'request')
        const answer = await this.read(stream, 'reply')
        checkReply(answer, PUSH_PULL, endpointText(to.host, to.port))
        return answer
      })
      await this.merge(reply, to, join)
    })
    this.counters.pushPulls++
    this.counters.pushPullMs += this.host.now() - startedAt
  }

  /** The fallback ping of a probe; its outcome goes to the engine. Never rejects. */
  async fallbackPing(probe: Probe, timeoutMs: number): Promise<void> {
    const { record } = probe
    const ping = async (stream: StreamConnection): Promise<boolean> => {
      await this.write(stream, this.host.engine.encodeStreamPing(probe), 'request')
      checkReply(await this.read(stream, 'reply'), ACK, record.name.text)
      return true
    }
    const answered = await this.traced('ping', record, () =>
      this.overStream(record, undefined, ping, timeoutMs),
    ).catch(() => false)
    if (!this.closed) this.host.engine.streamPingAnswered(this.host.now(), probe, answered)
  }

  /** One message of the application, reliably. Resolves when it was handed over and closed. */
  async sendUserMessage(to: Endpoint, payload: Uint8Array, signal?: AbortSignal): Promise<void> {
    if (payload.length > limits.userMessageBytes) throw tooLarge(payload.length)
    if (this.sending >= limits.userStreams) throw overloaded(`${this.sending} messages by stream`)
    const writer = new Writer(payload.length + 32)
    writeUserStreamHeader(writer, payload.length)
    writer.raw(payload)
    this.sending++
    try {
      await this.traced('user', to, () =>
        this.overStream(to, signal, (stream) => this.write(stream, writer.view(), 'request')),
      )
    } finally {
      this.sending--
    }
  }

  private get settings() {
    return this.host.engine.core.settings
  }

  /** Opens a stream, talks, and closes it; the signal holds from the first to the last. */
  private async overStream<Result>(
    to: Endpoint,
    signal: AbortSignal | undefined,
    talk: (stream: StreamConnection) => Promise<Result>,
    timeoutMs = this.settings.tcpTimeoutMs,
  ): Promise<Result> {
    this.counters.opened++
    const stream = await this.host.transport.dial(to, { timeoutMs, signal })
    const aborted = (): void => stream.destroy()
    signal?.addEventListener('abort', aborted)
    if (signal?.aborted) aborted()
    try {
      stream.deadline(timeoutMs)
      const result = await talk(stream)
      await stream.close()
      return result
    } catch (error) {
      stream.destroy()
      if (signal?.aborted) throw abortedError(signal, `The exchange with ${to.host}`)
      throw this.explain(error, to)
    } finally {
      signal?.removeEventListener('abort', aborted)
    }
  }

  private async write(
    stream: StreamConnection,
    message: Uint8Array,
    role: 'request' | 'reply',
  ): Promise<void> {
    const { security } = this.host.engine.core
    this.counters.bytesSent += await writeMessage(stream, message, security, role)
  }

  private read(stream: StreamConnection, role: 'request' | 'reply'): Promise<StreamMessage> {
    const { security } = this.host.engine.core
    return readMessage(stream, security, role, (bytes) => {
      this.counters.bytesReceived += bytes
    })
  }

  private async answer(stream: StreamConnection, message: StreamMessage): Promise<void> {
    const { remote } = stream
    const { bytes, start, end } = message
    if (message.type === USER) {
      if (end > start) this.host.received(copyBytes(bytes, start, end), remote)
      return
    }
    if (message.type === PING) {
      const { engine } = this.host
      const ack = engine.answerStreamPing(bytes, start, end, remote.host, remote.port)
      if (ack !== undefined) await this.write(stream, ack, 'reply')
      return
    }
    if (message.type !== PUSH_PULL) throw new StreamRejection('unknown-type', undefined)
    await this.answerPushPull(stream, message)
  }

  /** As Go, the reply goes out before the peer's state is merged. */
  private async answerPushPull(stream: StreamConnection, message: StreamMessage): Promise<void> {
    const { remote } = stream
    if (this.serving >= limits.concurrentPushPulls) {
      throw new StreamRejection('overload', undefined)
    }
    this.serving++
    try {
      const { engine } = this.host
      const merge = engine.beginMerge(message.bytes, message.start, message.end, remote.host)
      const userState = await this.localState(merge.join)
      const state = await this.encodeState(merge.join, userState)
      await this.write(stream, state, 'reply')
      await this.applyMerge(merge, message, remote)
    } catch (error) {
      // The reply is on its way and tells what we know; only nothing was taken from the peer.
      if (!isRefusedMerge(error)) throw error
      this.host.warn(error.message, remote.host, remote.port)
    } finally {
      this.serving--
    }
  }

  private async merge(message: StreamMessage, from: Endpoint, join: boolean): Promise<void> {
    const { bytes, start, end } = message
    const merge = this.host.engine.beginMerge(bytes, start, end, from.host)
    await this.applyMerge(merge, message, from, join)
  }

  private async applyMerge(
    merge: StateMerge,
    message: StreamMessage,
    from: Endpoint,
    join = merge.join,
  ): Promise<void> {
    const { engine, delegate } = this.host
    this.counters.lastRemoteStateBytes = message.end - message.start
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

  private async encodeState(join: boolean, userState: Uint8Array): Promise<Uint8Array> {
    const encoder = this.host.engine.beginState(join, userState)
    while (!encoder.step(SLICE_ENTRIES)) await yieldToLoop()
    const state = encoder.message()
    this.counters.lastLocalStateBytes = state.length
    return state
  }

  private async localState(join: boolean): Promise<Uint8Array> {
    const { delegate } = this.host
    if (delegate.localState === undefined) return EMPTY
    try {
      const state = await delegate.localState(join)
      if (state.length <= limits.userStateBytes) return state
      throw tooLarge(state.length)
    } catch (error) {
      this.host.callbackFailed('localState', error)
      return EMPTY
    }
  }

  private async sendRefusal(stream: StreamConnection, reply: string | undefined): Promise<void> {
    if (reply === undefined) return
    try {
      const writer = new Writer(64)
      writeErr(writer, bytesFromText(reply))
      await this.write(stream, writer.take(), 'reply')
      await stream.close()
    } catch {
      // The peer is gone or does not read; it learns of its mistake another way.
    }
  }

  /** What failed, in the words of errors for people. */
  private explain(error: unknown, to: Endpoint): unknown {
    const peer = endpointText(to.host, to.port)
    if (error instanceof StreamRejection) {
      this.host.rejected(error.reason, to.host, to.port)
      return answerRefused(error.reason, peer)
    }
    const isBroken = error instanceof MemberlistError && error.code === 'ERR_UNREACHABLE'
    return isBroken ? brokenOff(error, peer) : error
  }

  private async traced<Result>(
    kind: 'push-pull' | 'ping' | 'user',
    to: Endpoint,
    run: () => Promise<Result>,
  ): Promise<Result> {
    const startedAt = this.host.now()
    const publish = (error?: unknown): void => {
      if (!channels.exchange.hasSubscribers) return
      const { host, port } = to
      const durationMs = this.host.now() - startedAt
      const member = this.host.memberName
      channels.exchange.publish({ member, kind, role: 'request', host, port, durationMs, error })
    }
    try {
      const result = await run()
      publish()
      return result
    } catch (error) {
      this.counters.failed++
      publish(error)
      throw error
    }
  }
}

function isRefusedMerge(error: unknown): error is MemberlistError {
  if (!(error instanceof MemberlistError)) return false
  return error.code === 'ERR_PROTOCOL' || error.code === 'ERR_DELEGATE'
}

function tooLarge(bytes: number): MemberlistError {
  return new MemberlistError(
    'ERR_TOO_LARGE',
    `${bytes} bytes are more than the ${limits.userMessageBytes} that a stream may carry.`,
    { data: { bytes, limit: limits.userMessageBytes } },
  )
}
