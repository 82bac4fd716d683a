import type { State } from '@hearsay/memberlist/internal'

const texts = ['alive', 'suspect', 'failed', 'left'] as const

export function stateText(state: State): (typeof texts)[number] {
  return texts[state]
}
