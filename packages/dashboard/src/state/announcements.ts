import { signal } from '@preact/signals'
import type { AgentEvent } from '../api/types.ts'
import { t } from '../i18n/index.ts'

/** What a screen reader tells at once, and what it tells when it has a moment. */
export const urgent = signal('')
export const polite = signal('')

/** Names in one announcement; of more, the number is told. */
const maxNames = 3

/** Failures interrupt; who came, came back or left does not. */
export function announceEvents(events: readonly AgentEvent[]): void {
  const names = (kind: string): string[] => [
    ...new Set(
      events.filter(({ event }) => event === kind).map(({ member }) => member?.name ?? ''),
    ),
  ]
  const failed = names('fail')
  if (failed.length > 0) urgent.value = t('announceFailed', { names: listOf(failed) })
  const rest = (['suspect', 'alive', 'join', 'leave'] as const)
    .map((kind) => ({ kind, names: names(kind) }))
    .filter((each) => each.names.length > 0)
    .map((each) => t(announcements[each.kind], { names: listOf(each.names) }))
  if (rest.length > 0) polite.value = rest.join(' ')
}

const announcements = {
  suspect: 'announceSuspect',
  alive: 'announceAlive',
  join: 'announceJoined',
  leave: 'announceLeft',
} as const

export function say(text: string): void {
  polite.value = text
}

function listOf(names: readonly string[]): string {
  const more = names.length - maxNames
  const first = names.slice(0, maxNames).join(', ')
  return more > 0 ? t('namesAndMore', { names: first, count: more }) : first
}
