import { limits } from '../limits.ts'
import type { AccusationView } from '../wire/accusation.ts'
import type { Span } from '../wire/span.ts'
import { writeSuspect } from '../wire/suspect.ts'
import { spanText } from '../wire/text.ts'
import { accusedSlot, endSuspicion, isOldAccusation, isPlausibleAccusation } from './accusation.ts'
import type { Core } from './core.ts'
import { declareDead } from './dead.ts'
import { expectedConfirmations, suspicionTimeoutMs } from './formulas.ts'
import { refute } from './refute.ts'
import type { Sender } from './sender.ts'
import { ALIVE, SUSPECT } from './state.ts'
import { Suspicion } from './suspicion.ts'

/** suspect(name, incarnation, from) out of a packet. Go: `suspectNode`. */
export function suspect(core: Core, claim: AccusationView, host: string, port: number): void {
  const slot = accusedSlot(core, claim, host, port)
  if (slot >= 0) suspectMember(core, slot, claim.incarnation, claim.from, host, port)
}

/**
 *   older, or about one that is gone           -> ignored
 *   a suspicion is running                     -> a new accuser shortens it and is passed on
 *   about us                                   -> refuted
 *   else                                       -> a suspicion starts, and is passed on
 *
 * Beyond Go: an accusation with a higher incarnation than the running suspicion's is a fresh one
 * (SWIM, section 4.2), since the member must have refuted the former in between.
 */
export function suspectMember(
  core: Core,
  slot: number,
  incarnation: number,
  from: Span,
  host: string,
  port: number,
): void {
  if (isOldAccusation(core, slot, incarnation)) return
  const running = core.suspicions.get(slot)
  const isFresh = core.rules.freshSuspicion && incarnation !== running?.incarnation
  if (running !== undefined && !isFresh) {
    confirm(core, running, from)
    return
  }
  const plausible = isPlausibleAccusation(core, slot, incarnation, port)
  if (!plausible) core.reject('incarnation-jump', host, port)
  if (slot === core.self) refute(core, incarnation, plausible)
  else if (plausible && core.rules.suspicion) startSuspicion(core, slot, incarnation, from)
  else if (plausible) declareDead(core, slot, incarnation, core.selfSpan, host, port)
}

function confirm(core: Core, suspicion: Suspicion, from: Span): void {
  if (!suspicion.confirm(from)) {
    core.counters.known++
    return
  }
  announceSuspect(core, suspicion, from)
  armSuspicion(core, suspicion)
}

/** What Go waits for by its LAN settings. */
const LEAST_CONFIRMATIONS = 2

function startSuspicion(core: Core, slot: number, incarnation: number, from: Span): void {
  const { members, settings, rules } = core
  endSuspicion(core, slot)
  const size = members.size
  const least = rules.leastConfirmations ? LEAST_CONFIRMATIONS : 0
  const expected = rules.localHealthSuspicion
    ? expectedConfirmations(settings.suspicionMultiplier, size, least)
    : 0
  const minMs = suspicionTimeoutMs(settings.suspicionMultiplier, size, settings.probeIntervalMs)
  const maxMs = settings.suspicionMaxTimeoutMultiplier * minMs
  const record = members.record(slot)
  const suspicion = new Suspicion(slot, record, incarnation, from, expected, minMs, maxMs, core.now)
  const wasAlive = members.state(slot) === ALIVE
  members.setIncarnation(slot, incarnation)
  if (wasAlive) members.setState(slot, SUSPECT, core.now)
  core.suspicions.set(slot, suspicion)
  announceSuspect(core, suspicion, from)
  core.counters.suspectMessages++
  armSuspicion(core, suspicion)
  if (wasAlive) core.effects.tell({ type: 'suspect', slot, from: spanText(from) })
}

/**
 * Whom we accuse and nobody else does is told once more, so that it can refute before our verdict.
 * A member that is down is soon accused by others, too: nobody may have heard us, because what is
 * lost is what we send. Called at each probe. Beyond Go.
 */
export function accuseAgain(core: Core, sender: Sender): void {
  if (!core.rules.accuseAgain || core.suspicions.size === 0) return
  let told = 0
  for (const suspicion of core.suspicions.values()) {
    if (!suspicion.isOnlyOf(core.selfSpan)) continue
    if (told++ === limits.accusationsAgain) return
    const { record, incarnation } = suspicion
    writeSuspect(sender.begin(), incarnation, record.name.bytes, core.selfRecord.name.bytes)
    sender.sendAlone(record.host, record.port)
  }
}

function announceSuspect(core: Core, suspicion: Suspicion, from: Span): void {
  const { name } = suspicion.record
  core.writer.reset()
  writeSuspect(core.writer, suspicion.incarnation, name.bytes, from.view())
  core.announce(name)
}

/**
 * A timer of this slot that fires before is enough: it finds the suspicion that there is then, and
 * sets the next. So a member that is accused and refutes time and again, or is made to seem so, does
 * not fill the memory with timers: they are a few for each slot, for the times that get shorter.
 */
function armSuspicion(core: Core, { slot, deadline }: Suspicion): void {
  const pending = core.suspicionTimers.get(slot)
  if (pending !== undefined && pending <= deadline) return
  core.suspicionTimers.set(slot, deadline)
  const delay = Math.max(0, deadline - core.now)
  core.effects.setTimer({ kind: 'suspicion', slot, dueAt: deadline }, delay)
}

/** Nobody refuted in time: dead, by our own word. Timers that were overtaken end here. */
export function suspicionTimedOut(core: Core, slot: number, dueAt: number): void {
  if (core.suspicionTimers.get(slot) !== dueAt) return
  core.suspicionTimers.delete(slot)
  const suspicion = core.suspicions.get(slot)
  if (suspicion === undefined) return
  if (core.now < suspicion.deadline) {
    // Moved on or a later one; the clock of the timers may also be a little early.
    armSuspicion(core, suspicion)
    return
  }
  if (suspicion.confirmations < suspicion.expected) core.counters.degradedTimeouts++
  declareDead(core, slot, suspicion.incarnation, core.selfSpan, '', 0)
}
