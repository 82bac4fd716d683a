import {
  type PacketSecurity,
  type Probe,
  StreamReader,
  type StreamRole,
  StreamSealer,
  Writer,
  writeUserStreamHeader,
} from '@hearsay/memberlist/internal'
import type { SimulatedMember } from './member.ts'
import type { World } from './world.ts'

/** Entries of a push/pull in one go: in virtual time, all. */
const ALL = Number.MAX_SAFE_INTEGER

/**
 * A message longer than this is sealed, for its size, but not opened again: that the layers come off
 * as they went on is the wire's own tests' to say, and it would be half of the work of ten
 * thousand members.
 */
const OPENED_UP_TO_BYTES = 64 * 1024

type StreamKind = 'ping' | 'push-pull' | 'join' | 'user'

interface Received {
  readonly bytes: Uint8Array
  readonly start: number
  readonly end: number
}

interface Exchange {
  readonly kind: StreamKind
  readonly from: SimulatedMember
  readonly life: number
  readonly to: SimulatedMember
  readonly deadline: number
  /** Let go of when it is under way: the deadline holds the exchange for long. */
  question: Uint8Array
  /** At the one that was asked; undefined where there is no answer. */
  readonly serve: (to: SimulatedMember, question: Received) => Uint8Array | undefined
  readonly answered: (answer: Received | undefined) => void
  readonly failed: () => void
  isOver: boolean
}

/** Streams between members: a question, at most one answer, a deadline for all of it. */
export class Streams {
  private readonly world: World

  constructor(world: World) {
    this.world = world
  }

  ping(from: SimulatedMember, probe: Probe, timeoutMs: number): void {
    const { record } = probe
    const answer = (ok: boolean): void => {
      from.running.streamPingAnswered(from.now, probe, ok)
    }
    this.open(from, record.host, {
      kind: 'ping',
      timeoutMs,
      question: from.running.encodeStreamPing(probe),
      serve: (to, { bytes, start, end }) =>
        to.running.answerStreamPing(bytes, start, end, from.host, from.port),
      answered: () => answer(true),
      failed: () => answer(false),
    })
  }

  pushPull(
    from: SimulatedMember,
    host: string,
    join: boolean,
    ended: ((ok: boolean) => void) | undefined,
  ): void {
    const state = from.application?.localState(join) ?? NOTHING
    this.open(from, host, {
      kind: join ? 'join' : 'push-pull',
      timeoutMs: from.settings.tcpTimeoutMs,
      question: from.running.encodeState(join, state),
      // As the shell and Go: the answer is made before what the peer said is merged.
      serve: (to, question) => {
        const own = to.application?.localState(join) ?? NOTHING
        const answer = to.running.encodeState(join, own)
        this.merge(to, question, from.host)
        return answer
      },
      answered: (answer) => {
        if (answer !== undefined) this.merge(from, answer, host)
        ended?.(true)
      },
      failed: () => ended?.(false),
    })
  }

  /** A user message by stream, which is there or fails. */
  send(from: SimulatedMember, host: string, payload: Uint8Array, ended: (ok: boolean) => void) {
    const writer = new Writer(payload.length + 32)
    writeUserStreamHeader(writer, payload.length)
    writer.raw(payload)
    this.open(from, host, {
      kind: 'user',
      timeoutMs: from.settings.tcpTimeoutMs,
      question: writer.view(),
      serve: (to, { bytes, end }) => {
        to.application?.received(bytes.slice(end - payload.length, end))
        to.application?.act()
        return undefined
      },
      answered: () => ended(true),
      failed: () => ended(false),
    })
  }

  /** A push/pull from that member with a state that is not its own; what is answered is not read. */
  say(from: SimulatedMember, host: string, state: Uint8Array): void {
    this.open(from, host, {
      kind: 'push-pull',
      timeoutMs: from.settings.tcpTimeoutMs,
      question: state,
      serve: (to, question) => {
        const answer = to.running.encodeState(false, NOTHING)
        this.merge(to, question, from.host)
        return answer
      },
      answered: nothing,
      failed: nothing,
    })
  }

  private merge(at: SimulatedMember, message: Received, host: string): void {
    const engine = at.running
    const { bytes, start, end } = message
    const merge = engine.beginMerge(bytes, start, end, host)
    merge.verify(ALL)
    if (merge.failure !== undefined) {
      at.rejected(merge.failure)
      return
    }
    merge.apply(at.now, ALL)
    engine.mergeStepped(at.now)
    if (merge.userState.length > 0) {
      at.application?.mergeRemoteState(merge.userState.copy(), merge.join)
    }
    at.application?.act()
  }

