import { limits } from '../limits.ts'
import type { AccusationView } from '../wire/accusation.ts'
import { writeDead } from '../wire/dead.ts'
import type { Span } from '../wire/span.ts'
import type { Core } from './core.ts'
import { refute, refuteAgain } from './refute.ts'
import { DEAD, LEFT } from './state.ts'
import { endSuspicion, isPlausibleAccusation, spanText } from './suspect.ts'

/** dead(name, incarnation, from) out of a packet, as `suspect` in what it refuses. Go: `deadNode`. */
export function dead(core: Core, claim: AccusationView, host: string, port: number): void {
  const { node, from } = claim
  if (from.length > limits.nameBytes) {
    core.reject('bad-member', host, port)
    return
  }
  const slot = core.members.find(node.bytes, node.start, node.end)
  if (slot >= 0) declareDead(core, slot, claim.incarnation, from, host, port)
}

/**
 *   older, or gone already     -> ignored
 *   about us                   -> refuted, unless we are leaving
 *   else                       -> left if it says so itself, else dead; passed on
 */
export function declareDead(
  core: Core,
  slot: number,
  incarnation: number,
  from: Span,
  host: string,
  port: number,
  finished?: (outcome: 'sent' | 'replaced' | 'shed') => void,
): void {
  const { members } = core
  const known = members.incarnation(slot)
  if (incarnation < known || members.isGone(slot)) {
    core.counters.known++
    if (slot === core.self) refuteAgain(core)
    return
  }
  const plausible = isPlausibleAccusation(core, slot, incarnation, port)
  if (!plausible) core.reject('incarnation-jump', host, port)
  if (slot === core.self && !core.leaving) {
    refute(core, incarnation, plausible)
    return
  }
  if (!plausible) return
  endSuspicion(core, slot)
  const record = members.record(slot)
  const { name } = record
  core.writer.reset()
  writeDead(core.writer, incarnation, name.bytes, from.view())
  core.announce(name, finished)
  core.counters.deadMessages++
  members.setIncarnation(slot, incarnation)
  const left = from.equals(name.bytes)
  members.setState(slot, left ? LEFT : DEAD, core.now)
  if (left) {
    core.reconnects.memberIsBackOrLeft(record)
    core.effects.tell({ type: 'leave', slot })
    return
  }
  core.reconnects.memberFailed(record)
  core.effects.tell({ type: 'fail', slot, from: spanText(from) })
}
