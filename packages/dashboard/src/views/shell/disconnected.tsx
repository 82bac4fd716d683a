import { t } from '../../i18n/index.ts'
import { formatSpan, formatTime } from '../../logic/format.ts'
import { Banner } from '../../parts/notice.tsx'
import { nowSeconds } from '../../state/clock.ts'
import { connect, hasData, heardAt, stream } from '../../state/connection.ts'

/** Says that what is shown is not of now, how old it is, and when the next attempt is. */
export function Disconnected() {
  const state = stream.value
  if (state.phase === 'refused') {
    return (
      <Banner kind="error" sign="warning">
        <p>{state.problem.message}</p>
        {state.problem.hint !== undefined && <p class="hint">{state.problem.hint}</p>}
      </Banner>
    )
  }
  const isTrying = state.phase === 'connecting' && state.attempt > 0
  if (state.phase !== 'waiting' && !isTrying) return null
  return (
    <Banner kind="error" sign="offline">
      <p>
        <strong>{t('lost')}</strong> {hasData.value ? <Staleness /> : t('lostNeverHeard')}
      </p>
      <p>
        {state.phase === 'waiting' ? <Retry at={state.retryAt} /> : t('tryingNow')}{' '}
        <button type="button" onClick={connect} disabled={isTrying}>
          {t('tryNow')}
        </button>
      </p>
    </Banner>
  )
}

function Staleness() {
  const span = formatSpan(nowSeconds.value - heardAt.value)
  return <span>{t('staleSince', { time: formatTime(heardAt.value), span })}</span>
}

function Retry({ at }: { readonly at: number }) {
  return <span>{t('retryIn', { span: formatSpan(at - nowSeconds.value + 999) })}</span>
}