  private open(
    from: SimulatedMember,
    host: string,
    asked: Pick<Exchange, 'kind' | 'question' | 'serve' | 'answered' | 'failed'> & {
      readonly timeoutMs: number
    },
  ): void {
    const { world } = this
    const { timeoutMs } = asked
    const to = world.memberAt(host)
    const deadline = world.now + timeoutMs
    if (to === undefined) {
      world.after(timeoutMs, () => from.whenAwake(asked.failed))
      return
    }
    const { life } = from
    const exchange: Exchange = { ...asked, from, life, to, deadline, isOver: false }
    world.streamed(exchange.from, to, exchange.kind, 'opened', exchange.question)
    world.after(timeoutMs, () => this.fail(exchange))
    const fate = world.network.streamFate()
    const askedMs = this.wayMs(exchange, timeoutMs)
    if (fate === 'hangs' || askedMs >= timeoutMs) return
    const sealed = this.seal(exchange.question, 'request')
    exchange.question = NOTHING
    world.streamBytes(from, to, sealed.bytes)
    world.after(askedMs, () =>
      to.whenAwake(() => this.serve(exchange, sealed.message, fate === 'breaks')),
    )
  }

  /** SYN there and back, and the question there. */
  private wayMs({ from, to }: Exchange, patienceMs: number): number {
    const { network, now } = this.world
    const syn = network.legMs(from.index, to.index, now, patienceMs, true)
    if (syn > patienceMs) return syn
    const back = network.legMs(to.index, from.index, now + syn, patienceMs, true)
    if (back > patienceMs) return back
    return syn + back + network.legMs(from.index, to.index, now + syn + back, patienceMs, false)
  }

  private serve(exchange: Exchange, question: Received, breaks: boolean): void {
    const { world } = this
    const { from, to, kind, deadline } = exchange
    if (exchange.isOver || world.now > deadline || to.engine === undefined) return
    world.streamed(from, to, kind, 'asked', question.bytes)
    const answer = exchange.serve(to, question)
    if (breaks) {
      world.after(0, () => this.fail(exchange))
      return
    }
    const left = deadline - world.now
    const backMs = world.network.legMs(to.index, from.index, world.now, left, false)
    if (backMs > left) return
    const sealed = answer === undefined ? undefined : this.seal(answer, 'reply')
    if (sealed !== undefined) world.streamBytes(to, from, sealed.bytes)
    world.after(backMs, () => from.whenAwake(() => this.answer(exchange, sealed?.message)))
  }

  private answer(exchange: Exchange, answer: Received | undefined): void {
    const { world } = this
    const { from, to, kind, deadline } = exchange
    if (exchange.isOver || world.now > deadline || from.life !== exchange.life) return
    // A ping that nobody answers is no answer, where a message needs none.
    if (answer === undefined && kind !== 'user') return
    exchange.isOver = true
    world.streamed(from, to, kind, 'answered', answer?.bytes ?? NOTHING)
    exchange.answered(answer)
  }

  private fail(exchange: Exchange): void {
    const { from, to, kind, life } = exchange
    if (exchange.isOver) return
    exchange.isOver = true
    this.world.streamed(from, to, kind, 'failed', NOTHING)
    from.whenAwake(() => {
      if (from.life === life) exchange.failed()
    })
  }

  /** What goes over the wire, and what the peer reads from it. */
  private seal(
    message: Uint8Array,
    role: StreamRole,
  ): { readonly bytes: number; readonly message: Received } {
    const { scenario, security } = this.world
    const asItIs = { bytes: message, start: 1, end: message.length }
    if (scenario.mode === 'messages') return { bytes: message.length, message: asItIs }
    const chunks = sealed(message, security, role)
    const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
    if (message.length > OPENED_UP_TO_BYTES) return { bytes, message: asItIs }
    return { bytes, message: opened(chunks, security, role) }
  }
}

function sealed(message: Uint8Array, security: PacketSecurity, role: StreamRole): Uint8Array[] {
  const sealer = new StreamSealer(message, security, role)
  sealer.step(ALL)
  return sealer.output()
}

function opened(
  chunks: readonly Uint8Array[],
  security: PacketSecurity,
  role: StreamRole,
): Received {
  const reader = new StreamReader(security, role)
  for (const chunk of chunks) reader.push(chunk)
  reader.end()
  reader.step(ALL)
  if (reader.message === undefined) {
    throw new Error(`a stream that we sealed cannot be opened: ${String(reader.failure)}`)
  }
  return reader.message
}

const NOTHING = new Uint8Array(0)

function nothing(): void {
  // Nobody waits for it.
}
