import { type InspectedMessage, inspect } from '@hearsay/memberlist/internal'
import { memberName, type RunEvent, type Violation } from './run.ts'
import type { Scenario } from './scenario.ts'
import { simulate } from './simulate.ts'

export interface TraceOptions {
  /** How much is shown before the violation, in virtual ms. Default: 5,000. */
  readonly beforeMs?: number
  /** Lines at the most, the last ones. Default: 400. */
  readonly maxLines?: number
  /** Shows timers too. Default: false. */
  readonly timers?: boolean
}

/**
 * Runs it again and writes down, a line each, what happened around the violation: all faults, what
 * the members concerned told, and the packets and streams between them and anybody.
 */
export function traceAround(
  scenario: Scenario,
  seed: number,
  violation: Violation,
  options: TraceOptions = {},
): string[] {
  const { beforeMs = 5_000, maxLines = 400, timers = false } = options
  const concerned = membersIn(violation)
  const faults: string[] = []
  const beliefs: string[] = []
  const lines: string[] = []
  const note = (where: string[], event: RunEvent): void => {
    where.push(lineOf(event))
    if (where.length > maxLines) where.shift()
  }
  simulate(scenario, seed, {
    observe: (event) => {
      if (event.type === 'fault') note(faults, event)
      else if (isBelief(event, concerned)) note(beliefs, event)
      const isNear = event.at >= violation.at - beforeMs && event.at <= violation.at
      if (isNear && concerns(event, concerned, timers)) note(lines, event)
    },
  })
  return [
    `seed ${seed}: ${violation.checker}: ${violation.text}`,
    'what was done to it:',
    ...faults,
    'what they told of each other:',
    ...beliefs,
    `the ${Math.round(beforeMs)} ms before, at ${[...concerned].map(memberName).join(', ')}:`,
    ...lines,
  ]
}

/** The one at which it was seen, and those that the text names. */
function membersIn({ member, text }: Violation): ReadonlySet<number> {
  const named = [...text.matchAll(/member-(\d{5})/g)].map(([, digits]) => Number(digits))
  return new Set(member < 0 ? named : [member, ...named])
}

/** What one of them thought of one of them. */
function isBelief(event: RunEvent, members: ReadonlySet<number>): boolean {
  return (
    event.type === 'told' &&
    members.has(event.member) &&
    members.has(event.subject) &&
    event.event !== 'ping-complete'
  )
}

function concerns(event: RunEvent, members: ReadonlySet<number>, timers: boolean): boolean {
  switch (event.type) {
    case 'sent':
    case 'arrived':
    case 'lost':
    case 'stream':
      // What each heard, and what each said to another of them.
      return members.has(event.to) || (members.has(event.from) && members.has(event.to))
    case 'told':
    case 'rejected':
      return members.has(event.member)
    case 'timer':
      return timers && members.has(event.member)
    case 'fault':
    case 'violation':
      return true
  }
}

/** One event for people. */
export function lineOf(event: RunEvent): string {
  const at = `${(event.at / 1_000).toFixed(3).padStart(9)} s`
  switch (event.type) {
    case 'sent':
      return `${at}  ${name(event.from)} -> ${name(event.to)}: ${messagesOf(event.bytes)}`
    case 'arrived':
      return `${at}  ${name(event.to)} gets from ${name(event.from)}: ${messagesOf(event.bytes)}`
    case 'lost':
      return `${at}  ${name(event.from)} -> ${name(event.to)}: lost (${event.why})`
    case 'stream':
      return `${at}  ${name(event.from)} => ${name(event.to)}: ${event.kind} ${event.phase}`
    case 'timer':
      return `${at}  ${name(event.member)}: timer ${event.kind}`
    case 'told':
      return `${at}  ${name(event.member)} tells: ${event.text}`
    case 'rejected':
      return `${at}  ${name(event.member)} refuses what ${event.from} sent: ${event.reason}`
    case 'fault':
      return `${at}  # ${event.text}`
    case 'violation':
      return `${at}  VIOLATION ${event.violation.checker}: ${event.violation.text}`
  }
}

function name(member: number): string {
  return member < 0 ? 'nobody' : memberName(member)
}

/** What is in a packet: `suspect member-00003 #7 by member-00001, ping`. */
function messagesOf(bytes: Uint8Array): string {
  const { messages } = inspect(bytes, { channel: 'packet' })
  return messages.map((message) => describe(message)).join(', ')
}

/** The type, and whatever says whom it is about. */
function describe(message: InspectedMessage): string {
  const words: string[] = [message.type]
  if ('Node' in message) words.push(message.Node)
  if ('Incarnation' in message) words.push(`#${message.Incarnation}`)
  if ('From' in message) words.push(`by ${message.From}`)
  return words.join(' ')
}
