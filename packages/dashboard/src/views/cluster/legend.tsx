import { memberStates } from '../../api/types.ts'
import { t } from '../../i18n/index.ts'
import { StateIcon } from '../../parts/icons.tsx'
import { stateCounts } from '../../state/members.ts'

/** What the shapes of the picture mean. */
export function Legend() {
  return (
    <ul class="legend" aria-label={t('legend')}>
      {memberStates.map((state) => (
        <li key={state}>
          <StateIcon state={state} />
          {t(state)} <span class="number">{stateCounts.value[state]}</span>
        </li>
      ))}
      <li>
        <svg class="icon pulse-ping" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M1 6h10" stroke="currentColor" stroke-width="3" />
        </svg>
        {t('legendPing')}
      </li>
      <li>
        <svg class="icon pulse-indirect" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M0 6h12" stroke="currentColor" stroke-width="3" stroke-dasharray="4 2" />
        </svg>
        {t('legendIndirect')}
      </li>
      <li>
        <svg class="icon pulse-gossip" viewBox="0 0 12 12" aria-hidden="true">
          <circle cx="6" cy="6" r="3" fill="currentColor" />
        </svg>
        {t('legendGossip')}
      </li>
      <li>
        <svg class="icon pulse-received" viewBox="0 0 12 12" aria-hidden="true">
          <circle cx="6" cy="6" r="3" fill="none" stroke="currentColor" stroke-width="1.6" />
        </svg>
        {t('legendReceived')}
      </li>
      <li>
        <svg class="icon pulse-stream" viewBox="0 0 12 12" aria-hidden="true">
          <path d="M0 6h12" stroke="currentColor" stroke-width="1.5" />
        </svg>
        {t('legendStream')}
      </li>
    </ul>
  )
}
