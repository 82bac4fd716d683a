import type { AgentEvent } from '../api/types.ts'
import { shownBytes } from './bytes.ts'

/** An event as the page keeps it: in order, with its text made once. */
export interface ListedEvent {
  readonly id: number
  readonly event: AgentEvent
  /** As it came, for the download. */
  readonly json: string
  /** What it says beside its time, kind and member. */
  readonly detail: string
}

export function filterEvents(
  events: readonly ListedEvent[],
  kinds: ReadonlySet<string>,
  search: string,
): ListedEvent[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return events.filter(({ event, json }) => {
    if (kinds.size > 0 && !kinds.has(event.event)) return false
    if (words.length === 0) return true
    const text = json.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** Names of members and texts are told as they are; this is what else there is to an event. */
export function eventDetail(event: AgentEvent): string {
  const { bytes, code, text, member, ...rest } = event
  if (typeof text === 'string') return typeof code === 'string' ? `${code}: ${text}` : text
  if (event.event === 'message' && typeof bytes === 'string') return messageText(bytes)
  const shown = Object.entries(rest)
    .filter(([name]) => !['time', 'event', 'previous', 'other'].includes(name))
    .map(([name, value]) => `${name} ${valueText(value)}`)
  if (event.event === 'update' && member !== undefined) shown.push(shownBytes(member.meta))
  return shown.join(', ')
}

const maxShown = 200

function messageText(base64: string): string {
  try {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.slice(0, maxShown)
  } catch {
    return base64.slice(0, maxShown)
  }
}

function valueText(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 100) / 100)
  return (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, maxShown)
}

/** A line for each, as the agent writes them itself. */
export function ndjson(events: readonly ListedEvent[]): string {
  return events.map(({ json }) => `${json}\n`).join('')
}
