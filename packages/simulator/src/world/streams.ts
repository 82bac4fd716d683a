import {
  type Probe,
  type PushPull,
  type StateEncoder,
  type StateMerge,
  Writer,
  writeUserStreamHeader,
} from '@hearsay/memberlist/internal'
import type { SimulatedMember } from './member.ts'
import { PlainContent, StateMessage, type StreamContent } from './state-message.ts'
import { type Received, StreamLayers } from './stream-layers.ts'
import type { World } from './world.ts'

/** Entries of a push/pull in one go: in virtual time, all. */
const ALL = Number.MAX_SAFE_INTEGER

export type StreamKind = 'ping' | 'push-pull' | 'join' | 'user'

interface Asked {
  readonly kind: StreamKind
  readonly timeoutMs: number
  readonly question: StreamContent
  /** At the one that was asked; undefined where there is no answer. */
  readonly serve: (to: SimulatedMember, question: StreamContent) => StreamContent | undefined
  readonly answered: (answer: StreamContent | undefined) => void
  readonly failed: () => void
}

interface Exchange extends Omit<Asked, 'question'> {
  readonly from: SimulatedMember
  readonly life: number
  readonly to: SimulatedMember
  readonly deadline: number
  isOver: boolean
}

/** Streams between members: a question, at most one answer, a deadline for all of it. */
export class Streams {
  private readonly world: World
  private readonly layers: StreamLayers

  constructor(world: World) {
    this.world = world
    this.layers = new StreamLayers(world)
  }

