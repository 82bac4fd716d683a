import { t } from '../i18n/index.ts'
import { formatSpan, formatTime } from '../logic/format.ts'
import { clockAhead, nowSeconds } from '../state/clock.ts'

/** How long something has been so, with the time on it. */
export function Age({ since }: { readonly since: string | undefined }) {
  if (since === undefined) return null
  const ms = nowSeconds.value + clockAhead.value - Date.parse(since)
  return (
    <time dateTime={since} title={`${since} (${formatTime(since)})`}>
      {t('since', { span: formatSpan(ms) })}
    </time>
  )
}
