import { t } from '../i18n/index.ts'
import { formatSpan, formatTime } from '../logic/format.ts'
import { clockAhead, nowSeconds } from '../state/clock.ts'

interface AgeProps {
  readonly since: string | undefined
  /** For what happened, and not for what is so since. */
  readonly isPast?: boolean
}

/** How long something has been so, or how long ago it was, with the time on it. */
export function Age({ since, isPast = false }: AgeProps) {
  if (since === undefined) return null
  const ms = nowSeconds.value + clockAhead.value - Date.parse(since)
  return (
    <time dateTime={since} title={`${since} (${formatTime(since)})`}>
      {t(isPast ? 'ago' : 'since', { span: formatSpan(ms) })}
    </time>
  )
}