  ping(from: SimulatedMember, probe: Probe, timeoutMs: number): void {
    const { record } = probe
    const answer = (ok: boolean): void => {
      from.running.streamPingAnswered(from.now, probe, ok)
    }
    this.open(from, record.host, {
      kind: 'ping',
      timeoutMs,
      question: new PlainContent(from.running.encodeStreamPing(probe)),
      serve: (to, question) => {
        const { bytes, start, end } = this.layers.open(question, 'request')
        const ack = to.running.answerStreamPing(bytes, start, end, from.host, from.port)
        return ack === undefined ? undefined : new PlainContent(ack)
      },
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
    const userState = localStateOf(from)
    const exchange = from.running.beginPushPull(join, userState)
    const ask = (encoder: StateEncoder, told: Uint8Array): void => {
      this.open(from, host, {
        kind: join ? 'join' : 'push-pull',
        timeoutMs: from.settings.tcpTimeoutMs,
        question: contentOf(from, encoder, told),
        serve: (to, question) => this.answerState(to, question, from.host),
        answered: (answer) => {
          const next = answer && this.takeAnswer(from, answer, host, exchange)
          if (next === undefined) ended?.(true)
          else ask(next, EMPTY)
        },
        failed: () => ended?.(false),
      })
    }
    ask(exchange.request, userState)
  }

  /** A push/pull from that member with a state that is not its own; what is answered is not read. */
  say(from: SimulatedMember, host: string, state: Uint8Array): void {
    this.open(from, host, {
      kind: 'push-pull',
      timeoutMs: from.settings.tcpTimeoutMs,
      question: new PlainContent(state),
      serve: (to, question) => this.answerState(to, question, from.host),
      answered: nothing,
      failed: nothing,
    })
  }

  /** A user message by stream, which is there or fails. */
  send(
    from: SimulatedMember,
    host: string,
    payload: Uint8Array,
    ended: (ok: boolean) => void,
  ): void {
    const writer = new Writer(payload.length + 32)
    writeUserStreamHeader(writer, payload.length)
    writer.raw(payload)
    this.open(from, host, {
      kind: 'user',
      timeoutMs: from.settings.tcpTimeoutMs,
      question: new PlainContent(writer.view()),
      serve: (to, question) => {
        const { bytes, end } = this.layers.open(question, 'request')
        to.application?.received(bytes.slice(end - payload.length, end))
        to.application?.act()
        return undefined
      },
      answered: () => ended(true),
      failed: () => ended(false),
    })
  }

  /** As the shell and Go: the answer is made before what the peer said is merged. */
  private answerState(to: SimulatedMember, question: StreamContent, host: string): StreamContent {
    const userState = localStateOf(to)
    if (question instanceof StateMessage && this.isKnown(to, question)) {
      const answer = contentOf(to, to.running.beginState(question.join, userState), userState)
      this.passOver(to, question)
      return answer
    }
    const merge = this.beginMerge(to, question, host)
    const answer = contentOf(to, to.running.beginAnswer(merge, userState), userState)
    this.take(to, merge, host)
    return answer
  }

  /** What to ask next, if anything. */
  private takeAnswer(
    from: SimulatedMember,
    answer: StreamContent,
    host: string,
    exchange: PushPull,
  ): StateEncoder | undefined {
    if (answer instanceof StateMessage && this.isKnown(from, answer)) {
      this.passOver(from, answer)
      return undefined
    }
    const merge = this.beginMerge(from, answer, host)
    exchange.listen(merge)
    return this.take(from, merge, host) ? exchange.followUp(merge) : undefined
  }

  private isKnown(at: SimulatedMember, state: StateMessage): boolean {
    return this.world.skipsKnownStates && state.isKnownTo(at)
  }

  private passOver(at: SimulatedMember, state: StateMessage): void {
    state.settle()
    this.mergeUserState(at, state.userState)
  }

  private beginMerge(at: SimulatedMember, content: StreamContent, host: string): StateMerge {
    const { bytes, start, end }: Received = this.layers.open(content, 'request')
    return at.running.beginMerge(bytes, start, end, host)
  }

  /** False: it was refused. */
  private take(at: SimulatedMember, merge: StateMerge, host: string): boolean {
    const engine = at.beforeChange()
    merge.verify(ALL)
    if (merge.failure !== undefined) {
      at.rejected(merge.failure, host)
      return false
    }
    merge.apply(at.now, ALL)
    engine.mergeStepped(at.now)
    this.mergeUserState(at, merge.userState.copy())
    return true
  }

  private mergeUserState(at: SimulatedMember, state: Uint8Array): void {
    if (state.length > 0) at.application?.mergeRemoteState(state)
    at.application?.act()
  }

  private open(from: SimulatedMember, host: string, asked: Asked): void {
    const { world } = this
    const { kind, timeoutMs, question, serve, answered, failed } = asked
    const to = world.memberAt(host)
    if (to === undefined) {
      world.after(timeoutMs, () => from.whenAwake(failed))
      return
    }
    const { life } = from
    const deadline = world.now + timeoutMs
    // Without the question: the deadline holds the exchange for long, and a state is large.
    const exchange: Exchange = {
      ...{ kind, timeoutMs, serve, answered, failed },
      ...{ from, life, to, deadline, isOver: false },
    }
    world.streamed(from, to, kind, 'opened', question)
    world.after(timeoutMs, () => this.fail(exchange))
    const fate = world.network.streamFate()
    const askedMs = this.wayMs(exchange, timeoutMs)
    if (fate === 'hangs' || askedMs >= timeoutMs) return
    world.streamBytes(from, to, this.layers.bytesOnWire(question, 'request'))
    world.after(askedMs, () =>
      to.whenAwake(() => this.serve(exchange, question, fate === 'breaks')),
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

  private serve(exchange: Exchange, question: StreamContent, breaks: boolean): void {
    const { world } = this
    const { from, to, kind, deadline } = exchange
    if (exchange.isOver || world.now > deadline || to.engine === undefined) return
    world.streamed(from, to, kind, 'asked', question)
    const answer = exchange.serve(to, question)
    if (breaks) {
      world.after(0, () => this.fail(exchange))
      return
    }
    const left = deadline - world.now
    const backMs = world.network.legMs(to.index, from.index, world.now, left, false)
    if (backMs > left) return
    if (answer !== undefined) {
      world.streamBytes(to, from, this.layers.bytesOnWire(answer, 'reply'))
    }
    world.after(backMs, () => from.whenAwake(() => this.answer(exchange, answer)))
  }

  private answer(exchange: Exchange, answer: StreamContent | undefined): void {
    const { world } = this
    const { from, to, kind, deadline } = exchange
    if (exchange.isOver || world.now > deadline || from.life !== exchange.life) return
    // A ping that nobody answers is no answer, where a message needs none.
    if (answer === undefined && kind !== 'user') return
    exchange.isOver = true
    world.streamed(from, to, kind, 'answered', answer)
    exchange.answered(answer)
  }

  private fail(exchange: Exchange): void {
    const { from, to, kind, life } = exchange
    if (exchange.isOver) return
    exchange.isOver = true
    this.world.streamed(from, to, kind, 'failed', undefined)
    from.whenAwake(() => {
      if (from.life === life) exchange.failed()
    })
  }
}

function localStateOf(member: SimulatedMember): Uint8Array {
  return member.application?.localState() ?? EMPTY
}

/** A state that tells all is made when it is needed, if ever; the others are short. */
function contentOf(
  member: SimulatedMember,
  encoder: StateEncoder,
  userState: Uint8Array,
): StreamContent {
  if (!encoder.tellsAll) return new PlainContent(encoder.whole())
  return new StateMessage(member, encoder, userState)
}

const EMPTY = new Uint8Array(0)

function nothing(): void {
  // Nobody waits for it.
}
