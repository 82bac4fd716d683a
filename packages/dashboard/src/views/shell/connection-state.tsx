import { t } from '../../i18n/index.ts'
import { Sign } from '../../parts/icons.tsx'
import { isLive, stream } from '../../state/connection.ts'
import { signIn } from '../../state/session.ts'
import { health } from '../../state/stats.ts'

/** Whether the page is live, and how the member itself is doing. */
export function ConnectionState() {
  if (signIn.value !== 'none') return null
  const score = health.value
  return (
    <p class="connection">
      <span class={isLive.value ? 'badge state-alive' : 'badge state-failed'}>
        <Sign name={isLive.value ? 'done' : 'offline'} />
        {t(isLive.value ? 'live' : stream.value.phase === 'connecting' ? 'connecting' : 'offline')}
      </span>
      {score !== undefined && (
        <span class={score === 0 ? 'badge' : 'badge state-suspect'} title={t('healthMeaning')}>
          {score > 0 && <Sign name="warning" />}
          {score === 0 ? t('healthGood') : t('healthScore', { score })}
        </span>
      )}
    </p>
  )
}
