import type { Member, Suspicion } from '../api/types.ts'
import { t } from '../i18n/index.ts'
import { formatCountdown } from '../logic/format.ts'
import { clockAhead, nowTenths } from '../state/clock.ts'
import { heardAt, isLive } from '../state/connection.ts'

/** Milliseconds that a suspect has left. */
function remainingMs(suspicion: Suspicion, now: number): number {
  const at = suspicion.deadlineAt ?? Date.parse(suspicion.deadline) - clockAhead.value
  return Math.max(0, at - now)
}

/** How much longer a suspect has to answer before it counts as failed. */
export function Countdown({ suspicion }: { readonly suspicion: Suspicion }) {
  // While the agent is not heard of, nobody knows: it stands where it was.
  const left = remainingMs(suspicion, isLive.value ? nowTenths.value : heardAt.value)
  return (
    <span class="countdown" role="timer" aria-live="off">
      {t('remaining', { time: formatCountdown(left) })}
    </span>
  )
}

export function SuspicionLine({ member }: { readonly member: Member }) {
  const { suspicion } = member
  if (suspicion === undefined) return null
  return (
    <span class="suspicion">
      {/* First, so that a long list of names does not push it out of sight. */}
      <Countdown suspicion={suspicion} /> ·{' '}
      {t('suspectedBy', { names: suspicion.from.join(', ') || '?' })}
    </span>
  )
}
