import type { Engine } from '../core/engine.ts'
import type { Probe } from '../core/probe.ts'
import type { StateEncoder } from '../core/state-encoder.ts'
import { channels } from '../diagnostics.ts'
import { MemberlistError, overloaded, tooLargeForStream } from '../errors.ts'
import { limits } from '../limits.ts'
import { abortedError } from '../transport/aborted.ts'
import { endpointText } from '../transport/address.ts'
import type { Endpoint, StreamConnection, Transport } from '../transport/transport.ts'
import { writeErr } from '../wire/err.ts'
import { ACK, PING, PUSH_PULL, USER } from '../wire/message-type.ts'
import type { RejectionReason } from '../wire/rejection.ts'
import { copyBytes } from '../wire/span.ts'
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
} from './framing.ts'
import type { Delegate } from './options.ts'
import type { Snapshots } from './snapshot.ts'
import { States } from './states.ts'

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
  private readonly states: States
  /** Push/pulls of peers under way; bound `limits.concurrentPushPulls`. */
  private serving = 0
  /** The application's messages under way; bound `limits.userStreams`. */
  private sending = 0
  private closed = false

  constructor(host: ExchangeHost) {
    this.host = host
    this.states = new States(host, this.counters)
  }

  /** No merge begins or goes on after this: the engine is about to stop. */
  close(): void {
    this.closed = true
    this.states.close()
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
   * A push/pull with a peer: afterwards both know what either knew. Resolves when its state is
   * merged.
   * @throws MemberlistError ERR_UNREACHABLE, ERR_TIMEOUT, ERR_PROTOCOL, ERR_ABORTED, ERR_DELEGATE
   */
  async pushPull(to: Endpoint, join: boolean, signal?: AbortSignal): Promise<void> {
    const startedAt = this.host.now()
    await this.traced('push-pull', to, async () => {
      const { engine } = this.host
      const exchange = engine.beginPushPull(join, await this.states.local(join))
      let next: StateEncoder | undefined = exchange.request
      while (next !== undefined) {
        const { bytes, start, end } = await this.askForState(to, next, signal)
        const merge = engine.beginMerge(bytes, start, end, to.host)
        exchange.listen(merge)
        await this.states.take(merge, end - start, to, join)
        next = exchange.followUp(merge)
      }
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
    if (payload.length > limits.userMessageBytes) throw tooLargeForStream(payload.length)
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
      const { bytes, start, end } = message
      const merge = engine.beginMerge(bytes, start, end, remote.host)
      const userState = await this.states.local(merge.join)
      const state = await this.states.encode(engine.beginAnswer(merge, userState))
      await this.write(stream, state, 'reply')
      await this.states.take(merge, end - start, remote)
    } catch (error) {
      // The reply is on its way and tells what we know; only nothing was taken from the peer.
      if (!isRefusedMerge(error)) throw error
      this.host.warn(error.message, remote.host, remote.port)
    } finally {
      this.serving--
    }
  }

  /** One stream: our state there, and the peer's back. */
  private async askForState(
    to: Endpoint,
    ours: StateEncoder,
    signal: AbortSignal | undefined,
  ): Promise<StreamMessage> {
    const state = await this.states.encode(ours)
    return this.overStream(to, signal, async (stream) => {
      await this.write(stream, state, 'request')
      const answer = await this.read(stream, 'reply')
      checkReply(answer, PUSH_PULL, endpointText(to.host, to.port))
      return answer
    })
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
