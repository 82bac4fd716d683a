import { inspect } from '@hearsay/memberlist/internal'
import { memberName, type Observer, type RunEvent, type RunResult } from '../run.ts'
import type { Scenario } from '../scenario.ts'

/** What a member may believe of another. The page draws by these numbers. */
export const beliefs = ['unknown', 'alive', 'suspect', 'failed', 'left'] as const
const told: Readonly<Record<string, number>> = {
  join: 1,
  alive: 1,
  suspect: 2,
  fail: 3,
  leave: 4,
  forget: 0,
}

/** What a packet is, by what is in it that matters most. */
export const messageKinds = ['ping', 'ack', 'gossip', 'suspect', 'alive', 'dead', 'user'] as const

/** One run as a picture over time: who believed what of one member, and every message. Plain JSON. */
export interface Timeline {
  readonly seed: number
  readonly members: number
  readonly subject: number
  readonly untilMs: number
  /** Whether all knew all at the beginning. */
  readonly isJoined: boolean
  readonly beliefs: readonly (readonly [member: number, atMs: number, belief: number])[]
  /** `kind` as in `messageKinds`; `about`: 1 where it says something of the subject. */
  readonly messages: readonly Message[]
  /** Messages were recorded up to here; more would not fit. */
  readonly messagesUntilMs: number
  readonly faults: readonly (readonly [atMs: number, text: string, isAboutSubject: 0 | 1])[]
}

type Message = readonly [
  from: number,
  to: number,
  sentMs: number,
  endMs: number,
  kind: number,
  about: 0 | 1,
  isLost: 0 | 1,
]

/** From here on kinds are news of a member; pings only name one. */
const FIRST_NEWS = messageKinds.indexOf('suspect')
const MAX_BELIEFS = 100_000
const MAX_MESSAGES = 40_000
const MAX_FAULTS = 2_000
/** Messages are shown from so long before it begins. */
const LEAD_MS = 1_000

/**
 * Whom the picture is about: the member that a checker named, else the first that crashed, else
 * the one that was wrongly failed most. Undefined: the first that something is done to.
 */
export function subjectOf({ violations, measures }: RunResult): number | undefined {
  const named = violations.find(({ member }) => member >= 0)?.member
  if (named !== undefined) return named
  const [crash] = measures.crashes
  if (crash !== undefined) return crash.member
  const most = Math.max(0, ...measures.wronglyFailed)
  return most === 0 ? undefined : measures.wronglyFailed.indexOf(most)
}

/** Records a run for its picture: `observe` goes to simulate(), `finish` makes the picture. */
export class TimelineRecorder {
  readonly #beliefs: [number, number, number][] = []
  readonly #messages: Message[] = []
  readonly #onTheWay = new Map<number, [number, number, number, number, 0 | 1]>()
  readonly #faults: [number, string, 0 | 1][] = []
  #subject: number | undefined
  #name = ''
  #fromMs = Number.POSITIVE_INFINITY
  #lastMs = 0
  #messagesUntilMs = 0

  constructor(subject?: number, fromMs?: number) {
    if (subject !== undefined) this.#choose(subject, fromMs ?? 0)
  }

  readonly observe: Observer = (event) => {
    this.#lastMs = event.at
    switch (event.type) {
      case 'told':
        this.#told(event)
        return
      case 'fault':
        this.#fault(event)
        return
      case 'sent':
        this.#sent(event)
        return
      case 'arrived':
        this.#ended(event.id, event.at, 0)
        return
      case 'lost':
        this.#ended(event.id, event.at, 1)
        return
      case 'stream':
      case 'timer':
      case 'violation':
      case 'rejected':
        return
    }
  }

  finish(seed: number, members: number, { start }: Scenario): Timeline {
    return {
      seed,
      members,
      subject: this.#subject ?? 0,
      untilMs: this.#lastMs,
      isJoined: start === 'joined',
      beliefs: this.#beliefs,
      messages: this.#messages,
      messagesUntilMs: this.#messagesUntilMs,
      faults: this.#faults,
    }
  }

  #choose(subject: number, fromMs: number): void {
    this.#subject = subject
    this.#name = memberName(subject)
    this.#fromMs = fromMs - LEAD_MS
  }

  #told({ at, member, event, subject }: Extract<RunEvent, { type: 'told' }>): void {
    const belief = told[event]
    if (belief === undefined || subject !== this.#subject) return
    if (this.#beliefs.length < MAX_BELIEFS) this.#beliefs.push([member, rounded(at), belief])
  }

  #fault({ at, members, text }: Extract<RunEvent, { type: 'fault' }>): void {
    const [first] = members
    if (this.#subject === undefined && first !== undefined) this.#choose(first, at)
    if (this.#faults.length >= MAX_FAULTS) return
    const isAbout = this.#subject !== undefined && members.includes(this.#subject)
    this.#faults.push([rounded(at), text, isAbout ? 1 : 0])
    // Who does not run believes nothing, not even of itself.
    const isRunning = !/crash/.test(text)
    if (isAbout && !isRunning) this.#beliefs.push([this.#subject ?? 0, rounded(at), 0])
  }

  #sent({ at, id, from, to, bytes }: Extract<RunEvent, { type: 'sent' }>): void {
    if (at < this.#fromMs || to < 0 || this.#messages.length + this.#onTheWay.size >= MAX_MESSAGES)
      return
    const [kind, about] = contentOf(bytes, this.#name)
    this.#messagesUntilMs = at
    this.#onTheWay.set(id, [from, to, rounded(at), kind, about])
  }

  #ended(id: number, at: number, isLost: 0 | 1): void {
    const message = this.#onTheWay.get(id)
    if (message === undefined) return
    this.#onTheWay.delete(id)
    const [from, to, sentMs, kind, about] = message
    this.#messages.push([from, to, sentMs, rounded(at), kind, about, isLost])
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}

const questions: Readonly<Record<string, (typeof messageKinds)[number]>> = {
  ping: 'ping',
  indirectPing: 'ping',
  ackResp: 'ack',
  nackResp: 'ack',
  user: 'user',
}

/** News about the subject decides what a packet is shown as; else its first message does. */
function contentOf(bytes: Uint8Array, subject: string): [kind: number, about: 0 | 1] {
  const { messages } = inspect(bytes, { channel: 'packet' })
  for (const message of messages) {
    if (!('Node' in message) || message.Node !== subject) continue
    const kind = messageKinds.indexOf(message.type as (typeof messageKinds)[number])
    if (kind >= FIRST_NEWS) return [kind, 1]
  }
  return [messageKinds.indexOf(questions[messages[0]?.type ?? ''] ?? 'gossip'), 0]
}
