import type { AccusationView } from '../wire/accusation.ts'
import { writeDead } from '../wire/dead.ts'
import type { Span } from '../wire/span.ts'
import { spanText } from '../wire/text.ts'
import { accusedSlot, endSuspicion, isOldAccusation, isPlausibleAccusation } from './accusation.ts'
import type { Core } from './core.ts'
import { refute } from './refute.ts'
import { DEAD, LEFT } from './state.ts'

/** dead(name, incarnation, from) out of a packet, as `suspect` in what it refuses. Go: `deadNode`. */
export function dead(core: Core, claim: AccusationView, host: string, port: number): void {
  const slot = accusedSlot(core, claim, host, port)
  if (slot >= 0) declareDead(core, slot, claim.incarnation, claim.from, host, port)
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
  if (isOldAccusation(core, slot, incarnation)) return
  const { members } = core
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
