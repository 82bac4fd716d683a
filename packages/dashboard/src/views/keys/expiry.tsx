import { t } from '../../i18n/index.ts'
import { formatSpan } from '../../logic/format.ts'
import { clockAhead, nowSeconds } from '../../state/clock.ts'

/** How long a key has left; nothing where it stays. */
export function Expiry({ at }: { readonly at: string | undefined }) {
  if (at === undefined) return <span class="nothing">{t('never')}</span>
  const ms = Date.parse(at) - clockAhead.value - nowSeconds.value
  return <time dateTime={at}>{t('inTime', { span: formatSpan(ms) })}</time>
}
